package roster_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/roster"
	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// bank is an aggregator whose list is asked for with the operator's client id.
const bank = `key: acme
name: Acme Pipes
sourceType: Banking
logo: {monogram: AP, color: "#7a3e9d"}
dataTypes: [Balances]
oauth:
  authorizeUrl: https://login.acme.example/authorize
  tokenUrl: https://login.acme.example/token
  authorizeParams: {provider_id: "${row.id}"}
rows:
  url: https://login.acme.example/providers?client=${client.id}
  items: results
  id: provider_id
  name: display_name
  logo: logo_url
  hours: 12
`

// bench is a roster with a provider behind it that the test plays.
type bench struct {
	*roster.Roster
	instance bowline.ID
	log      *strings.Builder
	set      *catalog.Catalog

	mu     sync.Mutex
	now    time.Time
	status int
	answer string
	asked  []string      // clients for whom the provider was asked
	gate   chan struct{} // what the provider waits for; nil for nothing
}

func (b *bench) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bench) wait(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func (b *bench) answers(status int, answer string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status, b.answer = status, answer
}

func (b *bench) times() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.asked)
}

func (b *bench) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.asked = append(b.asked, r.URL.Query().Get("client"))
	status, answer, gate := b.status, b.answer, b.gate
	b.mu.Unlock()
	if gate != nil {
		<-gate
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(answer))
}

// setUp registers the operator's client.
func (b *bench) setUp(t *testing.T, client string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "acme.yaml"), []byte(bank), 0o600); err != nil {
		t.Fatal(err)
	}
	base, err := catalog.Load(catalog.Options{Dir: dir, OmitSandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	b.set = base.With(map[string]catalog.Registration{"acme": {Clients: map[string]catalog.Client{"": {ID: client, Secret: "s3cret"}}}})
}

func newBench(t *testing.T, s *store.Store) *bench {
	t.Helper()
	b := &bench{
		instance: storetest.NewInstance(t, s), log: &strings.Builder{}, now: storetest.Start,
		status: http.StatusOK, answer: list("ob-alba", "Alba Bank", "ob-harb", "Harbour Credit Union"),
	}
	b.setUp(t, "client-1")
	b.Roster = b.replica(s)
	return b
}

// replica is another roster on a database, with the same provider.
func (b *bench) replica(s *store.Store) *roster.Roster {
	outbound := safehttp.New(safehttp.Options{Local: map[string]http.Handler{"https://login.acme.example/": b}})
	return &roster.Roster{
		Store: s, HTTP: outbound, Now: b.clock, Logger: slog.New(slog.NewTextHandler(b.log, nil)),
		Catalog: func(bowline.ID) *catalog.Catalog { return b.set },
	}
}

// list is an answer with rows of ids and names.
func list(pairs ...string) string {
	var items []string
	for i := 0; i < len(pairs); i += 2 {
		items = append(items, fmt.Sprintf(`{"provider_id":%q,"display_name":%q,"logo_url":"https://logos.acme.example/%s.svg"}`, pairs[i], pairs[i+1], pairs[i]))
	}
	return `{"results":[` + strings.Join(items, ",") + `]}`
}

// names are those of the rows that a roster gives.
func (b *bench) names(r *roster.Roster) string {
	in, _ := b.set.Get("acme")
	var names []string
	for _, row := range r.Rows(b.instance, &in).All() {
		names = append(names, row.Name)
	}
	return strings.Join(names, ", ")
}

func refresh(t *testing.T, r *roster.Roster) {
	t.Helper()
	if err := r.Refresh(t.Context()); err != nil {
		t.Error(err)
	}
}

const two = "Alba Bank, Harbour Credit Union"

func TestListIsAskedForOnceAndRenewed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := newBench(t, s)
		refresh(t, b.Roster) // nobody has asked for anything yet
		for range 3 {
			if got := b.names(b.Roster); got != two {
				t.Fatalf("the rows are %q", got)
			}
		}
		if b.times() != 1 || b.asked[0] != "client-1" {
			t.Errorf("the provider was asked for %q", b.asked)
		}
		in, _ := b.set.Get("acme")
		row, ok := b.Rows(b.instance, &in).Get("ob-harb")
		if !ok || row.LogoURL != "https://logos.acme.example/ob-harb.svg" || row.SourceID != catalog.RowSourceID("acme", "ob-harb") {
			t.Errorf("the row is %+v", row)
		}
		if again, ok := b.Rows(b.instance, &in).Find(row.SourceID); !ok || again != row {
			t.Errorf("by its sourceId it is %+v", again)
		}
		b.wait(11 * time.Hour)
		refresh(t, b.Roster)
		if b.times() != 1 {
			t.Error("a list that is not old was asked for again")
		}
		b.answers(http.StatusOK, list("ob-alba", "Alba Bank", "ob-mont", "Montague"))
		b.wait(2 * time.Hour)
		if got := b.names(b.Roster); got != two || b.times() != 1 {
			t.Errorf("a customer got %q and waited for the provider", got)
		}
		refresh(t, b.Roster)
		if got := b.names(b.Roster); got != "Alba Bank, Montague" || b.times() != 2 {
			t.Errorf("after 13 hours: %q, asked %d times", got, b.times())
		}
		other := b.replica(s)
		if got := b.names(other); got != "Alba Bank, Montague" || b.times() != 2 {
			t.Errorf("another replica has %q, asked %d times", got, b.times())
		}
	})
}

