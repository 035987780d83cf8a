package auth_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/seal"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// replica is one process on a shared store.
type replica struct {
	*auth.Authenticator
	mu  sync.Mutex
	now time.Time
}

func newReplica(s *store.Store, sealer *seal.Sealer) *replica {
	r := &replica{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	r.Authenticator = auth.New(auth.Options{Store: s, Sealer: sealer, Now: func() time.Time {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.now
	}})
	return r
}

func (r *replica) advance(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

func request(secret string) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(secret)))
	return r
}

func (r *replica) accepts(t *testing.T, secret string) bool {
	t.Helper()
	_, err := r.FromRequest(request(secret))
	if err != nil && bowline.CodeOf(err) != bowline.CodeUnauthorized {
		t.Fatal(err)
	}
	return err == nil
}

func TestFirstKeyIsMadeOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r, instance := newReplica(s, storetest.NewSealer(t)), storetest.NewInstance(t, s)
		shown, created, err := r.Bootstrap(t.Context(), instance, "")
		if err != nil || !created || !regexp.MustCompile(`^bwl_[A-Za-z0-9]{40}$`).MatchString(shown) || !r.accepts(t, shown) {
			t.Fatalf("%t %v", created, err)
		}
		again, created, err := r.Bootstrap(t.Context(), instance, "")
		if err != nil || created || again != "" {
			t.Errorf("second start: %q %t %v", again, created, err)
		}
		keys, err := r.Keys(t.Context(), instance)
		if err != nil || len(keys) != 1 || keys[0].Secret != "" || strings.Contains(fmt.Sprintf("%+v %#v", keys, keys), shown) {
			t.Errorf("%v %v", keys, err)
		}
	})
}

func TestConfiguredKey(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r, instance := newReplica(s, storetest.NewSealer(t)), storetest.NewInstance(t, s)
		first, second := strings.Repeat("a1", 12), strings.Repeat("b2", 12)
		for _, step := range []struct {
			key     string
			created bool
		}{{first, true}, {first, false}, {second, true}, {second, false}} {
			shown, created, err := r.Bootstrap(t.Context(), instance, step.key)
			if err != nil || created != step.created || shown != "" || !r.accepts(t, step.key) {
				t.Fatalf("%+v: %q %t %v", step, shown, created, err)
			}
		}
		if r.accepts(t, first) {
			t.Error("the former configured key still works")
		}
		keys, err := r.Keys(t.Context(), instance)
		if err != nil || len(keys) != 1 {
			t.Fatalf("%v %v", keys, err)
		}
		if err := r.DeleteKey(t.Context(), auth.Caller{Instance: instance}, keys[0].ID); err != nil {
			t.Errorf("the configuration is another way in: %v", err)
		}
		if _, created, err := r.Bootstrap(t.Context(), instance, second); err != nil || !created || !r.accepts(t, second) {
			t.Errorf("the next start brings it back: %t %v", created, err)
		}
	})
}

func TestConfiguredKeyBesideOthers(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	r, instance := newReplica(s, storetest.NewSealer(t)), storetest.NewInstance(t, s)
	shown, _, err := r.Bootstrap(t.Context(), instance, "")
	if err != nil {
		t.Fatal(err)
	}
	configured := strings.Repeat("c3", 12)
	if _, created, err := r.Bootstrap(t.Context(), instance, configured); err != nil || !created {
		t.Fatalf("%t %v", created, err)
	}
	if !r.accepts(t, shown) || !r.accepts(t, configured) {
		t.Error("a configured key takes the place of configured ones only")
	}
}

func TestReplicasInstallOneConfiguredKey(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		instance, sealer := storetest.NewInstance(t, s), storetest.NewSealer(t)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				if _, _, err := newReplica(s, sealer).Bootstrap(t.Context(), instance, strings.Repeat("d4", 12)); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if keys, err := s.APIKeys(t.Context(), instance); err != nil || len(keys) != 1 {
			t.Errorf("%v %v", keys, err)
		}
	})
}

