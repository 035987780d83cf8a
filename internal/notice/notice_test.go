package notice

import (
	"context"
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const file = `name: House
sourceType: Accounting
logo: {monogram: Ho, color: "#0b7fab"}
dataTypes: [Invoices]
oauth: {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden}
tenants: {url: "https://house.example/tenants", id: id}
`

var entries = map[string]string{
	"sign": file + `key: sign
notices: {event: kind, events: [gone], tenant: who.id, register: There., signature: {header: X-Sum, algorithm: hmacSha256, encoding: base64, signed: "${notice.url}${notice.body}", key: "${setup.noticeKey}"}}
setup: {fields: [{name: noticeKey, label: Key, secret: true, optional: true}]}
`,
	"land": file + `key: land
notices: {landing: realmId, register: There.}
`,
	"mute": file + `key: mute
`,
}

var loaded = sync.OnceValues(func() (*catalog.Catalog, error) {
	dir, err := os.MkdirTemp("", "notice")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for key, text := range entries {
		if err := os.WriteFile(filepath.Join(dir, key+".yaml"), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	return catalog.Load(catalog.Options{Dir: dir, OmitSandbox: true, Vars: map[string]string{"server.publicUrl": "https://bowline.example"}})
})

// world is a handler with connections, and what became of them.
type world struct {
	*testing.T
	*Handler
	instance bowline.ID
	conns    map[string]bowline.Connection
	mu       sync.Mutex
	woken    int
	seen     []string
	mux      *http.ServeMux
}

const later = 6 * time.Hour

func newWorld(t *testing.T) *world {
	t.Helper()
	files, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	set := files.With(map[string]catalog.Registration{"sign": {Values: map[string]catalog.Secret{"noticeKey": "the-key"}}})
	w := &world{T: t, conns: map[string]bowline.Connection{}, mux: http.NewServeMux()}
	w.Handler = &Handler{Options: Options{
		Store: storetest.Open(t, store.SQLite), Catalog: func(context.Context, bowline.ID) (*catalog.Catalog, error) { return set, nil },
		Links: bowline.NewLinks("https://bowline.example"), Now: func() time.Time { return storetest.Start }, Logger: slog.New(slog.DiscardHandler),
		Held: 50 * time.Millisecond,
		Wake: func() { w.mu.Lock(); defer w.mu.Unlock(); w.woken++ },
		Observe: func(integration, outcome string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.seen = append(w.seen, integration+" "+outcome)
		},
	}}
	w.instance = storetest.NewInstance(t, w.Store)
	for _, key := range []string{"sign", "land"} {
		company := storetest.Add(t, w.Store, storetest.NewCompany(w.instance, "Harbour Bakery"))
		c := storetest.NewConnection(company, bowline.Accounting)
		c.IntegrationKey, c.Status, c.TenantID = key, bowline.Linked, "north"
		storetest.Write(t, w.Store, func(ctx context.Context, tx *store.Tx) error {
			g := storetest.NewGrant(key, storetest.Start.Add(later))
			g.ConnectionID = c.ID
			if err := tx.InsertConnection(ctx, c); err != nil {
				return err
			}
			return tx.PutGrant(ctx, g)
		})
		w.conns[key] = c
	}
	w.Mount(w.mux)
	return w
}

// sent makes a request to where an integration's notices go.
func (w *world) sent(r *http.Request) (int, string) {
	answer := httptest.NewRecorder()
	w.mux.ServeHTTP(answer, r)
	body, _ := io.ReadAll(answer.Body)
	return answer.Code, string(body)
}

func (w *world) post(path, body, key string) int {
	w.Helper()
	r := httptest.NewRequestWithContext(w.Context(), http.MethodPost, path, strings.NewReader(body))
	if key != "" {
		r.Header.Set("X-Sum", base64.StdEncoding.EncodeToString(sum(key, "https://bowline.example"+path, body)))
	}
	status, _ := w.sent(r)
	return status
}

func (w *world) due(key string) time.Duration {
	w.Helper()
	u, err := w.Store.RenewalOf(w.Context(), w.conns[key].ID)
	if err != nil {
		w.Fatal(err)
	}
	return u.DueAt.Sub(storetest.Start)
}

const gone = `{"kind":"gone","who":{"id":"north"}}`

// TestPosted: a notice has the connections of its organization looked at once it
// is signed, of a kind that matters, and sent to the right place.
func TestPosted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path   string // "" for the right one; I is the instance
		body   string
		key    string
		status int
		due    time.Duration
		seen   string
	}{
		"right":            {"", gone, "the-key", 204, 0, "sign taken"},
		"unsigned":         {"", gone, "", 401, later, "sign forged"},
		"forged":           {"", gone, "another", 401, later, "sign forged"},
		"of another kind":  {"", `{"kind":"paid","who":{"id":"north"}}`, "the-key", 204, later, "sign ignored"},
		"of nobody here":   {"", `{"kind":"gone","who":{"id":"south"}}`, "the-key", 204, later, "sign nobody"},
		"without a name":   {"", `{"kind":"gone"}`, "the-key", 400, later, "sign invalid"},
		"long name":        {"", `{"kind":"gone","who":{"id":"` + strings.Repeat("n", 201) + `"}}`, "the-key", 400, later, "sign invalid"},
		"no JSON":          {"", `gone`, "the-key", 400, later, "sign invalid"},
		"two documents":    {"", gone + gone, "the-key", 400, later, "sign invalid"},
		"too long":         {"", `{"kind":"gone","x":"` + strings.Repeat("x", maxBody) + `"}`, "the-key", 400, later, "sign invalid"},
		"no instance":      {"/hooks/sign/00000000-0000-7000-8000-000000000000", gone, "the-key", 404, later, ""},
		"no id":            {"/hooks/sign/x", gone, "the-key", 404, later, ""},
		"no integration":   {"/hooks/nope/I", gone, "the-key", 404, later, ""},
		"takes no notices": {"/hooks/mute/I", gone, "the-key", 404, later, ""},
		"takes browsers":   {"/hooks/land/I", gone, "the-key", 404, later, ""},
		"below":            {"/hooks/sign/I/x", gone, "the-key", 404, later, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			path := c.path
			if path == "" {
				path = "/hooks/sign/I"
			}
			status := w.post(strings.Replace(path, "/I", "/"+string(w.instance), 1), c.body, c.key)
			if status != c.status || w.due("sign") != c.due || strings.Join(w.seen, ",") != c.seen || (w.woken > 0) != (c.due == 0) {
				t.Errorf("answered with %d, due in %v, woken %d times, seen %q", status, w.due("sign"), w.woken, w.seen)
			}
			if w.due("land") != later {
				t.Error("another integration's connection is looked at")
			}
		})
	}
}