// TestProviderThatIsDown: the old list serves on, also after a restart.
func TestProviderThatIsDown(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := newBench(t, s)
		b.names(b.Roster)
		for name, answer := range map[string]struct {
			status int
			body   string
		}{
			"down": {http.StatusBadGateway, "<html>"}, "no JSON": {http.StatusOK, "<html>"}, "two documents": {http.StatusOK, list("a", "A") + "{}"},
			"elsewhere": {http.StatusOK, `[{"provider_id":"a"}]`}, "empty": {http.StatusOK, `{"results":[]}`},
			"away": {http.StatusFound, list("a", "A")}, "too large": {http.StatusOK, list("a", strings.Repeat("x", 2<<20))},
		} {
			b.answers(answer.status, answer.body)
			b.wait(13 * time.Hour)
			err := b.Refresh(t.Context())
			if err == nil {
				t.Errorf("%s: no error", name)
			} else if strings.Contains(err.Error(), "client-1") || strings.Contains(err.Error(), "html") {
				t.Errorf("%s: the error says %v", name, err)
			}
			asked := b.times()
			refresh(t, b.Roster)
			if b.times() != asked {
				t.Errorf("%s: the provider is not left alone", name)
			}
			if got := b.names(b.Roster); got != two {
				t.Errorf("%s: the rows are %q", name, got)
			}
		}
		if got := b.names(b.replica(s)); got != two {
			t.Errorf("after a restart: %q", got)
		}
		b.answers(http.StatusOK, list("ob-mont", "Montague"))
		b.wait(2 * time.Minute)
		refresh(t, b.Roster)
		if got := b.names(b.Roster); got != "Montague" {
			t.Errorf("when it is up again: %q", got)
		}
	})
}

// TestFirstListThatFails keeps nobody waiting twice in a row.
func TestFirstListThatFails(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	b.answers(http.StatusServiceUnavailable, "")
	for range 3 {
		if got := b.names(b.Roster); got != "" {
			t.Fatalf("the rows are %q", got)
		}
	}
	if b.times() != 1 || !strings.Contains(b.log.String(), "status 503") {
		t.Errorf("asked %d times; the log says %s", b.times(), b.log)
	}
	b.answers(http.StatusOK, list("ob-alba", "Alba Bank"))
	b.wait(2 * time.Minute)
	if got := b.names(b.Roster); got != "Alba Bank" {
		t.Errorf("after a while: %q", got)
	}
}

// TestCustomersWaitTogether: those who come while the first list is fetched make
// no requests of their own.
func TestCustomersWaitTogether(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	b.gate = make(chan struct{})
	got := make(chan string, 8)
	for range cap(got) {
		go func() { got <- b.names(b.Roster) }()
	}
	close(b.gate)
	for range cap(got) {
		if names := <-got; names != two {
			t.Errorf("somebody got %q", names)
		}
	}
	if b.times() != 1 {
		t.Errorf("the provider was asked %d times", b.times())
	}
}

// TestOneThatIsLateTakesWhatAnotherHasStored is about two replicas.
func TestOneThatIsLateTakesWhatAnotherHasStored(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	b := newBench(t, s)
	other := b.replica(s)
	b.names(b.Roster)
	b.names(other)
	b.answers(http.StatusOK, list("ob-mont", "Montague"))
	b.wait(13 * time.Hour)
	refresh(t, other)
	refresh(t, b.Roster)
	if got := b.names(b.Roster); got != "Montague" || b.times() != 2 {
		t.Errorf("%q, asked %d times", got, b.times())
	}
}

// TestAnotherClientHasAnotherList: a change of the setup does not wait for the
// list to grow old, and what is switched off is asked for no more.
func TestAnotherClientHasAnotherList(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	b.names(b.Roster)
	b.setUp(t, "client-2")
	b.answers(http.StatusOK, list("ob-mont", "Montague"))
	refresh(t, b.Roster)
	if got := b.names(b.Roster); got != "Montague" || b.asked[1] != "client-2" {
		t.Errorf("%q, asked for %q", got, b.asked)
	}
	off := false
	b.set = b.set.With(map[string]catalog.Registration{"acme": {Enabled: &off}})
	b.wait(13 * time.Hour)
	refresh(t, b.Roster)
	if b.times() != 2 {
		t.Error("the list of what is switched off was asked for")
	}
}
