package connection_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// bench is a service on a store of its own with a provider that tests steer.
type bench struct {
	*connection.Service
	status   atomic.Int64 // of the provider's answers; 0 is 200
	instance bowline.ID
	company  bowline.ID
}

func newBench(t *testing.T, s *store.Store) *bench {
	t.Helper()
	b := &bench{}
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if status := b.status.Load(); status != 0 {
			w.WriteHeader(int(status))
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"organisations": []map[string]string{{"id": "org-1", "name": "Harbour Bakery"}}, "companyName": "Harbour Bakery Ltd",
			"shop": map[string]string{"id": "shop-1", "name": "Harbour Shop"},
		})
	}))
	t.Cleanup(provider.Close)
	entries, err := catalog.Load(catalog.Options{Vars: map[string]string{
		"server.sandbox": provider.URL, "server.publicUrl": provider.URL,
		"server.secret.mqjo": "s1", "server.secret.aiwb": "s2", "server.secret.qhnd": "s3", "server.secret.gtrn": "s4", "server.secret.dkpu": "s5",
	}})
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC) }
	b.Service = &connection.Service{
		Store: s, Catalog: entries, Links: bowline.NewLinks("https://bowline.example"), Now: now,
		Probe: &probe.Client{HTTP: provider.Client()},
		OAuth: oauth.NewClient(oauth.Options{HTTP: provider.Client(), Now: now, Logger: slog.New(slog.DiscardHandler)}),
	}
	b.instance = storetest.NewInstance(t, s)
	b.company = storetest.Add(t, s, storetest.NewCompany(b.instance, "A")).ID
	return b
}

func (b *bench) target(id bowline.ID) connection.Target {
	return connection.Target{Instance: b.instance, Company: b.company, Connection: id, Actor: bowline.ActorKey("k")}
}

func (b *bench) create(t *testing.T, key string) bowline.ID {
	t.Helper()
	conn, err := b.Create(t.Context(), b.target(""), key)
	if err != nil || conn.Status != bowline.PendingAuth {
		t.Fatalf("%+v %v", conn, err)
	}
	return conn.ID
}

var members = map[string]string{"accessToken": "at", "refreshToken": "rt", "expiresIn": "60"}

// TestAuthorizeKeepsTheTokens looks at what is stored, and that unlinking wipes
// it.
func TestAuthorizeKeepsTheTokens(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := newBench(t, s)
		id := b.create(t, "mqjo")
		conn, err := b.Authorize(t.Context(), b.target(id), members)
		if err != nil || conn.Status != bowline.Linked || conn.TenantID != "org-1" || conn.CompanyName != "Harbour Bakery Ltd" {
			t.Fatalf("%+v %v", conn, err)
		}
		grant, err := s.Grant(t.Context(), id)
		if err != nil || grant.AccessToken != "at" || grant.RefreshToken != "rt" || !grant.ExpiresAt.Equal(b.Now().Add(time.Minute)) {
			t.Errorf("%v %v", grant.ExpiresAt, err)
		}
		stored, err := s.Connection(t.Context(), b.instance, b.company, id)
		if err != nil || stored.Status != bowline.Linked || stored.TenantName != "Harbour Bakery" || stored.LinkedAt == nil {
			t.Errorf("%+v %v", stored, err)
		}
		if _, err := b.Unlink(t.Context(), b.target(id), "Unlinked"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Grant(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("tokens after unlink: %v", err)
		}
		history, err := s.History(t.Context(), b.instance, id)
		var triggers []bowline.Trigger
		for _, line := range history {
			triggers = append(triggers, line.Trigger)
			if line.Actor != "key:k" {
				t.Errorf("actor %q", line.Actor)
			}
		}
		if err != nil || !slices.Equal(triggers, []bowline.Trigger{bowline.TriggerCreate, bowline.TriggerLink, bowline.TriggerUnlink}) {
			t.Errorf("%v %v", triggers, err)
		}
	})
}

// TestProviderFailures: nothing is stored and the caller learns whether to try
// again.
func TestProviderFailures(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	id := b.create(t, "mqjo")
	for status, code := range map[int]bowline.Code{
		401: bowline.CodeInvalid, 403: bowline.CodeInvalid, 404: bowline.CodeInvalid,
		429: bowline.CodeUnavailable, 500: bowline.CodeUnavailable, 503: bowline.CodeUnavailable,
	} {
		b.status.Store(int64(status))
		if _, err := b.Authorize(t.Context(), b.target(id), members); bowline.CodeOf(err) != code {
			t.Errorf("status %d: %v", status, err)
		}
	}
	conn, err := b.Store.Connection(t.Context(), b.instance, b.company, id)
	if err != nil || conn.Status != bowline.PendingAuth {
		t.Errorf("%+v %v", conn, err)
	}
	if _, err := b.Store.Grant(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("tokens were kept: %v", err)
	}
}

