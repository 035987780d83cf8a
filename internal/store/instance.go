package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// Instance is one fintech on this deployment.
type Instance struct {
	ID      bowline.ID
	Name    string
	Kind    bowline.InstanceKind // empty is a live one
	Created time.Time
}

// InsertInstance adds an instance.
func (tx *Tx) InsertInstance(ctx context.Context, i Instance) error {
	if i.Kind == "" {
		i.Kind = bowline.LiveInstance
	}
	err := tx.exec(ctx, `INSERT INTO instances (id, name, kind, created) VALUES ($1, $2, $3, $4)`,
		[]any{string(i.ID), i.Name, string(i.Kind), micros(i.Created)})
	if err != nil {
		return fmt.Errorf("insert instance: %w", err)
	}
	err = tx.exec(ctx, `INSERT INTO directory_heads (instance_id) VALUES ($1)`, []any{string(i.ID)})
	if err != nil {
		return fmt.Errorf("insert instance: %w", err)
	}
	return nil
}

// Instances returns all instances, the oldest first.
func (s *Store) Instances(ctx context.Context) ([]Instance, error) {
	return readInstances(ctx, storeReader{s})
}

// Instances is the same within a transaction.
func (tx *Tx) Instances(ctx context.Context) ([]Instance, error) { return readInstances(ctx, tx) }

// RenameInstance changes how staff call an instance; [ErrNotFound] when there is
// no such instance.
func (tx *Tx) RenameInstance(ctx context.Context, id bowline.ID, name string) error {
	err := tx.execOne(ctx, ErrNotFound, `UPDATE instances SET name = $1 WHERE id = $2`, []any{name, string(id)})
	if err != nil {
		return fmt.Errorf("rename instance: %w", err)
	}
	return nil
}

// instanceKind returns what an instance is for, which never changes.
func (tx *Tx) instanceKind(ctx context.Context, id bowline.ID) (bowline.InstanceKind, error) {
	if kind, ok := tx.store.kinds.Load(id); ok {
		return kind.(bowline.InstanceKind), nil
	}
	var kind bowline.InstanceKind
	err := one(ctx, tx, `SELECT kind FROM instances WHERE id = $1`, []any{string(id)}, func(r *row) error {
		kind = bowline.InstanceKind(r.text())
		return r.err
	})
	if err != nil {
		return "", fmt.Errorf("read instance: %w", err)
	}
	tx.store.kinds.Store(id, kind)
	return kind, nil
}

func readInstances(ctx context.Context, q querier) ([]Instance, error) {
	var list []Instance
	err := q.query(ctx, `SELECT id, name, kind, created FROM instances ORDER BY created, id`, nil, func(r *row) error {
		list = append(list, Instance{ID: r.id(), Name: r.text(), Kind: bowline.InstanceKind(r.text()), Created: r.time()})
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("read instances: %w", err)
	}
	return list, nil
}

// PutProfile writes the profile of an instance; [ErrNotFound] when there is no
// such instance. The authorization header for alerts is a secret and sealed.
func (tx *Tx) PutProfile(ctx context.Context, instance bowline.ID, p bowline.Profile) error {
	var sealed []byte
	if p.AlertAuthHeader != "" {
		var err error
		if sealed, err = tx.store.sealer.Seal([]byte(p.AlertAuthHeader), "profiles", string(instance), "sealed_header"); err != nil {
			return fmt.Errorf("put profile: %w", err)
		}
		p.AlertAuthHeader = ""
	}
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("encode profile: %w", err)
	}
	if err := tx.followProfile(ctx, instance, p.Name); err != nil {
		return err
	}
	err = tx.exec(ctx, `INSERT INTO profiles (instance_id, profile, sealed_header) VALUES ($1, $2, $3)
		ON CONFLICT (instance_id) DO UPDATE SET profile = excluded.profile, sealed_header = excluded.sealed_header`,
		[]any{string(instance), string(text), sealed})
	if err != nil {
		return fmt.Errorf("put profile: %w", err)
	}
	return nil
}

// followProfile lets an instance whose name is that of its profile keep to it.
func (tx *Tx) followProfile(ctx context.Context, instance bowline.ID, name string) error {
	var before bowline.Profile
	err := one(ctx, tx, `SELECT profile FROM profiles WHERE instance_id = $1`, []any{string(instance)}, func(r *row) error {
		r.json(&before)
		return r.err
	})
	if err == nil && before.Name != name {
		err = tx.exec(ctx, `UPDATE instances SET name = $1 WHERE id = $2 AND name = $3`, []any{name, string(instance), before.Name})
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("follow profile: %w", err)
	}
	return nil
}

// Profile returns the profile of an instance, or [ErrNotFound].
func (s *Store) Profile(ctx context.Context, instance bowline.ID) (bowline.Profile, error) {
	return s.readProfile(ctx, storeReader{s}, instance)
}

func (s *Store) readProfile(ctx context.Context, q querier, instance bowline.ID) (bowline.Profile, error) {
	var p bowline.Profile
	var sealed []byte
	err := one(ctx, q, `SELECT profile, sealed_header FROM profiles WHERE instance_id = $1`,
		[]any{string(instance)}, func(r *row) error {
			r.json(&p)
			sealed = r.bytes()
			return r.err
		})
	if err == nil && len(sealed) > 0 {
		var header []byte
		header, err = s.sealer.Open(sealed, "profiles", string(instance), "sealed_header")
		p.AlertAuthHeader = string(header)
	}
	if err != nil {
		return bowline.Profile{}, fmt.Errorf("read profile: %w", err)
	}
	return p, nil
}

// PutAllowedOrigins replaces the web origins of an instance.
func (tx *Tx) PutAllowedOrigins(ctx context.Context, instance bowline.ID, a bowline.AllowedOrigins) error {
	text, err := encode(a.AllowedOrigins, len(a.AllowedOrigins) == 0)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, `INSERT INTO allowed_origins (instance_id, origins) VALUES ($1, $2)
		ON CONFLICT (instance_id) DO UPDATE SET origins = excluded.origins`, []any{string(instance), text})
	if err != nil {
		return fmt.Errorf("put allowed origins: %w", err)
	}
	return nil
}

// AllowedOrigins returns the web origins of an instance; none were set is an
// empty list, not an error.
func (s *Store) AllowedOrigins(ctx context.Context, instance bowline.ID) (bowline.AllowedOrigins, error) {
	return readAllowedOrigins(ctx, storeReader{s}, instance)
}

func readAllowedOrigins(ctx context.Context, q querier, instance bowline.ID) (bowline.AllowedOrigins, error) {
	a := bowline.AllowedOrigins{AllowedOrigins: []string{}}
	err := one(ctx, q, `SELECT origins FROM allowed_origins WHERE instance_id = $1`,
		[]any{string(instance)}, func(r *row) error {
			r.json(&a.AllowedOrigins)
			return r.err
		})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return a, fmt.Errorf("read allowed origins: %w", err)
	}
	return a, nil
}

// count returns what a SELECT count(*) WHERE instance_id = $1 counts, after
// locking the instance against other transactions that count.
func (tx *Tx) count(ctx context.Context, instance bowline.ID, sql string) (int, error) {
	args := []any{string(instance)}
	if lock := tx.dialect().lock; lock != "" {
		if err := tx.exec(ctx, `SELECT 1 FROM instances WHERE id = $1`+lock, args); err != nil {
			return 0, fmt.Errorf("lock instance: %w", err)
		}
	}
	n, err := countRows(ctx, tx, sql, args)
	if err != nil {
		return 0, fmt.Errorf("count rows: %w", err)
	}
	return int(n), nil
}
