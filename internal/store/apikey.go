package store

import (
	"context"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

const apiKeySQL = `SELECT id, instance_id, name, hash, prefix, bootstrap, created, permissions, ` + //nolint:gosec // SQL, not a credential
	`last_used, expires, created_by, COALESCE((SELECT name FROM users WHERE users.id = created_by), '') FROM api_keys WHERE `

func scanAPIKey(r *row) bowline.APIKey {
	return bowline.APIKey{
		ID: r.id(), InstanceID: r.id(), Name: r.text(), Hash: r.text(), Prefix: r.text(),
		Bootstrap: r.bool(), CreatedDate: r.time(), Permissions: permissions(r.text()),
		LastUsed: r.timeOrNil(), Expires: r.timeOrNil(), CreatedByID: r.id(), CreatedBy: r.text(),
	}
}

// InsertAPIKey adds a key by its hash; k.Secret is not stored. [ErrConflict]
// when the hash exists.
func (tx *Tx) InsertAPIKey(ctx context.Context, k bowline.APIKey) error {
	bootstrap := int64(0)
	if k.Bootstrap {
		bootstrap = 1
	}
	err := tx.exec(ctx, `INSERT INTO api_keys (id, instance_id, name, hash, prefix, bootstrap, created, permissions, expires, created_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		[]any{string(k.ID), string(k.InstanceID), k.Name, k.Hash, k.Prefix, bootstrap, micros(k.CreatedDate), joined(k.Permissions),
			microsOrNil(k.Expires), string(k.CreatedByID)})
	if err != nil {
		return fmt.Errorf("insert api key: %w", err)
	}
	return nil
}

// DeleteAPIKey removes a key; [ErrNotFound] when there is none.
func (tx *Tx) DeleteAPIKey(ctx context.Context, instance, id bowline.ID) error {
	err := tx.execOne(ctx, ErrNotFound, `DELETE FROM api_keys WHERE id = $1 AND instance_id = $2`,
		[]any{string(id), string(instance)})
	if err != nil {
		return fmt.Errorf("delete api key: %w", err)
	}
	return nil
}

// RenameAPIKey gives a key another name; [ErrNotFound] when there is none.
func (tx *Tx) RenameAPIKey(ctx context.Context, instance, id bowline.ID, name string) error {
	err := tx.execOne(ctx, ErrNotFound, `UPDATE api_keys SET name = $1 WHERE id = $2 AND instance_id = $3`,
		[]any{name, string(id), string(instance)})
	if err != nil {
		return fmt.Errorf("rename api key: %w", err)
	}
	return nil
}

// UseAPIKey notes when a key was used, unless a later use is noted.
func (tx *Tx) UseAPIKey(ctx context.Context, id bowline.ID, at time.Time) error {
	err := tx.exec(ctx, `UPDATE api_keys SET last_used = $1 WHERE id = $2 AND (last_used IS NULL OR last_used < $3)`,
		[]any{micros(at), string(id), micros(at)})
	if err != nil {
		return fmt.Errorf("use api key: %w", err)
	}
	return nil
}

// CountAPIKeys returns how many keys the instance has, and keeps other
// transactions from counting until this one ends, so that a limit holds.
func (tx *Tx) CountAPIKeys(ctx context.Context, instance bowline.ID) (int, error) {
	return tx.count(ctx, instance, `SELECT count(*) FROM api_keys WHERE instance_id = $1`)
}

// APIKeys returns the keys of an instance, the oldest first.
func (s *Store) APIKeys(ctx context.Context, instance bowline.ID) ([]bowline.APIKey, error) {
	var list []bowline.APIKey
	err := s.read(ctx, apiKeySQL+`instance_id = $1 ORDER BY created, id`, []any{string(instance)}, func(r *row) error {
		list = append(list, scanAPIKey(r))
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("read api keys: %w", err)
	}
	return list, nil
}

// APIKeysBy returns the keys of an instance that a person made.
func (tx *Tx) APIKeysBy(ctx context.Context, instance, person bowline.ID) ([]bowline.APIKey, error) {
	var list []bowline.APIKey
	err := tx.query(ctx, apiKeySQL+`instance_id = $1 AND created_by = $2 ORDER BY created, id`, []any{string(instance), string(person)}, func(r *row) error {
		list = append(list, scanAPIKey(r))
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("read api keys of a person: %w", err)
	}
	return list, nil
}

// APIKeyByHash returns the key, of whichever instance, whose secret has the
// given SHA-256 in hex, or [ErrNotFound].
func (s *Store) APIKeyByHash(ctx context.Context, hash string) (bowline.APIKey, error) {
	var k bowline.APIKey
	err := one(ctx, storeReader{s}, apiKeySQL+`hash = $1`, []any{hash}, func(r *row) error {
		k = scanAPIKey(r)
		return r.err
	})
	if err != nil {
		return bowline.APIKey{}, fmt.Errorf("read api key: %w", err)
	}
	return k, nil
}
