package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// consumerOptions is what is sealed of a consumer beside its signing secrets.
type consumerOptions struct {
	Headers     map[string]string `json:"headers,omitempty"`
	Certificate string            `json:"certificate,omitempty"`
}

// errConsumerText hides what the decoder would quote.
var errConsumerText = errors.New("what was sealed are not the options of a consumer")

// consumerRow are the columns that InsertConsumer and UpdateConsumer share.
func (tx *Tx) consumerRow(c bowline.Consumer) ([]any, error) {
	events, err := encode(c.EventTypes, len(c.EventTypes) == 0)
	if err != nil {
		return nil, err
	}
	tags, err := encode(c.CompanyTags, len(c.CompanyTags) == 0)
	if err != nil {
		return nil, err
	}
	var sealed []byte
	if len(c.Headers) > 0 || c.ClientCertificate != "" {
		plain, err := json.Marshal(consumerOptions{c.Headers, c.ClientCertificate.Reveal()})
		if err != nil {
			return nil, err
		}
		if sealed, err = tx.store.sealer.Seal(plain, "consumers", string(c.ID), "sealed_options"); err != nil {
			return nil, err
		}
	}
	return []any{
		c.URL, events, flag(c.Disabled), tags, string(c.CompanyID), sealed, int64(c.RateLimit),
		c.Transformation.Source, flag(c.Transformation.Enabled), c.DisabledReason, micros(c.Updated),
	}, nil
}