func TestBadConfiguredKeys(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	r, instance := newReplica(s, storetest.NewSealer(t)), storetest.NewInstance(t, s)
	for name, key := range map[string]string{
		"short": "sekret-sekret-sekret-se", "long": strings.Repeat("sekret", 50), "space": "sekret sekret sekret sekret",
		"colon": "sekret:sekret:sekret:sekret", "accent": "sékret-sékret-sékret-sékret", "line": "sekret-sekret-sekret-sekret\n",
	} {
		if _, _, err := r.Bootstrap(t.Context(), instance, key); bowline.CodeOf(err) != bowline.CodeInvalid || strings.Contains(err.Error(), "ekret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOtherReplicasForget: a key deleted elsewhere works for two seconds at
// most; one deleted here stops at once.
func TestOtherReplicasForget(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		instance, sealer := storetest.NewInstance(t, s), storetest.NewSealer(t)
		here, there := newReplica(s, sealer), newReplica(s, sealer)
		if _, _, err := here.Bootstrap(t.Context(), instance, ""); err != nil {
			t.Fatal(err)
		}
		key, err := here.CreateKey(t.Context(), auth.Caller{Instance: instance}, auth.NewAPIKey{Name: "second"})
		if err != nil || !here.accepts(t, key.Secret) || !there.accepts(t, key.Secret) {
			t.Fatal(err)
		}
		if err := here.DeleteKey(t.Context(), auth.Caller{Instance: instance}, key.ID); err != nil {
			t.Fatal(err)
		}
		if here.accepts(t, key.Secret) {
			t.Error("deleted here and accepted here")
		}
		there.advance(2 * time.Second)
		if there.accepts(t, key.Secret) {
			t.Error("accepted elsewhere after two seconds")
		}
	})
}

// TestLastKeyUnderRace: whatever happens at once, one key stays.
func TestLastKeyUnderRace(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		instance := storetest.NewInstance(t, s)
		r := newReplica(s, storetest.NewSealer(t))
		for range 4 {
			if _, err := r.CreateKey(t.Context(), auth.Caller{Instance: instance}, auth.NewAPIKey{}); err != nil {
				t.Fatal(err)
			}
		}
		keys, err := r.Keys(t.Context(), instance)
		if err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for _, k := range keys {
			group.Go(func() {
				if err := r.DeleteKey(t.Context(), auth.Caller{Instance: instance}, k.ID); err != nil && bowline.CodeOf(err) != bowline.CodeConflict {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if left, err := r.Keys(t.Context(), instance); err != nil || len(left) != 1 {
			t.Errorf("%v %v", left, err)
		}
	})
}

func TestTokens(t *testing.T) {
	t.Parallel()
	sealer := storetest.NewSealer(t)
	r, stranger := newReplica(nil, sealer), newReplica(nil, storetest.NewSealer(t))
	now := time.Now()
	instance, company := bowline.NewID(now), bowline.NewID(now)
	token, err := r.IssueToken(instance, company, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	bearer := func(text string) *http.Request {
		q := httptest.NewRequest("GET", "/", nil)
		q.Header.Set("Authorization", "bearer "+text)
		return q
	}
	caller, err := r.FromRequest(bearer(token))
	if err != nil || caller.Instance != instance || caller.Company != company || caller.Key != "" || caller.Actor() != bowline.ActorCustomer {
		t.Errorf("%+v %v", caller, err)
	}
	other, err := sealer.SealText(`{"i":"`+string(instance)+`","c":"`+string(company)+`","x":99999999999}`, "other-purpose")
	if err != nil {
		t.Fatal(err)
	}
	for name, refused := range map[string]struct {
		by   *replica
		text string
	}{"another keyset": {stranger, token}, "another purpose": {r, "bwt_" + other}, "no prefix": {r, strings.TrimPrefix(token, "bwt_")}, "long": {r, "bwt_" + strings.Repeat("A", 5000)}} {
		if _, err := refused.by.FromRequest(bearer(refused.text)); bowline.CodeOf(err) != bowline.CodeUnauthorized {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.advance(time.Hour)
	if _, err := r.FromRequest(bearer(token)); bowline.CodeOf(err) != bowline.CodeUnauthorized {
		t.Errorf("expired: %v", err)
	}
}

func FuzzAuthorization(f *testing.F) {
	for _, seed := range []string{"Basic YTo=", "Bearer bwt_x", "basic", "", "Bearer ", "Basic \x00"} {
		f.Add(seed)
	}
	s := storetest.Open(f, store.SQLite)
	r := newReplica(s, storetest.NewSealer(f))
	f.Fuzz(func(t *testing.T, header string) {
		q := httptest.NewRequest("GET", "/", nil)
		q.Header["Authorization"] = []string{header}
		if _, err := r.FromRequest(q); bowline.CodeOf(err) != bowline.CodeUnauthorized {
			t.Errorf("%q: %v", header, err)
		}
	})
}

func BenchmarkFromRequest(b *testing.B) {
	s := storetest.Open(b, store.SQLite)
	r := newReplica(s, storetest.NewSealer(b))
	shown, _, err := r.Bootstrap(b.Context(), storetest.NewInstance(b, s), "")
	if err != nil {
		b.Fatal(err)
	}
	q := request(shown)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.FromRequest(q); err != nil {
			b.Fatal(err)
		}
	}
}
