package storetest

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Looks is the conformance of former settings, pictures and previews.
func Looks(t *testing.T, s *store.Store) {
	instance, other := NewInstance(t, s), NewInstance(t, s)
	testFormerSettings(t, s, instance, other)
	testPictures(t, s, instance, other)
	testPreviews(t, s, instance, other)
	testOrder(t, s, instance, other)
}

func by(after time.Duration) store.Editor {
	return store.Editor{Actor: "user:x", ByName: "Ada", Now: Start.Add(after)}
}

func testFormerSettings(t *testing.T, s *store.Store, instance, other bowline.ID) {
	ctx := t.Context()
	replace := func(l bowline.LinkSettings, at int) {
		t.Helper()
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.ReplaceLinkSettings(ctx, instance, l, by(time.Duration(at)*time.Second))
		})
	}
	l := bowline.DefaultLinkSettings()
	replace(l, 1)
	wantSame(t, "versions after nothing changed", len(must(s.SettingsVersions(ctx, instance, ""))(t)), 0)
	l.SecuredBy = false
	replace(l, 2)
	list := must(s.SettingsVersions(ctx, instance, bowline.SettingsLink))(t)
	if len(list) != 1 || list[0].Actor != "user:x" || list[0].ByName != "Ada" || !list[0].At.Equal(Start.Add(2*time.Second)) ||
		!reflect.DeepEqual(list[0].Changed, []string{"securedBy"}) || list[0].Kind != bowline.SettingsLink {
		t.Fatalf("versions: %+v", list)
	}
	one := must(s.SettingsVersion(ctx, instance, list[0].ID))(t)
	if !strings.Contains(string(one.Body), `"securedBy":true`) {
		t.Errorf("what was kept is not what was before: %s", one.Body)
	}
	_, err := s.SettingsVersion(ctx, other, list[0].ID)
	wantErr(t, "version of another instance", err, store.ErrNotFound)
	wantSame(t, "versions of another instance", len(must(s.SettingsVersions(ctx, other, ""))(t)), 0)

	for i := range bowline.MaxSettingsVersions + 5 {
		l.ExitMessage = fmt.Sprint(i)
		replace(l, 10+i)
	}
	list = must(s.SettingsVersions(ctx, instance, bowline.SettingsLink))(t)
	wantSame(t, "versions that are kept", len(list), bowline.MaxSettingsVersions)
	if !list[0].At.After(list[1].At) {
		t.Error("the latest version is not the first")
	}

	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		err := tx.ReplaceProfile(ctx, instance, bowline.Profile{Name: "Hill", AlertAuthHeader: "Basic c2VjcmV0"}, by(time.Hour))
		if err == nil {
			err = tx.ReplaceProfile(ctx, instance, bowline.Profile{Name: "Dale"}, by(2*time.Hour))
		}
		if err == nil {
			err = tx.ReplaceBranding(ctx, instance, bowline.Branding{PrimaryColor: "#0b5"}, by(3*time.Hour))
		}
		if err == nil {
			err = tx.ReplaceAllowedOrigins(ctx, instance, bowline.AllowedOrigins{AllowedOrigins: []string{"https://x"}}, by(4*time.Hour))
		}
		return err
	})
	list = must(s.SettingsVersions(ctx, instance, bowline.SettingsProfile))(t)
	wantSame(t, "changes of the profile", list[0].Changed, []string{"alertAuthHeader", "name"})
	one = must(s.SettingsVersion(ctx, instance, list[0].ID))(t)
	if one.Secret != "Basic c2VjcmV0" || strings.Contains(string(one.Body), "c2VjcmV0") {
		t.Errorf("the header is %q, the body %s", one.Secret, one.Body)
	}
	for _, kind := range []bowline.SettingsKind{bowline.SettingsBranding, bowline.SettingsOrigins} {
		wantSame(t, "versions of "+string(kind), len(must(s.SettingsVersions(ctx, instance, kind))(t)), 1)
	}
	wantErr(t, "no instance", TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.ReplaceBranding(ctx, bowline.NewID(Start), bowline.Branding{PrimaryColor: "#0b5"}, by(0))
	}), store.ErrNotFound)
}

