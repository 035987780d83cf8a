package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

// InsertConsumer adds a webhook consumer and seals its signing secret.
func (tx *Tx) InsertConsumer(ctx context.Context, c bowline.Consumer) error {
	sealed, err := tx.store.sealer.Seal([]byte(c.Secret), "consumers", string(c.ID), "sealed_secret")
	if err != nil {
		return fmt.Errorf("insert consumer: %w", err)
	}
	events, err := encode(c.EventTypes, len(c.EventTypes) == 0)
	if err != nil {
		return err
	}
	tags, err := encode(c.CompanyTags, len(c.CompanyTags) == 0)
	if err != nil {
		return err
	}
	disabled := int64(0)
	if c.Disabled {
		disabled = 1
	}
	err = tx.exec(ctx, `INSERT INTO consumers
		(id, instance_id, url, event_types, disabled, company_tags, company_id, sealed_secret, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		[]any{
			string(c.ID), string(c.InstanceID), c.URL, events, disabled, tags, string(c.CompanyID), sealed, micros(c.Created),
		})
	if err != nil {
		return fmt.Errorf("insert consumer: %w", err)
	}
	return nil
}

// DeleteConsumer removes a consumer; [ErrNotFound] when there is none.
func (tx *Tx) DeleteConsumer(ctx context.Context, instance, id bowline.ID) error {
	err := tx.execOne(ctx, ErrNotFound, `DELETE FROM consumers WHERE id = $1 AND instance_id = $2`,
		[]any{string(id), string(instance)})
	if err != nil {
		return fmt.Errorf("delete consumer: %w", err)
	}
	return nil
}

// CountConsumers returns how many consumers the instance has, and keeps other
// transactions from counting until this one ends, so that a limit holds.
func (tx *Tx) CountConsumers(ctx context.Context, instance bowline.ID) (int, error) {
	return tx.count(ctx, instance, `SELECT count(*) FROM consumers WHERE instance_id = $1`)
}

// Consumers returns the consumers of an instance, the oldest first, without
// their secrets: see [Store.ConsumerSecret].
func (s *Store) Consumers(ctx context.Context, instance bowline.ID) ([]bowline.Consumer, error) {
	var list []bowline.Consumer
	err := s.read(ctx, `SELECT id, url, event_types, disabled, company_tags, company_id, created
		FROM consumers WHERE instance_id = $1 ORDER BY created, id`, []any{string(instance)}, func(r *row) error {
		c := bowline.Consumer{InstanceID: instance, ID: r.id(), URL: r.text()}
		r.json(&c.EventTypes)
		c.Disabled = r.bool()
		r.json(&c.CompanyTags)
		c.CompanyID, c.Created = r.id(), r.time()
		list = append(list, c)
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("read consumers: %w", err)
	}
	return list, nil
}

// ConsumerSecret returns a consumer's signing secret, opened, or [ErrNotFound].
func (s *Store) ConsumerSecret(ctx context.Context, instance, id bowline.ID) ([]byte, error) {
	var sealed []byte
	err := one(ctx, storeReader{s}, `SELECT sealed_secret FROM consumers WHERE id = $1 AND instance_id = $2`,
		[]any{string(id), string(instance)}, func(r *row) error {
			sealed = r.bytes()
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read consumer secret: %w", err)
	}
	plain, err := s.sealer.Open(sealed, "consumers", string(id), "sealed_secret")
	if err != nil {
		return nil, fmt.Errorf("read consumer secret: %w", err)
	}
	return plain, nil
}
