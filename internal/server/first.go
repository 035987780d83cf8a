package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// sandboxSecret names the stored secret from which the sandbox provider derives
// its keys, so that they outlast a restart and are the same on every replica.
const sandboxSecret = "sandbox"

// codeSecret names the stored secret under which short codes are hashed.
const codeSecret = "codes"

// oneTimeSecret names the stored secret under which the one-time passwords of
// Link URLs are hashed.
const oneTimeSecret = "one-time"

// firstInstanceSecret names the stored id of the instance that the first start
// made. It is kept with the secrets because writing there lets replicas that
// start together agree; it is not secret.
const firstInstanceSecret = "first-instance"

// firstStart makes sure that there is an instance with a profile, and a key to
// begin with. On every later start it only reads.
func (s *Server) firstStart(ctx context.Context) error {
	instance, err := s.firstInstance(ctx)
	if err != nil {
		return err
	}
	s.welcome = Welcome{PublicURL: s.links.PublicURL}
	if s.welcome.APIKey, _, err = s.auth.Bootstrap(ctx, instance, s.options.BootstrapAPIKey); err != nil {
		return err
	}
	return s.firstAdministrator(ctx)
}

func (s *Server) firstInstance(ctx context.Context) (bowline.ID, error) {
	kept, err := s.store.Secret(ctx, firstInstanceSecret)
	if err == nil {
		return bowline.ID(kept), nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	now := s.options.Now()
	mine := store.Instance{ID: bowline.NewID(now), Name: s.options.FirstStartInstance, Created: now}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if kept, err = tx.PutSecret(ctx, firstInstanceSecret, []byte(mine.ID)); err != nil || bowline.ID(kept) != mine.ID {
			return err // another replica was first
		}
		if err := tx.InsertInstance(ctx, mine); err != nil {
			return err
		}
		return tx.PutProfile(ctx, mine.ID, bowline.Profile{Name: mine.Name, WhiteListURLs: []string{}})
	})
	if err != nil {
		return "", fmt.Errorf("create the first instance: %w", err)
	}
	return bowline.ID(kept), nil
}

// secret returns a server-wide secret of 32 bytes, made at its first use.
func (s *Server) secret(ctx context.Context, name string) ([]byte, error) {
	kept, err := s.store.Secret(ctx, name)
	if err == nil {
		return kept, nil
	}
	fresh := make([]byte, 32)
	_, _ = rand.Read(fresh) // never fails: it aborts the process instead
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		kept, err = tx.PutSecret(ctx, name, fresh)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("make secret %s: %w", name, err)
	}
	return kept, nil
}
