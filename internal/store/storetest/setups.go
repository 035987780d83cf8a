package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Setups is the conformance of what operators set up for integrations.
func Setups(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance, other := NewInstance(t, s), NewInstance(t, s)
	put := func(setup bowline.IntegrationSetup) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutIntegrationSetup(ctx, setup) })
	}
	remove := func(instance bowline.ID, key string) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteIntegrationSetup(ctx, instance, key) })
	}
	read := func(instance bowline.ID) []bowline.IntegrationSetup {
		return must(s.IntegrationSetups(ctx, instance))(t)
	}
	last := must(s.SetupRevision(ctx))(t)
	// moved wants the revision to have changed with what was done, or not.
	moved := func(about string, want bool) {
		t.Helper()
		now := must(s.SetupRevision(ctx))(t)
		wantSame(t, about+": revision has moved", now > last, want)
		last = now
	}
	wantSame(t, "setups that nobody made", read(instance), []bowline.IntegrationSetup{})

	yes, no, order, none := true, false, -7, 0
	full := bowline.IntegrationSetup{
		InstanceID: instance, Key: "xero", Enabled: &yes, Order: &order, Sandbox: &no, Scopes: []string{"openid", "a.read"},
		Clients: map[string]bowline.Client{"": {ID: "id", Secret: "s e\"c", PrivateKey: "-----BEGIN\nx"}, "eu": {ID: "é"}},
		Values:  map[string]string{"applicationId": "amzn1"}, UpdatedAt: Start,
	}
	bare := bowline.IntegrationSetup{InstanceID: instance, Key: "acme", UpdatedAt: Start}
	wantErr(t, "put", put(full), nil)
	moved("put", true)
	wantErr(t, "put with nothing in it", put(bare), nil)
	moved("put with nothing in it", true)
	list := read(instance)
	full.Version, bare.Version = list[1].Version, list[0].Version
	wantSame(t, "setups, by key", list, []bowline.IntegrationSetup{bare, full})
	if full.Version <= 0 || bare.Version <= full.Version {
		t.Errorf("versions are %d, then %d", full.Version, bare.Version)
	}
	wantSame(t, "setups of another instance", read(other), []bowline.IntegrationSetup{})

	first := full
	first.Version = 0
	wantErr(t, "put as the first", put(first), store.ErrConflict)
	moved("put as the first", false)
	full.Enabled, full.Order, full.Sandbox, full.Scopes = nil, &none, nil, nil
	full.Clients, full.Values, full.UpdatedAt = nil, map[string]string{"b": "2"}, Start.Add(time.Hour)
	before := full.Version
	wantErr(t, "put again", put(full), nil)
	moved("put again", true)
	wantErr(t, "put what was read before that", put(full), store.ErrConflict)
	moved("put what was read before that", false)
	list = read(instance)
	full.Version = list[1].Version
	wantSame(t, "changed", list[1], full)
	wantSame(t, "version has grown", full.Version > before, true)

	wantErr(t, "delete of another instance", remove(other, "xero"), store.ErrNotFound)
	moved("delete of another instance", false)
	wantErr(t, "delete", remove(instance, "xero"), nil)
	moved("delete", true)
	wantErr(t, "delete again", remove(instance, "xero"), store.ErrNotFound)
	wantErr(t, "put what is gone", put(full), store.ErrConflict)
	again := full
	again.Version = 0
	wantErr(t, "put anew", put(again), nil)
	moved("put anew", true)
	wantErr(t, "put what was read before it went", put(full), store.ErrConflict)
	list = read(instance)
	wantSame(t, "no version comes twice", list[1].Version > full.Version, true)
	wantErr(t, "put without an instance", put(bowline.IntegrationSetup{InstanceID: bowline.NewID(Start), Key: "xero"}), store.ErrNotFound)

	raceForSetup(t, s, list[1])
}

// raceForSetup lets several change what they have all read: one wins.
func raceForSetup(t *testing.T, s *store.Store, setup bowline.IntegrationSetup) {
	won := 0
	for _, err := range concurrently(8, func(n int) error {
		mine := setup
		mine.Order = &n
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutIntegrationSetup(ctx, mine) })
	}) {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, store.ErrConflict):
			t.Error(err)
		}
	}
	wantSame(t, "winners of a race", won, 1)
}

// ProviderRows is the conformance of the entries that providers name.
func ProviderRows(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance, other := NewInstance(t, s), NewInstance(t, s)
	put := func(instance bowline.ID, rows bowline.ProviderRows) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutProviderRows(ctx, instance, "tlay", rows) })
	}
	_, err := s.ProviderRows(ctx, instance, "tlay")
	wantErr(t, "rows that nobody fetched", err, store.ErrNotFound)
	rows := bowline.ProviderRows{FetchedAt: Start, Rows: []bowline.ProviderRow{
		{ID: "ob-hill", Name: "Bank of the Hill", LogoURL: "https://logos.example/hill.svg"}, {ID: "ob-u", Name: "Über \"Bank\""},
	}}
	later := bowline.ProviderRows{FetchedAt: Start.Add(time.Hour), Rows: rows.Rows[:1]}
	empty := bowline.ProviderRows{FetchedAt: Start.Add(2 * time.Hour)}
	for _, step := range []struct {
		about     string
		put, want bowline.ProviderRows
	}{{"first", rows, rows}, {"later", later, later}, {"one that was overtaken", rows, later}, {"none left", empty, empty}} {
		wantErr(t, step.about, put(instance, step.put), nil)
		wantSame(t, step.about, must(s.ProviderRows(ctx, instance, "tlay"))(t), step.want)
	}
	_, err = s.ProviderRows(ctx, other, "tlay")
	wantErr(t, "rows of another instance", err, store.ErrNotFound)
	_, err = s.ProviderRows(ctx, instance, "acme")
	wantErr(t, "rows of another integration", err, store.ErrNotFound)
	wantErr(t, "put without an instance", put(bowline.NewID(Start), rows), store.ErrNotFound)
}