func testPictures(t *testing.T, s *store.Store, instance, other bowline.ID) {
	ctx := t.Context()
	links := bowline.NewLinks("https://x.example")
	hash := func(i int) string { return fmt.Sprintf("%064x", i) }
	show := func(in bowline.ID, i int) {
		t.Helper()
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			p := store.BrandImage{Hash: hash(i), Kind: "png", Width: 3, Height: 4, Created: Start.Add(time.Duration(i) * time.Second), Content: fmt.Appendf(nil, "\x00%d", i)}
			err := tx.PutBrandImage(ctx, in, p)
			if err == nil {
				err = tx.ReplaceBranding(ctx, in, bowline.Branding{HeroURL: links.BrandPicture(hash(i), "png")}, by(time.Duration(i)*time.Second))
			}
			if err == nil {
				err = tx.PruneBrandImages(ctx, in)
			}
			return err
		})
	}
	show(instance, 1)
	show(other, 1) // the same bytes
	got := must(s.BrandImage(ctx, hash(1)))(t)
	if got.Kind != "png" || got.Width != 3 || got.Height != 4 || string(got.Content) != "\x001" {
		t.Errorf("picture: %+v", got)
	}
	for i := 2; i < 30; i++ {
		show(instance, i)
	}
	there := func(i int) bool {
		_, err := s.BrandImage(ctx, hash(i))
		return err == nil
	}
	if !there(29) || !there(28) || !there(20) || there(5) || there(10) {
		t.Error("not the pictures are kept that are shown, and the latest that were")
	}
	if !there(1) {
		t.Error("a picture went that another instance shows")
	}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { // shown by nobody, ever
		err := tx.PutBrandImage(ctx, instance, store.BrandImage{Hash: hash(99), Kind: "png", Created: Start, Content: []byte("x")})
		if err == nil {
			err = tx.PruneBrandImages(ctx, instance)
		}
		return err
	})
	if there(99) {
		t.Error("an orphan is kept")
	}
	_, err := s.BrandImage(ctx, "none")
	wantErr(t, "picture that is not there", err, store.ErrNotFound)
}

func testPreviews(t *testing.T, s *store.Store, instance, other bowline.ID) {
	ctx := t.Context()
	put := func(p store.Preview, now time.Time) error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertPreview(ctx, p, now) })
	}
	change := func(p store.Preview, now time.Time) (is bool) {
		Write(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
			is, err = tx.ChangePreview(ctx, p, now)
			return err
		})
		return is
	}
	p := store.Preview{ID: bowline.NewID(Start), InstanceID: instance, Draft: []byte(`{"a":1}`), ExpiresAt: Start.Add(time.Hour)}
	wantErr(t, "put", put(p, Start), nil)
	wantSame(t, "preview", must(s.Preview(ctx, p.ID, Start))(t), p)
	p.Draft = []byte(`{"a":2}`)
	wantSame(t, "change", change(p, Start), true)
	wantSame(t, "preview", must(s.Preview(ctx, p.ID, Start))(t), p)
	wantSame(t, "change by another instance", change(store.Preview{ID: p.ID, InstanceID: other, Draft: []byte("x"), ExpiresAt: p.ExpiresAt}, Start), false)
	wantSame(t, "change what is over", change(p, p.ExpiresAt), false)
	ada := AddPerson(t, s, instance, "ada@example.com", bowline.RoleDeveloper)
	session := bowline.StaffSession{ID: bowline.NewID(Start), UserID: ada.ID, Hash: hash(30), Created: Start, LastSeen: Start, Device: "x"}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertStaffSession(ctx, session) })
	hers := store.Preview{ID: bowline.NewID(Start), InstanceID: instance, Session: session.ID, Draft: []byte(`{}`), ExpiresAt: p.ExpiresAt}
	wantErr(t, "put with a session", put(hers, Start), nil)
	wantSame(t, "preview of a session", must(s.Preview(ctx, hers.ID, Start))(t), hers)
	wantSame(t, "change by a key", change(store.Preview{ID: hers.ID, InstanceID: instance, Draft: []byte("x"), ExpiresAt: p.ExpiresAt}, Start), false)
	wantErr(t, "put with a session that is over", put(store.Preview{ID: bowline.NewID(Start), InstanceID: instance, Session: bowline.NewID(Start), ExpiresAt: p.ExpiresAt}, Start), store.ErrNotFound)
	wantErr(t, "put without an instance", put(store.Preview{ID: bowline.NewID(Start), InstanceID: bowline.NewID(Start), ExpiresAt: p.ExpiresAt}, Start), store.ErrNotFound)
	_, err := s.Preview(ctx, p.ID, p.ExpiresAt)
	wantErr(t, "preview that is over", err, store.ErrNotFound)
	for i := range 25 { // and the first is forgotten
		later := store.Preview{ID: bowline.NewID(Start), InstanceID: instance, Draft: []byte("{}"), ExpiresAt: p.ExpiresAt.Add(time.Duration(i) * time.Second)}
		wantErr(t, "put many", put(later, Start), nil)
	}
	_, err = s.Preview(ctx, p.ID, Start)
	wantErr(t, "too many previews", err, store.ErrNotFound)
	dump := Dump(t, s)
	wantSame(t, "previews that are kept", len(dump["link_previews"]), 20+1)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteStaffSession(ctx, ada.ID, session.ID) })
	_, err = s.Preview(ctx, hers.ID, Start)
	wantErr(t, "preview whose session has ended", err, store.ErrNotFound)
	wantErr(t, "put after all are over", put(store.Preview{ID: bowline.NewID(Start), InstanceID: other, Draft: []byte("{}"), ExpiresAt: Start.Add(3 * time.Hour)}, Start.Add(2*time.Hour)), nil)
	wantSame(t, "previews that are left", len(Dump(t, s)["link_previews"]), 1)
}