// flag is how a bool is stored.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// InsertConsumer adds a webhook consumer in its first version and seals its
// secrets.
func (tx *Tx) InsertConsumer(ctx context.Context, c bowline.Consumer) error {
	sealed, err := tx.store.sealer.Seal([]byte(c.Secret), "consumers", string(c.ID), "sealed_secret")
	if err != nil {
		return fmt.Errorf("insert consumer: %w", err)
	}
	if c.Updated.IsZero() {
		c.Updated = c.Created
	}
	args, err := tx.consumerRow(c)
	if err == nil {
		err = tx.countConsumers(ctx)
	}
	if err == nil {
		err = tx.exec(ctx, `INSERT INTO consumers
			(url, event_types, disabled, company_tags, company_id, sealed_options, rate_limit, transform, transform_enabled, disabled_reason,
			updated, id, instance_id, sealed_secret, created)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
			append(args, string(c.ID), string(c.InstanceID), sealed, micros(c.Created)))
	}
	if err != nil {
		return fmt.Errorf("insert consumer: %w", err)
	}
	return nil
}

// UpdateConsumer stores all that an operator decides about a consumer but its
// signing secrets, and counts its version up. It is [ErrConflict] when the
// stored version is another one than c.Version. A consumer that is enabled
// again is a healthy one.
func (tx *Tx) UpdateConsumer(ctx context.Context, c bowline.Consumer) error {
	args, err := tx.consumerRow(c)
	if err == nil {
		err = tx.countConsumers(ctx)
	}
	if err == nil {
		tx.work.Messages = true
		err = tx.execOne(ctx, ErrConflict, `UPDATE consumers SET
			first_failure = CASE WHEN disabled = 1 THEN 0 ELSE first_failure END,
			failing_since = CASE WHEN disabled = 1 THEN 0 ELSE failing_since END,
			bulk_until = CASE WHEN disabled = 1 THEN 0 ELSE bulk_until END,
			url = $1, event_types = $2, disabled = $3, company_tags = $4, company_id = $5, sealed_options = $6, rate_limit = $7,
			transform = $8, transform_enabled = $9, disabled_reason = $10, updated = $11, version = version + 1
			WHERE id = $12 AND instance_id = $13 AND version = $14`,
			append(args, string(c.ID), string(c.InstanceID), c.Version))
	}
	if err != nil {
		return fmt.Errorf("update consumer: %w", err)
	}
	return nil
}

// RotateConsumerSecret gives a consumer a new signing secret and keeps the one
// that it had valid until the given time; [ErrNotFound] when there is none.
func (tx *Tx) RotateConsumerSecret(ctx context.Context, instance, id bowline.ID, secret string, until, now time.Time) error {
	former, err := readConsumer(ctx, tx.store, tx, instance, id)
	if err != nil {
		return fmt.Errorf("rotate consumer secret: %w", err)
	}
	sealed, err := tx.store.sealer.Seal([]byte(secret), "consumers", string(id), "sealed_secret")
	if err != nil {
		return fmt.Errorf("rotate consumer secret: %w", err)
	}
	sealedFormer, err := tx.store.sealer.Seal([]byte(former.Secret), "consumers", string(id), "sealed_former")
	if err == nil {
		err = tx.countConsumers(ctx)
	}
	if err == nil {
		err = tx.execOne(ctx, ErrConflict, `UPDATE consumers SET sealed_secret = $1, sealed_former = $2, former_until = $3, updated = $4,
			version = version + 1 WHERE id = $5 AND version = $6`,
			[]any{sealed, sealedFormer, micros(until), micros(now), string(id), former.Version})
	}
	if err != nil {
		return fmt.Errorf("rotate consumer secret: %w", err)
	}
	return nil
}

// DeleteConsumer removes a consumer; [ErrNotFound] when there is none. Its
// messages go with [Store.DropMessages] and with time.
func (tx *Tx) DeleteConsumer(ctx context.Context, instance, id bowline.ID) error {
	err := tx.countConsumers(ctx)
	if err == nil {
		err = tx.execOne(ctx, ErrNotFound, `DELETE FROM consumers WHERE id = $1 AND instance_id = $2`,
			[]any{string(id), string(instance)})
	}
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

func (tx *Tx) countConsumers(ctx context.Context) error {
	tx.work.Consumers = true
	return tx.exec(ctx, `UPDATE consumer_revision SET revision = revision + 1 WHERE id = 1`, nil)
}

// ConsumersRevision returns a number that is another one whenever a consumer of
// any instance has changed. A reader that keeps consumers reads it before them.
func (s *Store) ConsumersRevision(ctx context.Context) (int64, error) {
	n, err := countRows(ctx, storeReader{s}, consumersRevision, nil)
	if err != nil {
		return 0, fmt.Errorf("read consumers revision: %w", err)
	}
	return n, nil
}

const consumersRevision = `SELECT revision FROM consumer_revision WHERE id = 1`

const consumerColumns = `id, instance_id, url, event_types, disabled, company_tags, company_id, created, former_until, rate_limit,
	transform, transform_enabled, disabled_reason, first_failure, failing_since, updated, version`

func scanConsumer(r *row) bowline.Consumer {
	c := bowline.Consumer{ID: r.id(), InstanceID: r.id(), URL: r.text()}
	r.json(&c.EventTypes)
	c.Disabled = r.bool()
	r.json(&c.CompanyTags)
	c.CompanyID, c.Created, c.FormerUntil, c.RateLimit = r.id(), r.time(), r.time(), int(r.int())
	c.Transformation = bowline.Transformation{Source: r.text(), Enabled: r.bool()}
	c.DisabledReason = r.text()
	c.Health = bowline.ConsumerHealth{FirstFailure: r.time(), FailingSince: r.time()}
	c.Updated, c.Version = r.time(), r.int()
	return c
}

// Consumers returns the consumers of an instance, the oldest first, with their
// secrets.
func (s *Store) Consumers(ctx context.Context, instance bowline.ID) ([]bowline.Consumer, error) {
	list, err := s.readConsumers(ctx, ` WHERE instance_id = $1 ORDER BY created, id`, string(instance))
	if err != nil {
		return nil, fmt.Errorf("read consumers: %w", err)
	}
	return list, nil
}

// AllConsumers returns the consumers of all instances with their secrets.
func (s *Store) AllConsumers(ctx context.Context) ([]bowline.Consumer, error) {
	list, err := s.readConsumers(ctx, ` ORDER BY id`)
	if err != nil {
		return nil, fmt.Errorf("read all consumers: %w", err)
	}
	return list, nil
}

func (s *Store) readConsumers(ctx context.Context, which string, args ...any) (list []bowline.Consumer, err error) {
	err = s.read(ctx, `SELECT `+consumerColumns+`, sealed_secret, sealed_former, sealed_options FROM consumers`+which, args,
		func(r *row) error {
			c, err := s.openConsumer(r)
			list = append(list, c)
			return err
		})
	return list, err
}

// Consumer returns a consumer with its secrets, or [ErrNotFound].
func (s *Store) Consumer(ctx context.Context, instance, id bowline.ID) (bowline.Consumer, error) {
	c, err := readConsumer(ctx, s, storeReader{s}, instance, id)
	if err != nil {
		return bowline.Consumer{}, fmt.Errorf("read consumer: %w", err)
	}
	return c, nil
}

func readConsumer(ctx context.Context, s *Store, q querier, instance, id bowline.ID) (c bowline.Consumer, err error) {
	err = one(ctx, q, `SELECT `+consumerColumns+`, sealed_secret, sealed_former, sealed_options
		FROM consumers WHERE id = $1 AND instance_id = $2`, []any{string(id), string(instance)}, func(r *row) error {
		c, err = s.openConsumer(r)
		return err
	})
	return c, err
}

// openConsumer reads a row that ends with the sealed columns.
func (s *Store) openConsumer(r *row) (bowline.Consumer, error) {
	c := scanConsumer(r)
	secret, former, options := r.bytes(), r.bytes(), r.bytes()
	if r.err != nil {
		return c, r.err
	}
	plain, err := s.sealer.Open(secret, "consumers", string(c.ID), "sealed_secret")
	if err != nil {
		return c, err
	}
	c.Secret = string(plain)
	if len(former) > 0 {
		if plain, err = s.sealer.Open(former, "consumers", string(c.ID), "sealed_former"); err != nil {
			return c, err
		}
		c.FormerSecret = string(plain)
	}
	if len(options) > 0 {
		if plain, err = s.sealer.Open(options, "consumers", string(c.ID), "sealed_options"); err != nil {
			return c, err
		}
		var opened consumerOptions
		if err := json.Unmarshal(plain, &opened); err != nil {
			return c, errConsumerText
		}
		c.Headers, c.ClientCertificate = opened.Headers, bowline.ClientCertificate(opened.Certificate)
	}
	return c, nil
}

// ConsumerSecret returns a consumer's signing secret, opened, or [ErrNotFound].
func (s *Store) ConsumerSecret(ctx context.Context, instance, id bowline.ID) ([]byte, error) {
	c, err := readConsumer(ctx, s, storeReader{s}, instance, id)
	if err != nil {
		return nil, fmt.Errorf("read consumer secret: %w", err)
	}
	return []byte(c.Secret), nil
}

// AppendConsumerHistory adds a line to a consumer's history; [ErrNotFound] when
// there is no such consumer.
func (tx *Tx) AppendConsumerHistory(ctx context.Context, instance bowline.ID, change bowline.ConsumerChange) error {
	err := tx.exec(ctx, `INSERT INTO consumer_history (consumer_id, id, instance_id, at, what, reason, actor)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		[]any{
			string(change.ConsumerID), string(change.ID), string(instance), micros(change.At), change.What, change.Reason, string(change.Actor),
		})
	if err != nil {
		return fmt.Errorf("append consumer history: %w", err)
	}
	return nil
}

// ConsumerHistory returns at most limit lines of a consumer's history, the
// latest first.
func (s *Store) ConsumerHistory(ctx context.Context, instance, id bowline.ID, limit int) ([]bowline.ConsumerChange, error) {
	var list []bowline.ConsumerChange
	err := s.read(ctx, `SELECT h.id, h.at, h.what, h.reason, h.actor, COALESCE(u.name, k.name, '')
		FROM consumer_history h
		LEFT JOIN users u ON h.actor = 'user:' || u.id
		LEFT JOIN api_keys k ON h.actor = 'key:' || k.id
		WHERE h.consumer_id = $1 AND h.instance_id = $2 ORDER BY h.id DESC LIMIT CAST($3 AS BIGINT)`,
		[]any{string(id), string(instance), int64(limit)}, func(r *row) error {
			list = append(list, bowline.ConsumerChange{
				ConsumerID: id, ID: r.id(), At: r.time(), What: r.text(), Reason: r.text(), Actor: bowline.Actor(r.text()), ActorName: r.text(),
			})
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read consumer history: %w", err)
	}
	return list, nil
}
