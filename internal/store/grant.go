package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bowline/bowline"
)

// errGrantText hides what the decoder would quote.
var errGrantText = errors.New("read grant: what was sealed is not a grant")

// Grant returns the tokens behind a connection, opened, or [ErrNotFound].
func (s *Store) Grant(ctx context.Context, connection bowline.ID) (bowline.Grant, error) {
	return readGrant(ctx, s, storeReader{s}, connection)
}

// Grant is [Store.Grant] inside the transaction.
func (tx *Tx) Grant(ctx context.Context, connection bowline.ID) (bowline.Grant, error) {
	return readGrant(ctx, tx.store, tx, connection)
}

func readGrant(ctx context.Context, s *Store, q querier, connection bowline.ID) (bowline.Grant, error) {
	g := bowline.Grant{ConnectionID: connection}
	var sealed []byte
	err := one(ctx, q, `SELECT sealed, version FROM grants WHERE connection_id = $1`, []any{string(connection)},
		func(r *row) error {
			sealed, g.Version = r.bytes(), r.int()
			return r.err
		})
	if err != nil {
		return bowline.Grant{}, fmt.Errorf("read grant: %w", err)
	}
	plain, err := s.sealer.Open(sealed, "grants", string(connection), "sealed")
	if err != nil {
		return bowline.Grant{}, fmt.Errorf("read grant: %w", err)
	}
	if err := json.Unmarshal(plain, &g); err != nil {
		return bowline.Grant{}, errGrantText
	}
	return g, nil
}

// PutGrant seals the tokens of a connection, in place of those it had, and
// increments the stored version; g.Version is not looked at. [ErrNotFound]
// when the connection is gone.
func (tx *Tx) PutGrant(ctx context.Context, g bowline.Grant) error {
	plain, err := json.Marshal(g) //nolint:gosec // sealed below
	if err != nil {
		return fmt.Errorf("encode grant: %w", err)
	}
	sealed, err := tx.store.sealer.Seal(plain, "grants", string(g.ConnectionID), "sealed")
	if err != nil {
		return fmt.Errorf("put grant: %w", err)
	}
	err = tx.exec(ctx, `INSERT INTO grants (connection_id, instance_id, sealed, expires_at, version, family)
		VALUES ($1, (SELECT instance_id FROM connections WHERE id = $1), $2, $3, 1, $4)
		ON CONFLICT (connection_id) DO UPDATE
		SET sealed = excluded.sealed, expires_at = excluded.expires_at, version = grants.version + 1, family = excluded.family`,
		[]any{string(g.ConnectionID), sealed, micros(g.ExpiresAt), string(g.Family)})
	if err != nil {
		return fmt.Errorf("put grant: %w", err)
	}
	return nil
}

// DeleteGrant removes the tokens of a connection, if it has any.
func (tx *Tx) DeleteGrant(ctx context.Context, connection bowline.ID) error {
	if err := tx.exec(ctx, `DELETE FROM grants WHERE connection_id = $1`, []any{string(connection)}); err != nil {
		return fmt.Errorf("delete grant: %w", err)
	}
	return nil
}
