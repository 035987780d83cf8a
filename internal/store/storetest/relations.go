package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// relate stores a company's relations as the API does.
func relate(t *testing.T, s *store.Store, c bowline.Company, want bowline.Relations) error {
	t.Helper()
	return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
		now, err := tx.LockFamily(ctx, c.InstanceID, c.ID, want.IDs()...)
		if err != nil {
			return err
		}
		if err := tx.Relate(ctx, &now, want); err != nil {
			return err
		}
		return tx.UpdateCompany(ctx, now)
	})
}

// create adds a company with relations and its event.
func create(t *testing.T, s *store.Store, c *bowline.Company, want bowline.Relations) error {
	t.Helper()
	return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
		c.SetRelations(bowline.Relations{})
		if err := tx.Relate(ctx, c, want); err != nil {
			return err
		}
		return tx.CreateCompany(ctx, *c, store.Change{Now: Start})
	})
}

func ids(c bowline.Company) bowline.Relations { return c.Relations() }

func reference(c bowline.Company) bowline.CompanyReference {
	return bowline.CompanyReference{ID: c.ID, Name: c.Name, Description: c.Description, Tags: c.Tags}
}

// Relations is the conformance of references between companies.
func Relations(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance := NewInstance(t, s)
	read := func(c bowline.Company) bowline.Company { return must(s.Company(ctx, instance, c.ID))(t) }
	group, kiosk, van := NewCompany(instance, "Group"), NewCompany(instance, "Kiosk"), NewCompany(instance, "Van")
	group.OwnerUserIDs = []bowline.ID{bowline.NewID(Start)}
	kiosk.Description, kiosk.Tags = "At the pier", map[string]string{"region": "north"}
	group, kiosk, van = Add(t, s, group), Add(t, s, kiosk, bowline.Accounting), Add(t, s, van)

	bakery := NewCompany(instance, "Bakery")
	wantErr(t, "create with relations", create(t, s, &bakery, bowline.Relations{
		Parent: group.ID, Subsidiaries: []bowline.ID{van.ID, kiosk.ID},
	}), nil)
	parent := reference(group)
	wantSame(t, "created company", read(bakery), bakery)
	wantSame(t, "its parent", bakery.ReferenceParentCompany, &parent)
	wantSame(t, "its subsidiaries", bakery.ReferenceSubsidiaryCompanies, []bowline.CompanyReference{reference(van), reference(kiosk)})
	group.ReferenceSubsidiaryCompanies = []bowline.CompanyReference{reference(bakery)}
	wantSame(t, "parent", read(group), group)
	above := reference(bakery)
	kiosk.ReferenceParentCompany = &above
	wantSame(t, "subsidiary", read(kiosk), kiosk)

	bakery = read(bakery)
	bakery.Name, bakery.Tags = "Baker & Sons", map[string]string{"tier": "gold"}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateCompany(ctx, bakery) })
	wantSame(t, "parent of the renamed", read(group).ReferenceSubsidiaryCompanies, []bowline.CompanyReference{reference(bakery)})
	above = reference(bakery)
	wantSame(t, "subsidiary of the renamed", read(kiosk).ReferenceParentCompany, &above)
	page, _, err := s.Companies(ctx, store.CompanyList{InstanceID: instance, Page: bowline.Page{Number: 1, Size: 10}})
	wantErr(t, "list", err, nil)
	for _, c := range page {
		wantSame(t, "company of the list", c, read(c))
	}

	refused := NewCompany(instance, "Refused")
	foreign := Add(t, s, NewCompany(NewInstance(t, s), "Foreign"))
	for what, want := range map[string]bowline.Relations{
		"unknown parent":      {Parent: bowline.NewID(Start)},
		"foreign parent":      {Parent: foreign.ID},
		"foreign subsidiary":  {Subsidiaries: []bowline.ID{foreign.ID}},
		"another's":           {Parent: group.ID, Subsidiaries: []bowline.ID{van.ID}},
		"parent and its own":  {Parent: group.ID, Subsidiaries: []bowline.ID{group.ID}},
		"parent of itself":    {Parent: refused.ID},
		"unknown among known": {Subsidiaries: []bowline.ID{group.ID, bowline.NewID(Start)}},
	} {
		wantSame(t, what, bowline.CodeOf(create(t, s, &refused, want)), bowline.CodeInvalid)
		_, err := s.Company(ctx, instance, refused.ID)
		wantErr(t, what+": what is left", err, store.ErrNotFound)
	}

	wantErr(t, "replace", relate(t, s, bakery, bowline.Relations{Subsidiaries: []bowline.ID{van.ID}}), nil)
	wantSame(t, "subsidiary that was left out", read(kiosk).ReferenceParentCompany, (*bowline.CompanyReference)(nil))
	wantErr(t, "swap parent and subsidiary", relate(t, s, bakery, bowline.Relations{Parent: kiosk.ID, Subsidiaries: []bowline.ID{group.ID}}), nil)
	wantSame(t, "owners of a relative", read(group).OwnerUserIDs, group.OwnerUserIDs)
	wantSame(t, "subsidiaries of the former parent", len(read(group).ReferenceSubsidiaryCompanies), 0)

	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.LockFamily(ctx, instance, bakery.ID)
		if err != nil {
			return err
		}
		return tx.RemoveCompany(ctx, c, store.Change{Now: Start})
	})
	for _, c := range []bowline.Company{group, kiosk, van} {
		wantSame(t, c.Name+" after the end of the family", ids(read(c)), bowline.Relations{})
	}
	wantErr(t, "relate what is gone", relate(t, s, bakery, bowline.Relations{Parent: van.ID}), store.ErrNotFound)
	manySubsidiaries(t, s, instance)
}