func testOrder(t *testing.T, s *store.Store, instance, other bowline.ID) {
	ctx := t.Context()
	on := true
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutIntegrationSetup(ctx, bowline.IntegrationSetup{
			InstanceID: instance, Key: "bbbb", Enabled: &on, Clients: map[string]bowline.Client{"": {ID: "id", Secret: "s"}}, UpdatedAt: Start,
		})
	})
	before := must(s.SetupRevision(ctx))(t)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutIntegrationOrder(ctx, instance, []string{"cccc", "bbbb", "aaaa"}, Start)
	})
	got := map[string]bowline.IntegrationSetup{}
	for _, setup := range must(s.IntegrationSetups(ctx, instance))(t) {
		got[setup.Key] = setup
	}
	for key, place := range map[string]int{"cccc": 1, "bbbb": 2, "aaaa": 3} {
		if got[key].Order == nil || *got[key].Order != place || got[key].Version <= before {
			t.Errorf("%s: %+v", key, got[key])
		}
	}
	if b := got["bbbb"]; b.Clients[""].Secret != "s" || b.Enabled == nil {
		t.Errorf("the rest of a setup changed: %+v", b)
	}
	if must(s.SetupRevision(ctx))(t) == before {
		t.Error("other replicas do not learn of the order")
	}
	wantSame(t, "setups of another instance", len(must(s.IntegrationSetups(ctx, other))(t)), 0)

	wantSame(t, "counts without connections", len(must(s.ConnectionCounts(ctx, instance))(t)), 0)
	company := Add(t, s, NewCompany(instance, "counted"), bowline.Accounting, bowline.Banking, bowline.Commerce)
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for _, conn := range company.DataConnections[:2] {
			if err := tx.MoveConnection(ctx, company, &conn, bowline.TriggerLink, store.Change{Actor: bowline.ActorCustomer, Now: Start}); err != nil {
				return err
			}
		}
		return nil
	})
	counts := must(s.ConnectionCounts(ctx, instance))(t)
	total := store.ConnectionCount{}
	for _, c := range counts {
		total.Total, total.Linked = total.Total+c.Total, total.Linked+c.Linked
	}
	wantSame(t, "counts", total, store.ConnectionCount{Total: 3, Linked: 2})
	wantSame(t, "counts of another instance", len(must(s.ConnectionCounts(ctx, other))(t)), 0)
}
