package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// bootstrapAttempts bounds how often a start looks again when another replica
// was quicker.
const bootstrapAttempts = 3

// Names of the keys that nobody created through the API.
const (
	firstKeyName     = "First key"
	bootstrapKeyName = "Bootstrap key"
)

// UnaskedKeys are the names of the keys that nobody created on purpose.
var UnaskedKeys = [...]string{firstKeyName, bootstrapKeyName}

// Bootstrap makes sure that an instance can be called; run it at every start.
//
// With a configured key, that key works afterwards: it is stored when it is
// new, and then replaces an earlier configured one. shown is empty, because
// the operator has the key already. Without one, an instance that has no key
// at all gets one; shown is its secret, to be printed once and never logged.
// created says whether a key was stored.
func (a *Authenticator) Bootstrap(ctx context.Context, instance bowline.ID, configured string) (shown string, created bool, err error) {
	if configured != "" {
		created, err = a.installConfigured(ctx, instance, configured)
		return "", created, err
	}
	key := a.newKey(instance, NewKey())
	key.Name, key.Permissions = firstKeyName, a.grants
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		created = false // the store may run this again
		count, err := tx.CountAPIKeys(ctx, instance)
		if err != nil || count > 0 {
			return err
		}
		created = true
		return tx.InsertAPIKey(ctx, key)
	})
	if err != nil {
		return "", false, fmt.Errorf("make the first API key: %w", err)
	}
	if !created {
		return "", false, nil
	}
	return key.Secret, true, nil
}

func (a *Authenticator) installConfigured(ctx context.Context, instance bowline.ID, secret string) (created bool, err error) {
	if err := checkConfigured(secret); err != nil {
		return false, err
	}
	a.configured.Store(true)
	key := a.newKey(instance, secret)
	key.Name, key.Bootstrap, key.Permissions = bootstrapKeyName, true, a.grants

	// Two replicas that start together may both try; whoever comes second finds
	// the work done when it looks again.
	for range bootstrapAttempts {
		created, err = a.replaceConfigured(ctx, key)
		if !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrNotFound) {
			break
		}
	}
	if err != nil {
		return false, fmt.Errorf("install the bootstrap API key: %w", err)
	}
	a.known.forget()
	return created, nil
}

// regrant lets the configuration decide what a configured key may do.
func (a *Authenticator) regrant(ctx context.Context, key bowline.APIKey, permissions []bowline.Permission) error {
	if !key.Bootstrap || slices.Equal(key.Permissions, permissions) {
		return nil
	}
	return a.store.Write(ctx, func(tx *store.Tx) error {
		return tx.SetAPIKeyPermissions(ctx, key.InstanceID, key.ID, permissions)
	})
}

// replaceConfigured stores key in place of earlier configured ones, unless it
// is there already.
func (a *Authenticator) replaceConfigured(ctx context.Context, key bowline.APIKey) (created bool, err error) {
	existing, err := a.store.APIKeys(ctx, key.InstanceID)
	if err != nil {
		return false, err
	}
	var outdated []bowline.ID
	for _, k := range existing {
		if k.Hash == key.Hash {
			return false, a.regrant(ctx, k, key.Permissions)
		}
		if k.Bootstrap {
			outdated = append(outdated, k.ID)
		}
	}
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		for _, id := range outdated {
			if err := tx.DeleteAPIKey(ctx, key.InstanceID, id); err != nil {
				return err
			}
		}
		return tx.InsertAPIKey(ctx, key)
	})
	return err == nil, err
}
