package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Keys lists an instance's API keys, without their secrets.
func (a *Authenticator) Keys(ctx context.Context, instance bowline.ID) ([]bowline.APIKey, error) {
	return a.store.APIKeys(ctx, instance)
}

// CreateKey makes an API key for a caller. The answer is the only place where its
// secret ever stands. A name that is too long is CodeInvalid, a key too many
// CodeConflict (platform-api section 6). A caller hands on only permissions of
// its own, or else a key that was stolen would make itself one that can do more:
// any other is CodeForbidden.
func (a *Authenticator) CreateKey(ctx context.Context, caller Caller, name string, permissions []bowline.Permission) (bowline.APIKey, error) {
	instance := caller.Instance
	name = strings.TrimSpace(name)
	permissions, err := bowline.CheckPermissions(permissions)
	if err != nil {
		return bowline.APIKey{}, err
	}
	for _, p := range permissions {
		if !caller.May(p) {
			return bowline.APIKey{}, bowline.Errorf(bowline.CodeForbidden,
				"This API key lacks the permission %s itself, so it cannot give it to another one.", p)
		}
	}
	if utf8.RuneCountInString(name) > bowline.MaxAPIKeyName {
		return bowline.APIKey{}, bowline.Errorf(bowline.CodeInvalid,
			"The name of an API key has at most %d characters.", bowline.MaxAPIKeyName)
	}
	key := a.newKey(instance, NewKey())
	key.Name, key.Permissions = name, permissions
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		count, err := tx.CountAPIKeys(ctx, instance)
		if err != nil {
			return err
		}
		if count >= bowline.MaxAPIKeys {
			return bowline.Errorf(bowline.CodeConflict, "All %d API keys are in use; delete one first.", bowline.MaxAPIKeys)
		}
		return tx.InsertAPIKey(ctx, key)
	})
	if err != nil {
		return bowline.APIKey{}, fmt.Errorf("create API key: %w", err)
	}
	return key, nil
}

func (a *Authenticator) newKey(instance bowline.ID, secret string) bowline.APIKey {
	now := a.now().UTC()
	return bowline.APIKey{
		ID: bowline.NewID(now), InstanceID: instance, Secret: secret,
		Hash: hashOf(secret).String(), Prefix: shownPart(secret), CreatedDate: now,
	}
}

// DeleteKey deletes an API key; from then on it is refused, here at once and by
// other replicas within two seconds. The last key goes only when a bootstrap
// key in the configuration leaves another way in (platform-api section 20,
// discrepancy 6): else CodeConflict.
func (a *Authenticator) DeleteKey(ctx context.Context, instance, id bowline.ID) error {
	keys, err := a.store.APIKeys(ctx, instance)
	if err != nil {
		return fmt.Errorf("delete API key: %w", err)
	}
	unknown := bowline.Errorf(bowline.CodeNotFound, "No API key exists with ID %s", id)
	if !slices.ContainsFunc(keys, func(k bowline.APIKey) bool { return k.ID == id }) {
		return unknown
	}
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		count, err := tx.CountAPIKeys(ctx, instance)
		if err != nil {
			return err
		}
		if count <= 1 && !a.configured.Load() {
			return bowline.Errorf(bowline.CodeConflict, "This is the last API key; create another one before you delete it.")
		}
		return tx.DeleteAPIKey(ctx, instance, id)
	})
	if errors.Is(err, store.ErrNotFound) {
		return unknown // deleted meanwhile
	}
	if err != nil {
		return fmt.Errorf("delete API key: %w", err)
	}
	a.known.forget()
	return nil
}