// TestOneAccountingConnection: of many that link at once, one is linked.
func TestOneAccountingConnection(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := newBench(t, s)
		var ids []bowline.ID
		for range 8 {
			ids = append(ids, b.create(t, "mqjo"))
		}
		var linked, refused atomic.Int64
		var group sync.WaitGroup
		for _, id := range ids {
			group.Go(func() {
				switch _, err := b.Authorize(t.Context(), b.target(id), members); {
				case err == nil:
					linked.Add(1)
				case bowline.CodeOf(err) == bowline.CodeConflict:
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		group.Wait()
		if linked.Load() != 1 || refused.Load() != 7 {
			t.Errorf("%d linked, %d refused", linked.Load(), refused.Load())
		}
		for _, key := range []string{"aiwb", "aiwb", "qhnd", "qhnd"} { // any number of the other types
			if _, err := b.Authorize(t.Context(), b.target(b.create(t, key)), members); err != nil {
				t.Errorf("%s: %v", key, err)
			}
		}
	})
}

// TestRacesOfMoves: a connection unlinked and deleted by many at once changes
// once for each.
func TestRacesOfMoves(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := newBench(t, s)
		id := b.create(t, "mqjo")
		if _, err := b.Authorize(t.Context(), b.target(id), members); err != nil {
			t.Fatal(err)
		}
		if done := race(func() error { return second(b.Unlink(t.Context(), b.target(id), "Unlinked")) }); done != 1 {
			t.Errorf("unlink succeeded %d times", done)
		}
		if done := race(func() error { return b.Delete(t.Context(), b.target(id)) }); done != 1 {
			t.Errorf("delete succeeded %d times", done)
		}
		events, err := s.Events(t.Context(), b.instance, 0, 100)
		var types []string
		for _, e := range events {
			types = append(types, string(e.EventType))
		}
		if want := "[connection.created connection.connected connection.disconnected connection.deleted]"; err != nil || fmt.Sprint(types) != want {
			t.Errorf("%v %v", types, err)
		}
	})
}

// race calls do from eight goroutines and counts the successes.
func race(do func() error) (done int64) {
	var succeeded atomic.Int64
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if do() == nil {
				succeeded.Add(1)
			}
		})
	}
	group.Wait()
	return succeeded.Load()
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	id, now := b.create(t, "mqjo"), time.Now()
	missing := bowline.NewID(now)
	for name, test := range map[string]struct {
		err  error
		code bowline.Code
	}{
		"malformed key":    {second(b.Create(t.Context(), b.target(""), "mqj")), bowline.CodeInvalid},
		"unknown key":      {second(b.Create(t.Context(), b.target(""), "zzzz")), bowline.CodeNotFound},
		"other state":      {second(b.Unlink(t.Context(), b.target(id), "Linked")), bowline.CodeInvalid},
		"not linked":       {second(b.Unlink(t.Context(), b.target(id), "Unlinked")), bowline.CodeInvalid},
		"unlink nothing":   {second(b.Unlink(t.Context(), b.target(missing), "Unlinked")), bowline.CodeNotFound},
		"authorize none":   {second(b.Authorize(t.Context(), b.target(missing), members)), bowline.CodeNotFound},
		"delete nothing":   {b.Delete(t.Context(), b.target(missing)), bowline.CodeNotFound},
		"no members":       {second(b.Authorize(t.Context(), b.target(id), nil)), bowline.CodeInvalid},
		"line in a token":  {second(b.Authorize(t.Context(), b.target(id), map[string]string{"accessToken": "a\nb"})), bowline.CodeInvalid},
		"other tenant":     {second(b.Authorize(t.Context(), b.target(id), map[string]string{"accessToken": "a", "tenantId": "org-9"})), bowline.CodeInvalid},
		"endless lifetime": {second(b.Authorize(t.Context(), b.target(id), map[string]string{"accessToken": "a", "expiresIn": "99999999999"})), bowline.CodeInvalid},
	} {
		if bowline.CodeOf(test.err) != test.code {
			t.Errorf("%s: %v", name, test.err)
		}
	}
}

func second(_ bowline.Connection, err error) error { return err }