// manySubsidiaries creates companies at once that share a parent and fight for
// subsidiaries, while others are deleted: no relation may be lost or one-sided.
func manySubsidiaries(t *testing.T, s *store.Store, instance bowline.ID) {
	const creators = 24
	parent := Add(t, s, NewCompany(instance, "parent"))
	pool := make([]bowline.ID, 4)
	for i := range pool {
		pool[i] = Add(t, s, NewCompany(instance, fmt.Sprint("pool ", i))).ID
	}
	created := 0
	for i, err := range concurrently(creators, func(i int) error {
		c := NewCompany(instance, fmt.Sprint("creator ", i))
		want := bowline.Relations{Parent: parent.ID}
		if i%2 == 0 { // in opposite orders
			want.Subsidiaries = []bowline.ID{pool[i%4], pool[(i+1)%4]}
		}
		if err := create(t, s, &c, want); err != nil || i%4 != 1 {
			return err
		}
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
			now, err := tx.LockFamily(ctx, instance, c.ID)
			if err != nil {
				return err
			}
			return tx.RemoveCompany(ctx, now, store.Change{Now: Start})
		})
	}) {
		switch {
		case err == nil && i%4 != 1:
			created++
		case err != nil && (i%2 == 1 || bowline.CodeOf(err) != bowline.CodeInvalid):
			t.Errorf("creator %d: %v", i, err)
		}
	}
	// One of the even ones won each half of the pool, of the odd ones half stay.
	wantSame(t, "companies created", created, creators/4+2)
	now := must(s.Company(t.Context(), instance, parent.ID))(t)
	wantSame(t, "subsidiaries of the parent", len(now.ReferenceSubsidiaryCompanies), created)
	owned := 0
	for _, ref := range now.ReferenceSubsidiaryCompanies {
		child := must(s.Company(t.Context(), instance, ref.ID))(t)
		wantSame(t, "parent of "+child.Name, child.Relations().Parent, parent.ID)
		for _, sub := range child.ReferenceSubsidiaryCompanies {
			wantSame(t, "owner of "+sub.Name, ids(must(s.Company(t.Context(), instance, sub.ID))(t)).Parent, child.ID)
			owned++
		}
	}
	wantSame(t, "owned of the pool", owned, len(pool))

	full := bowline.Relations{Subsidiaries: make([]bowline.ID, bowline.MaxSubsidiaries)}
	for i := range full.Subsidiaries {
		full.Subsidiaries[i] = Add(t, s, NewCompany(instance, "many")).ID
	}
	wantErr(t, "as many as can be", relate(t, s, parent, full), nil)
	one := NewCompany(instance, "one more")
	wantSame(t, "one more", bowline.CodeOf(create(t, s, &one, bowline.Relations{Parent: parent.ID})), bowline.CodeInvalid)
	wantSame(t, "a full parent", ids(must(s.Company(t.Context(), instance, parent.ID))(t)), full)
}
