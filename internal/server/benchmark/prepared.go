package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/webhook"
)

// prepared is a place that was written to before Bowline opened it: more
// consumers than the API lets one fintech have, and events that wait to be sent.
// Events get there by the statements that Bowline itself has for them.
type prepared struct {
	place
	instance bowline.ID
	schema   *postgres // nil on SQLite
}

// engine is a kind of database to measure on.
type engine struct {
	name string
	url  string // of a PostgreSQL server; empty for SQLite
}

// endpoint is a consumer that is made directly.
type endpoint struct {
	url string
	tag string // only events of companies with it; empty: all
}

// prepared makes a new place and starts Bowline on it once, so that it is as
// after a first start. The caller drops it.
func (b *bench) prepared(ctx context.Context, e engine) (_ *prepared, err error) {
	made := &prepared{}
	dir, err := os.MkdirTemp(b.dir, e.name+"-")
	if err != nil {
		return nil, err
	}
	url := ""
	if e.url != "" {
		if made.schema, err = openPostgres(ctx, e.url); err != nil {
			return nil, err
		}
		url = made.schema.url
	}
	defer func() {
		if err != nil {
			made.drop(ctx)
		}
	}()
	if made.place, err = newPlace(dir, url); err != nil {
		return nil, err
	}
	once, err := startSystem(ctx, made.place)
	if err != nil {
		return nil, err
	}
	if err := once.close(); err != nil {
		return nil, err
	}
	return made, made.with(ctx, func(s *store.Store) error {
		list, err := s.Instances(ctx)
		if err == nil && len(list) == 0 {
			err = errors.New("a first start made no instance")
		}
		if err == nil {
			made.instance = list[0].ID
		}
		return err
	})
}

// drop forgets the rows, so that later measurements have the disk to themselves.
func (p *prepared) drop(ctx context.Context) {
	err := os.RemoveAll(p.dir)
	if p.schema != nil {
		err = errors.Join(err, p.schema.close(context.WithoutCancel(ctx)))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchmark:", err)
	}
}

// with opens the database while no Bowline does.
func (p *prepared) with(ctx context.Context, do func(*store.Store) error) error {
	s, err := store.Open(ctx, store.Options{
		URL: p.url, Dir: p.dir, Sealer: p.sealer, Now: utcNow, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	return errors.Join(do(s), s.Close())
}

func utcNow() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// consumers adds endpoints that want to hear of new companies.
func (p *prepared) consumers(ctx context.Context, list []endpoint) error {
	return p.with(ctx, func(s *store.Store) error {
		return s.Write(ctx, func(tx *store.Tx) error {
			for _, e := range list {
				now := utcNow()
				c := bowline.Consumer{
					ID: bowline.NewID(now), InstanceID: p.instance, Created: now, Updated: now, Version: 1, Secret: webhook.NewSecret(),
					URL: e.url, EventTypes: []string{string(bowline.CompanyCreated)},
				}
				if e.tag != "" {
					c.CompanyTags = []string{e.tag}
				}
				if err := c.Validate(true); err != nil {
					return err
				}
				if err := tx.InsertConsumer(ctx, c); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// eventsAtOnce is how many events are written in one transaction.
const eventsAtOnce = 500

// backlog records that many events which nobody was told of, as if Bowline had
// been killed just after it wrote them.
func (p *prepared) backlog(ctx context.Context, count int) error {
	return p.with(ctx, func(s *store.Store) error {
		for left := count; left > 0; left -= eventsAtOnce {
			if err := p.record(ctx, s, min(left, eventsAtOnce)); err != nil {
				return err
			}
		}
		return nil
	})
}

// record writes events in one transaction.
func (p *prepared) record(ctx context.Context, s *store.Store, count int) error {
	err := s.Write(ctx, func(tx *store.Tx) error {
		for range count {
			event, err := newEvent(p.instance)
			if err != nil {
				return err
			}
			if err := tx.AppendEvent(ctx, event); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("record events: %w", err)
	}
	return nil
}

// newEvent is what the creation of a company records, without the company.
func newEvent(instance bowline.ID) (bowline.Event, error) {
	now := utcNow()
	c := bowline.Company{
		ID: bowline.NewID(now), InstanceID: instance, Name: "Harbour Bakery", Description: "A bakery by the harbour", Created: now,
		Tags: map[string]string{"region": "north"},
	}
	return bowline.NewCompanyEvent(bowline.CompanyCreated, c, bowline.NewLinks("https://bowline.example.test"), now)
}

// encodeEvent is an event as it travels (webhooks.md section 1).
func encodeEvent(e bowline.Event) ([]byte, error) { return json.Marshal(e) }
