package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Settings is the conformance of what belongs to an instance.
func Settings(t *testing.T, s *store.Store) {
	ctx := t.Context()
	instance, other := NewInstance(t, s), NewInstance(t, s)
	wantSame(t, "number of instances", len(must(s.Instances(ctx))(t)), 2)

	_, err := s.Profile(ctx, instance)
	wantErr(t, "profile that nobody wrote", err, store.ErrNotFound)
	wantSame(t, "origins that nobody wrote", must(s.AllowedOrigins(ctx, instance))(t), bowline.AllowedOrigins{})
	for _, p := range []bowline.Profile{
		{Name: "Acme", RedirectURL: "https://x", WhiteListURLs: []string{"https://y"}, AlertAuthHeader: "Basic c2VjcmV0"},
		{Name: "Acme 2"},
	} {
		o := bowline.AllowedOrigins{AllowedOrigins: []string{"https://" + p.Name}}
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.PutProfile(ctx, instance, p); err != nil {
				return err
			}
			return tx.PutAllowedOrigins(ctx, instance, o)
		})
		wantSame(t, "profile", must(s.Profile(ctx, instance))(t), p)
		wantSame(t, "origins", must(s.AllowedOrigins(ctx, instance))(t), o)
	}
	wantErr(t, "profile without an instance", TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutProfile(ctx, bowline.NewID(Start), bowline.Profile{Name: "x"})
	}), store.ErrNotFound)

	testLook(t, s, instance, other)
	testKeys(t, s, instance, other)
	testConsumers(t, s, instance, other)
}

// testLook is the conformance of how a journey looks.
func testLook(t *testing.T, s *store.Store, instance, other bowline.ID) {
	ctx := t.Context()
	company, elsewhere := Add(t, s, NewCompany(instance, "here")), Add(t, s, NewCompany(other, "there"))
	want := func(about string, id bowline.ID, company bowline.Company, l bowline.LinkSettings, b bowline.Branding) {
		t.Helper()
		wantSame(t, about+": settings", must(s.LinkSettings(ctx, id))(t), l)
		wantSame(t, about+": branding", must(s.Branding(ctx, id))(t), b)
		page := must(s.Link(ctx, company.ID))(t)
		wantSame(t, about+": settings of the page", *page.Settings, l)
		wantSame(t, about+": branding of the page", page.Branding, b)
		wantSame(t, about+": company of the page", page.Company.ID, company.ID)
	}
	defaults := bowline.DefaultLinkSettings()
	want("nothing set", instance, company, defaults, bowline.Branding{})

	l := bowline.DefaultLinkSettings()
	l.OneTimeLinks, l.SecuredBy, l.Locales = true, false, []string{"fr-CA", "en-US"}
	l.SourceTypes.Banking.Consent.DataTypes, l.SupportText = []string{"Übertrag"}, "Call *us* \"now\"\n</script>"
	b := bowline.Branding{HeroURL: "https://x/hero.png", PrimaryColor: "#0b5", ColorScheme: "dark"}
	put := func(id bowline.ID, l *bowline.LinkSettings, b *bowline.Branding) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
			if l != nil {
				return tx.PutLinkSettings(ctx, id, *l)
			}
			return tx.PutBranding(ctx, id, *b)
		})
	}
	wantErr(t, "put branding", put(instance, nil, &b), nil)
	want("branding alone", instance, company, defaults, b)
	wantErr(t, "put settings", put(instance, &l, nil), nil)
	want("both", instance, company, l, b)
	want("another instance", other, elsewhere, defaults, bowline.Branding{})
	l.ExitMessage = "Stay"
	wantErr(t, "put settings again", put(instance, &l, nil), nil)
	want("changed", instance, company, l, b)
	wantErr(t, "put settings of another instance", put(other, &l, nil), nil)
	want("settings alone", other, elsewhere, l, bowline.Branding{})
	for about, err := range map[string]error{
		"settings without an instance": put(bowline.NewID(Start), &l, nil),
		"branding without an instance": put(bowline.NewID(Start), nil, &b),
	} {
		wantErr(t, about, err, store.ErrNotFound)
	}

	wantSame(t, "has begun", must(s.Link(ctx, company.ID))(t).Began, false)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertBegan(ctx, []store.Began{{Company: company.ID, At: Start}})
	})
	wantSame(t, "has begun", must(s.Link(ctx, company.ID))(t).Began, true)
	wantSame(t, "another has begun", must(s.Link(ctx, elsewhere.ID))(t).Began, false)
}

