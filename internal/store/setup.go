package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bowline/bowline"
)

// sealedSetup is what is sealed of a setup. The root type never encodes it.
type sealedSetup struct {
	Clients map[string]sealedClient `json:"clients,omitempty"`
	Values  map[string]string       `json:"values,omitempty"`
}

type sealedClient struct {
	ID         string `json:"id,omitempty"`
	Secret     string `json:"secret,omitempty"`
	PrivateKey string `json:"privateKey,omitempty"`
}

// errSetupText hides what the decoder would quote.
var errSetupText = errors.New("read integration setup: what was sealed is not a setup")

// setupPlace is the row that the sealed part of a setup is bound to, in the form
// in which [sealedColumns] reads it back.
func setupPlace(instance bowline.ID, key string) string { return string(instance) + "/" + key }

// PutIntegrationSetup stores a setup in the place of the one with the same
// version, 0 for none, and gives it a version that is greater. It is
// [ErrConflict] when another one is stored by now, and [ErrNotFound] when there
// is no such instance. Clients and values are sealed.
func (tx *Tx) PutIntegrationSetup(ctx context.Context, s bowline.IntegrationSetup) error {
	sealed, err := tx.sealSetup(s)
	if err != nil {
		return fmt.Errorf("put integration setup: %w", err)
	}
	scopes, err := encode(s.Scopes, len(s.Scopes) == 0)
	if err != nil {
		return err
	}
	// Counted first: others that write wait here, so that revisions and versions
	// become visible in their order.
	if err := tx.countSetup(ctx); err != nil {
		return fmt.Errorf("put integration setup: %w", err)
	}
	args := []any{
		boolOrNil(s.Enabled), intOrNil(s.Order), boolOrNil(s.Sandbox), scopes, sealed, micros(s.UpdatedAt), string(s.InstanceID), s.Key,
	}
	if s.Version == 0 {
		err = tx.exec(ctx, `INSERT INTO integration_setups
			(enabled, sort_order, sandbox, scopes, sealed, updated_at, instance_id, integration_key, version)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, (SELECT revision FROM setup_revision WHERE id = 1))`, args)
	} else {
		err = tx.execOne(ctx, ErrConflict, `UPDATE integration_setups
			SET enabled = $1, sort_order = $2, sandbox = $3, scopes = $4, sealed = $5, updated_at = $6,
			version = (SELECT revision FROM setup_revision WHERE id = 1)
			WHERE instance_id = $7 AND integration_key = $8 AND version = $9`, append(args, s.Version))
	}
	if err != nil {
		return fmt.Errorf("put integration setup: %w", err)
	}
	return nil
}

func (tx *Tx) sealSetup(s bowline.IntegrationSetup) ([]byte, error) {
	if len(s.Clients) == 0 && len(s.Values) == 0 {
		return nil, nil
	}
	secret := sealedSetup{Clients: map[string]sealedClient{}, Values: s.Values}
	for name, client := range s.Clients {
		secret.Clients[name] = sealedClient(client)
	}
	plain, err := json.Marshal(secret) //nolint:gosec // sealed below
	if err != nil {
		return nil, err
	}
	return tx.store.sealer.Seal(plain, "integration_setups", setupPlace(s.InstanceID, s.Key), "sealed")
}

func (s *Store) openSetup(sealed []byte, setup *bowline.IntegrationSetup) error {
	if len(sealed) == 0 {
		return nil
	}
	plain, err := s.sealer.Open(sealed, "integration_setups", setupPlace(setup.InstanceID, setup.Key), "sealed")
	if err != nil {
		return fmt.Errorf("%s: %w", setup.Key, err)
	}
	var secret sealedSetup
	if err := json.Unmarshal(plain, &secret); err != nil {
		return errSetupText
	}
	setup.Clients, setup.Values = map[string]bowline.Client{}, secret.Values
	for name, client := range secret.Clients {
		setup.Clients[name] = bowline.Client(client)
	}
	return nil
}

// DeleteIntegrationSetup gives an integration back to its file; [ErrNotFound]
// when nothing was set up.
func (tx *Tx) DeleteIntegrationSetup(ctx context.Context, instance bowline.ID, key string) error {
	err := tx.countSetup(ctx)
	if err == nil {
		err = tx.execOne(ctx, ErrNotFound, `DELETE FROM integration_setups WHERE instance_id = $1 AND integration_key = $2`,
			[]any{string(instance), key})
	}
	if err != nil {
		return fmt.Errorf("delete integration setup: %w", err)
	}
	return nil
}

func (tx *Tx) countSetup(ctx context.Context) error {
	return tx.exec(ctx, `UPDATE setup_revision SET revision = revision + 1 WHERE id = 1`, nil)
}

// SetupRevision returns a number that is another one whenever a setup of any
// instance has changed. A reader that keeps setups reads it before them.
func (s *Store) SetupRevision(ctx context.Context) (revision int64, err error) {
	err = one(ctx, storeReader{s}, `SELECT revision FROM setup_revision WHERE id = 1`, nil, func(r *row) error {
		revision = r.int()
		return r.err
	})
	if err != nil {
		return 0, fmt.Errorf("read setup revision: %w", err)
	}
	return revision, nil
}

// IntegrationSetups returns what was set up in an instance, opened, by key.
func (s *Store) IntegrationSetups(ctx context.Context, instance bowline.ID) ([]bowline.IntegrationSetup, error) {
	var list []bowline.IntegrationSetup
	err := s.read(ctx, `SELECT integration_key, enabled, sort_order, sandbox, scopes, sealed, updated_at, version
		FROM integration_setups WHERE instance_id = $1 ORDER BY integration_key`, []any{string(instance)}, func(r *row) error {
		setup := bowline.IntegrationSetup{InstanceID: instance, Key: r.text()}
		setup.Enabled, setup.Order, setup.Sandbox = r.boolOrNil(), r.intOrNil(), r.boolOrNil()
		r.json(&setup.Scopes)
		sealed := r.bytes()
		setup.UpdatedAt, setup.Version = r.time(), r.int()
		if r.err != nil {
			return r.err
		}
		list = append(list, setup)
		return s.openSetup(sealed, &list[len(list)-1])
	})
	if err != nil {
		return nil, fmt.Errorf("read integration setups: %w", err)
	}
	return list, nil
}

// boolOrNil reads an integer that is 0, 1 or NULL.
func (r *row) boolOrNil() *bool {
	n := r.intOrNil()
	if n == nil {
		return nil
	}
	value := *n != 0
	return &value
}

// intOrNil reads an integer or NULL.
func (r *row) intOrNil() *int {
	if r.null() {
		r.next++
		return nil
	}
	n := int(r.int())
	return &n
}

// boolOrNil is how a bool that may be absent is stored.
func boolOrNil(b *bool) any {
	switch {
	case b == nil:
		return nil
	case *b:
		return int64(1)
	}
	return int64(0)
}

func intOrNil(n *int) any {
	if n == nil {
		return nil
	}
	return int64(*n)
}