// TestKeyless: without a key nothing is taken, however it is signed.
func TestKeyless(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	files, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	w.Catalog = func(context.Context, bowline.ID) (*catalog.Catalog, error) { return files, nil }
	for _, key := range []string{"", "${setup.noticeKey}", "the-key"} {
		if status := w.post("/hooks/sign/"+string(w.instance), gone, key); status != 404 || w.due("sign") != later {
			t.Errorf("with the key %q: %d", key, status)
		}
	}
}

// TestHeld: what somebody has in hand may have been looked at before the customer
// ended it; the provider is asked to send the notice again.
func TestHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u, err := w.Store.RenewalOf(t.Context(), w.conns["sign"].ID)
	if err != nil {
		t.Fatal(err)
	}
	lease := store.Lease{Now: storetest.Start, Until: storetest.Start.Add(time.Minute), Holder: 7}
	held, ours, err := w.Store.ClaimRenewal(t.Context(), lease, u.ID, false)
	if err != nil || !ours {
		t.Fatal(ours, err)
	}
	path := "/hooks/sign/" + string(w.instance)
	if status := w.post(path, gone, "the-key"); status != 503 {
		t.Errorf("answered with %d", status)
	}
	if _, err := w.Store.FinishRenewals(t.Context(), []store.RenewalOutcome{{Renewal: held, RunAt: storetest.Start.Add(later), Unused: true}}); err != nil {
		t.Fatal(err)
	}
	if status := w.post(path, gone, "the-key"); status != 204 || w.due("sign") != 0 {
		t.Errorf("answered with %d, and due in %v", status, w.due("sign"))
	}
	if got := strings.Join(w.seen, ","); got != "sign busy,sign taken" {
		t.Error(got)
	}
}

// TestLanding: the browser of whoever disconnected at the provider has the
// connections looked at, and gets a page that tells nothing of them.
func TestLanding(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page := func(query string) string {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/hooks/land/"+string(w.instance)+query, nil)
		r.Header.Set("Accept-Language", "nl")
		status, body := w.sent(r)
		if status != 200 || !strings.Contains(body, "House is ontkoppeld") {
			t.Errorf("%s: %d %s", query, status, body)
		}
		return body
	}
	nobody := page("?realmId=south")
	if w.due("land") != later {
		t.Error("somebody else's connection is looked at")
	}
	if page("") != nobody || page("?realmId=north") != nobody || page("?realmId="+strings.Repeat("n", 300)) != nobody {
		t.Error("the page tells whether something is connected")
	}
	if w.due("land") != 0 || w.due("sign") != later {
		t.Errorf("due in %v and %v", w.due("land"), w.due("sign"))
	}
	if got := strings.Join(w.seen, ","); got != "land nobody,land ignored,land taken,land ignored" {
		t.Error(got)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/hooks/sign/"+string(w.instance)+"?realmId=north", nil)
	if status, _ := w.sent(r); status != 404 || w.due("sign") != later {
		t.Errorf("where notices are signed, a browser gets %d", status)
	}
}
