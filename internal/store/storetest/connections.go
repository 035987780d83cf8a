package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Connections is the conformance of connections and their timeline.
func Connections(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	company := Add(t, s, NewCompany(instance, "Harbour Bakery"))
	at := Start.Add(time.Hour)
	c := NewConnection(company, bowline.Accounting)
	c.DataConnectionErrors = []bowline.ConnectionError{{StatusCode: "401", ErrorMessage: "gone", ErroredOnUTC: at, ResolvedOnUTC: &at}}
	c.ConnectionInfo = map[string]string{"realm": "42"}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertConnection(ctx, c) })
	wantSame(t, "inserted connection", must(s.Connection(ctx, instance, company.ID, c.ID))(t), c)

	stale := c
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		now, err := tx.Connection(ctx, instance, company.ID, c.ID)
		if err != nil {
			return err
		}
		now.Status, now.LinkedAt, now.LastSync, now.ConnectionInfo = bowline.Linked, &at, &at, nil
		now.TenantID, now.TenantName, now.CompanyName = "t1", "Tenant", "Bakery Ltd"
		if err := tx.UpdateConnection(ctx, &now); err != nil {
			return err
		}
		now.PlatformName = "Sandbox 2"
		err = tx.UpdateConnection(ctx, &now) // twice in one transaction
		c = now
		return err
	})
	wantSame(t, "version", c.Version, stale.Version+2)
	wantSame(t, "updated connection", must(s.Connection(ctx, instance, company.ID, c.ID))(t), c)
	wantErr(t, "update of an old version", TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.UpdateConnection(ctx, &stale)
	}), store.ErrConflict)

	orphan := NewConnection(NewCompany(instance, "nobody"), bowline.Banking)
	wantErr(t, "insert without a company", TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertConnection(ctx, orphan)
	}), store.ErrNotFound)
	_, err := s.Connection(ctx, instance, bowline.NewID(Start), c.ID)
	wantErr(t, "read under another company", err, store.ErrNotFound)
	_, err = s.Connection(ctx, bowline.NewID(Start), company.ID, c.ID)
	wantErr(t, "read from another instance", err, store.ErrNotFound)
	wantErr(t, "delete from another instance", TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.DeleteConnection(ctx, bowline.NewID(Start), company.ID, c.ID)
	}), store.ErrNotFound)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.DeleteConnection(ctx, instance, company.ID, c.ID)
	})
	wantSame(t, "company after delete", len(must(s.Company(ctx, instance, company.ID))(t).DataConnections), 0)
}

// Timeline is the conformance of history, consents and events.
func Timeline(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance, other := NewInstance(t, s), NewInstance(t, s)
	company := Add(t, s, NewCompany(instance, "Harbour Bakery"), bowline.Accounting)
	conn := company.DataConnections[0]
	var lines []bowline.ConnectionHistory
	for i := range 3 {
		lines = append(lines, bowline.ConnectionHistory{
			ID: bowline.NewID(Start), InstanceID: instance, CompanyID: company.ID, ConnectionID: conn.ID,
			At: Start.Add(time.Duration(i) * time.Microsecond), Trigger: bowline.TriggerLink, From: bowline.PendingAuth,
			To: bowline.Linked, Reason: "because", Actor: bowline.ActorCustomer, CorrelationID: "c0ffee",
		})
	}
	consent := bowline.Consent{
		ID: bowline.NewID(Start), InstanceID: instance, CompanyID: company.ID, ConnectionID: conn.ID, IntegrationKey: "mqjo",
		Kind: bowline.ConsentAdditional, Text: "# You agree", TextVersion: hash(1), Locale: "en-US", DataTypes: []string{"invoices"},
		GrantedAt: Start, GrantedFrom: "192.0.2.1", UserAgent: "Phone",
	}
	event := must(bowline.NewConnectionEvent(bowline.ConnectionCreated, company, conn, bowline.NewLinks("http://x"), Start))(t)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for _, line := range lines {
			if err := tx.AppendHistory(ctx, line); err != nil {
				return err
			}
			e := event
			e.ID = line.ID
			if err := tx.AppendEvent(ctx, e); err != nil {
				return err
			}
		}
		return tx.InsertConsent(ctx, consent)
	})
	wantSame(t, "history", must(s.History(ctx, instance, conn.ID))(t), lines)
	wantSame(t, "consents", must(s.Consents(ctx, instance, conn.ID))(t), []bowline.Consent{consent})
	first := must(s.Events(ctx, instance, 0, 2))(t)
	wantSame(t, "number of events", len(first), 2)
	event.ID = lines[0].ID
	wantSame(t, "first event", first[0].Event, event)
	rest := must(s.Events(ctx, instance, first[1].Seq, 10))(t)
	wantSame(t, "number of later events", len(rest), 1)
	wantSame(t, "last event", rest[0].ID, lines[2].ID)

	wantSame(t, "history for another instance", len(must(s.History(ctx, other, conn.ID))(t)), 0)
	wantSame(t, "consents for another instance", len(must(s.Consents(ctx, other, conn.ID))(t)), 0)
	wantSame(t, "events of another instance", len(must(s.Events(ctx, other, 0, 10))(t)), 0)
}