func testKeys(t *testing.T, s *store.Store, instance, other bowline.ID) {
	ctx := t.Context()
	k := bowline.APIKey{
		ID: bowline.NewID(Start), InstanceID: instance, Name: "server", Hash: hash(7), Prefix: "bwl_1234",
		Bootstrap: true, CreatedDate: Start,
	}
	insert := func(k bowline.APIKey) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertAPIKey(ctx, k) })
	}
	remove := func(instance bowline.ID) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteAPIKey(ctx, instance, k.ID) })
	}
	wantErr(t, "insert key", insert(k), nil)
	same := k
	same.ID = bowline.NewID(Start)
	wantErr(t, "insert key with a known hash", insert(same), store.ErrConflict)
	wantSame(t, "keys", must(s.APIKeys(ctx, instance))(t), []bowline.APIKey{k})
	wantSame(t, "key by hash", must(s.APIKeyByHash(ctx, k.Hash))(t), k)
	_, err := s.APIKeyByHash(ctx, hash(8))
	wantErr(t, "unknown hash", err, store.ErrNotFound)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.CountAPIKeys(ctx, instance)
		wantSame(t, "number of keys", n, 1)
		return err
	})
	wantErr(t, "delete key of another instance", remove(other), store.ErrNotFound)
	wantErr(t, "delete key", remove(instance), nil)
	wantErr(t, "delete key again", remove(instance), store.ErrNotFound)
}

func testConsumers(t *testing.T, s *store.Store, instance, other bowline.ID) {
	ctx := t.Context()
	c := bowline.Consumer{
		ID: bowline.NewID(Start), InstanceID: instance, URL: "https://x/hook", EventTypes: []string{"company.created"},
		Disabled: true, CompanyTags: []string{"a:b"}, CompanyID: bowline.NewID(Start), Secret: "whsec_x", Created: Start,
	}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertConsumer(ctx, c) })
	wantSame(t, "secret", string(must(s.ConsumerSecret(ctx, instance, c.ID))(t)), c.Secret)
	_, err := s.ConsumerSecret(ctx, other, c.ID)
	wantErr(t, "secret for another instance", err, store.ErrNotFound)
	c.Updated, c.Version = c.Created, 1
	wantSame(t, "consumers", must(s.Consumers(ctx, instance))(t), []bowline.Consumer{c})
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.CountConsumers(ctx, instance)
		wantSame(t, "number of consumers", n, 1)
		return err
	})
	remove := func(instance bowline.ID) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteConsumer(ctx, instance, c.ID) })
	}
	wantErr(t, "delete consumer of another instance", remove(other), store.ErrNotFound)
	wantErr(t, "delete consumer", remove(instance), nil)
	wantErr(t, "delete consumer again", remove(instance), store.ErrNotFound)
}

// Secrets is the conformance of the deployment's secrets.
func Secrets(t *testing.T, s *store.Store) {
	ctx := t.Context()
	_, err := s.Secret(ctx, "cookie")
	wantErr(t, "secret that nobody wrote", err, store.ErrNotFound)
	for _, offered := range []string{"first", "second"} {
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			stored, err := tx.PutSecret(ctx, "cookie", []byte(offered))
			wantSame(t, "stored secret", string(stored), "first")
			return err
		})
	}
	wantSame(t, "secret", string(must(s.Secret(ctx, "cookie"))(t)), "first")
}

// Times proves that times come back to the microsecond and in UTC.
func Times(t *testing.T, s *store.Store) {
	instance := NewInstance(t, s)
	for _, at := range []time.Time{
		Start,
		time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC),
		time.Date(2999, 1, 1, 0, 0, 0, 1000, time.UTC),
		Start.In(time.FixedZone("", 5*3600)),
	} {
		c := NewCompany(instance, "x")
		c.Created, c.LastSync = at, &at
		stored := Add(t, s, c)
		if !stored.Created.Equal(at) || !stored.LastSync.Equal(at) || stored.Created.Location() != time.UTC {
			t.Errorf("%v came back as %v and %v", at, stored.Created, stored.LastSync)
		}
	}
}
