package server

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// sandboxSecret names the stored secret from which the sandbox provider derives
// its keys, so that they outlast a restart and are the same on every replica.
const sandboxSecret = "sandbox"

// firstStart makes sure that there is an instance with a profile, and a key to
// begin with. On every later start it only reads.
func (s *Server) firstStart(ctx context.Context) error {
	instances, err := s.store.Instances(ctx)
	if err != nil {
		return err
	}
	if len(instances) == 0 {
		if instances, err = s.createInstance(ctx); err != nil {
			return err
		}
	}
	s.welcome = Welcome{PublicURL: s.links.PublicURL}
	s.welcome.APIKey, _, err = s.auth.Bootstrap(ctx, instances[0].ID, s.options.BootstrapAPIKey)
	return err
}

func (s *Server) createInstance(ctx context.Context) ([]store.Instance, error) {
	now := s.options.Now()
	instance := store.Instance{ID: bowline.NewID(now), Name: s.options.FirstStartInstance, Created: now}
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.InsertInstance(ctx, instance); err != nil {
			return err
		}
		return tx.PutProfile(ctx, instance.ID, bowline.Profile{Name: instance.Name, WhiteListURLs: []string{}})
	})
	if err != nil {
		return nil, fmt.Errorf("create the first instance: %w", err)
	}
	return s.store.Instances(ctx) // on PostgreSQL another replica may have been first
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
