package api_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/offer"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
	"github.com/bowline/bowline/internal/trace"
)

const (
	publicURL  = "https://bowline.example"
	goodToken  = "tenants-token-of-the-harness"
	emptyToken = "token-that-reaches-nothing"
	manyToken  = "token-that-reaches-two"
)

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// harness is an API on a store of its own, with a provider behind it.
type harness struct {
	t        testing.TB
	store    *store.Store
	api      *api.API
	auth     *auth.Authenticator
	handler  http.Handler
	clock    *clock
	instance bowline.ID
	key      string
	log      *lockedBuffer
}

// lockedBuffer gathers a log that several goroutines write.
type lockedBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func newHarness(t testing.TB, s *store.Store, change ...func(*api.Options)) *harness {
	t.Helper()
	h := &harness{t: t, store: s, clock: &clock{now: time.Date(2026, 3, 4, 5, 6, 7, 123456000, time.UTC)}, log: &lockedBuffer{}}
	h.instance = bowline.NewID(h.clock.Now())
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.InsertInstance(t.Context(), store.Instance{ID: h.instance, Name: "Test", Created: h.clock.Now()}); err != nil {
			return err
		}
		return tx.PutProfile(t.Context(), h.instance, bowline.Profile{Name: "Test"})
	})
	if err != nil {
		t.Fatal(err)
	}
	h.auth = auth.New(auth.Options{Store: s, Sealer: storetest.NewSealer(t), Now: h.clock.Now})
	if h.key, _, err = h.auth.Bootstrap(t.Context(), h.instance, ""); err != nil {
		t.Fatal(err)
	}
	links := bowline.NewLinks(publicURL)
	entries := newCatalog(t, newProvider(t))
	people := auth.NewStaff(auth.StaffOptions{
		Store: s, Sealer: storetest.NewSealer(t), Links: links, Key: []byte("people"), HTTP: http.DefaultClient, Now: h.clock.Now,
		Cost: auth.Cost{Memory: 64, Passes: 1, Lanes: 1},
	})
	options := api.Options{
		Store: s, Auth: h.auth, Staff: people, Catalog: entries, Links: links, Now: h.clock.Now,
		Logger: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Connections: &connection.Service{
			Store: s, Catalog: entries, Links: links, Now: h.clock.Now,
			Look: func(context.Context, connection.Target) (bowline.ConnectionCheck, error) {
				at := h.clock.Now()
				return bowline.ConnectionCheck{Result: bowline.CheckLinked, Status: bowline.Linked, CheckedAt: &at, Message: "The provider confirms the connection."}, nil
			},
			Probe: &probe.Client{HTTP: http.DefaultClient},
			OAuth: oauth.NewClient(oauth.Options{HTTP: http.DefaultClient, Now: h.clock.Now, Logger: slog.New(slog.DiscardHandler)}),
		},
	}
	book := &offer.Book{Base: entries, Store: s, Now: h.clock.Now, Logger: options.Logger}
	options.Offer, options.OfferChanged = book.Catalog, book.Forget
	options.Journey = &link.Service{
		Store: s, Catalog: entries, Offer: book.For, Sealer: storetest.NewSealer(t), Links: links, Now: h.clock.Now, Logger: options.Logger,
		OAuth: options.Connections.OAuth, Probe: &probe.Client{HTTP: &http.Client{Transport: trace.Transport(http.DefaultTransport)}},
	}
	for _, c := range change {
		c(&options)
	}
	h.api = api.New(options)
	h.handler = h.api.Handler()
	return h
}

func newCatalog(t testing.TB, provider string) *catalog.Catalog {
	t.Helper()
	entries, err := catalog.Load(catalog.Options{Vars: map[string]string{
		"server.sandbox": provider, "server.publicUrl": publicURL,
		"server.secret.mqjo": "s1", "server.secret.aiwb": "s2", "server.secret.qhnd": "s3", "server.secret.gtrn": "s4", "server.secret.dkpu": "s5",
	}})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// newProvider answers the calls with which tokens are probed. It knows three
// tokens: one organisation, two, and none.
func newProvider(t testing.TB) string {
	t.Helper()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	organisations := map[string][]map[string]string{
		"Bearer " + goodToken:  {{"id": "org-1", "name": "Harbour Bakery"}},
		"Bearer " + manyToken:  {{"id": "org-1", "name": "Harbour Bakery"}, {"id": "org-2", "name": "Hill Cafe"}},
		"Bearer " + emptyToken: {},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/organisations", func(w http.ResponseWriter, r *http.Request) {
		list, ok := organisations[r.Header.Get("Authorization")]
		if !ok {
			w.WriteHeader(http.StatusUnauthorized)
			answer(w, map[string]string{"error": "invalid_token", "error_description": "no " + r.Header.Get("Authorization")})
			return
		}
		answer(w, map[string]any{"organisations": list})
	})
	mux.HandleFunc("GET /api/organisations/{id}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]string{"companyName": "Books of " + r.PathValue("id")})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// call sends a request with the harness's API key; header pairs override.
func (h *harness) call(method, target, body string, header ...string) answer {
	h.t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequestWithContext(h.t.Context(), method, "http://127.0.0.1"+target, reader)
	r.Header.Set("Authorization", basic(h.key))
	r.Header.Set("Accept", "application/json")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			r.Header.Del(header[i])
		}
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	got := answer{w.Code, w.Header(), w.Body.String()}
	checkAnswer(h.t, h.api, method, target, got)
	return got
}

func basic(key string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(key)) }

// must sends a request, wants the status, and decodes the answer.
func (h *harness) must(status int, method, target, body string) map[string]any {
	h.t.Helper()
	got := h.call(method, target, body)
	if got.status != status {
		h.t.Fatalf("%s %s: status %d, want %d: %s", method, target, got.status, status, got.body)
	}
	decoded := map[string]any{}
	if got.body != "" {
		if err := json.Unmarshal([]byte(got.body), &decoded); err != nil {
			h.t.Fatalf("%s %s: %v", method, target, err)
		}
	}
	return decoded
}

// id reads an id out of a decoded answer.
func id(t testing.TB, answer map[string]any) string {
	t.Helper()
	text, _ := answer["id"].(string)
	if text == "" {
		t.Fatalf("no id in %v", answer)
	}
	return text
}

func (h *harness) company(body string) string {
	h.t.Helper()
	return id(h.t, h.must(200, "POST", "/companies", body))
}

func (h *harness) connection(company, key string) string {
	h.t.Helper()
	return id(h.t, h.must(200, "POST", "/companies/"+company+"/connections", `{"platformKey":"`+key+`"}`))
}

func (h *harness) linked(company, key string) string {
	h.t.Helper()
	conn := h.connection(company, key)
	h.must(200, "PUT", "/companies/"+company+"/connections/"+conn+"/authorization", `{"accessToken":"`+goodToken+`"}`)
	return conn
}

// events returns the types of the events recorded after the given one.
func (h *harness) events(after int64) (types []string, last int64) {
	h.t.Helper()
	list, err := h.store.Events(context.Background(), h.instance, after, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	last = after
	for _, e := range list {
		checkEvent(h.t, e.Event)
		types = append(types, string(e.EventType))
		last = e.Seq
	}
	return types, last
}
