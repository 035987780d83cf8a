package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Companies is the conformance of companies.
func Companies(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance, other := NewInstance(t, s), NewInstance(t, s)
	synced := Start.Add(time.Hour)
	c := NewCompany(instance, "Harbour Bakery ünïcode 🥐")
	c.Description, c.LastSync, c.CreatedByUserName = "Bread 'n' \"cake\"; --", &synced, "Ada"
	c.Products, c.Tags = []string{"lending", "assess"}, map[string]string{"region": "north", "Größe $.x": "a\\b%_"}
	c.OwnerUserIDs = []bowline.ID{bowline.NewID(Start)}

	wantSame(t, "inserted company", Add(t, s, c), c)
	wantErr(t, "insert the same id", TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertCompany(ctx, c)
	}), store.ErrConflict)

	c.Name, c.Description, c.LastSync, c.Products = "Harbour", "", nil, nil
	c.Tags = map[string]string{"region": "south"}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.UpdateCompany(ctx, c); err != nil {
			return err
		}
		inside, err := tx.Company(ctx, instance, c.ID)
		wantSame(t, "updated company inside the transaction", inside, c)
		return err
	})
	wantSame(t, "updated company", must(s.Company(ctx, instance, c.ID))(t), c)

	foreign := c
	foreign.InstanceID = other
	_, err := s.Company(ctx, other, c.ID)
	wantErr(t, "read from another instance", err, store.ErrNotFound)
	for what, change := range map[string]func(context.Context, *store.Tx) error{
		"update from another instance": func(ctx context.Context, tx *store.Tx) error { return tx.UpdateCompany(ctx, foreign) },
		"delete from another instance": func(ctx context.Context, tx *store.Tx) error { return tx.DeleteCompany(ctx, other, c.ID) },
		"lock from another instance": func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.LockCompany(ctx, other, c.ID)
			return err
		},
		"delete an unknown one": func(ctx context.Context, tx *store.Tx) error {
			return tx.DeleteCompany(ctx, instance, bowline.NewID(Start))
		},
	} {
		wantErr(t, what, TryWrite(t, s, change), store.ErrNotFound)
	}

	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.CountCompanies(ctx, instance)
		wantSame(t, "number of companies", n, 1)
		return err
	})
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteCompany(ctx, instance, c.ID) })
	_, err = s.Company(ctx, instance, c.ID)
	wantErr(t, "read after delete", err, store.ErrNotFound)
}

// Cascade proves that a deleted company takes everything along but its events.
func Cascade(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	company := NewCompany(instance, "Harbour Bakery")
	company.Tags = map[string]string{"region": "north"}
	company = Add(t, s, company, bowline.Accounting)
	conn := company.DataConnections[0]
	a := NewAuthorization(conn, hash(1))
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		event, err := bowline.NewCompanyEvent(bowline.CompanyCreated, company, bowline.NewLinks("http://x"), Start)
		if err != nil {
			return err
		}
		for _, step := range []error{
			tx.ClaimAuthorization(ctx, a),
			tx.PutGrant(ctx, bowline.Grant{ConnectionID: conn.ID, AccessToken: "t"}),
			tx.AppendHistory(ctx, bowline.ConnectionHistory{ID: bowline.NewID(Start), ConnectionID: conn.ID, InstanceID: instance}),
			tx.InsertConsent(ctx, bowline.Consent{ID: bowline.NewID(Start), ConnectionID: conn.ID, InstanceID: instance}),
			tx.AppendEvent(ctx, event),
		} {
			if step != nil {
				return step
			}
		}
		return nil
	})
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteCompany(ctx, instance, company.ID) })

	_, err := s.Connection(ctx, instance, company.ID, conn.ID)
	wantErr(t, "connection", err, store.ErrNotFound)
	_, err = s.Grant(ctx, conn.ID)
	wantErr(t, "grant", err, store.ErrNotFound)
	_, err = s.Authorization(ctx, a.ID)
	wantErr(t, "authorization", err, store.ErrNotFound)
	wantSame(t, "history", len(must(s.History(ctx, instance, conn.ID))(t)), 0)
	wantSame(t, "consents", len(must(s.Consents(ctx, instance, conn.ID))(t)), 0)
	wantSame(t, "events", len(must(s.Events(ctx, instance, 0, 10))(t)), 1)

	// The same ids can be used again: nothing is left that would be in the way.
	Add(t, s, NewCompanyLike(company), bowline.Accounting)
}

// NewCompanyLike returns an insertable copy of a stored company.
func NewCompanyLike(c bowline.Company) bowline.Company {
	c.DataConnections = nil
	return c
}
