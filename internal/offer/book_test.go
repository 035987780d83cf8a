package offer_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/offer"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// acme has no client yet: its operator has to set one up.
const acme = `key: acme
name: Acme Books
sourceType: Accounting
order: 5
logo: {monogram: AB, color: "#7a3e9d"}
dataTypes: [Invoices and bills]
oauth:
  authorizeUrl: https://login.acme.example/authorize
  tokenUrl: https://login.acme.example/token
  scopes: [books.read]
`

// bench is a Book with a clock that the test moves.
type bench struct {
	*offer.Book
	instance bowline.ID
	log      *strings.Builder

	mu  sync.Mutex
	now time.Time
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

func newBench(t testing.TB, s *store.Store) *bench {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "acme.yaml"), []byte(acme), 0o600); err != nil {
		t.Fatal(err)
	}
	base, err := catalog.Load(catalog.Options{Dir: dir, OmitSandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{instance: storetest.NewInstance(t, s), log: &strings.Builder{}, now: storetest.Start}
	b.Book = &offer.Book{Base: base, Store: s, Now: b.clock, Logger: slog.New(slog.NewTextHandler(b.log, nil))}
	return b
}

func (b *bench) acme(t testing.TB, instance bowline.ID) catalog.Integration {
	t.Helper()
	set, err := b.Catalog(t.Context(), instance)
	if err != nil {
		t.Fatal(err)
	}
	in, ok := set.Get("acme")
	if !ok {
		t.Fatal("the integration is gone")
	}
	return in
}

func put(t testing.TB, s *store.Store, setup bowline.IntegrationSetup) {
	t.Helper()
	setup.Key, setup.UpdatedAt = "acme", storetest.Start
	storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutIntegrationSetup(ctx, setup) })
}

func TestCatalogIsAsItsOperatorHasSetItUp(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := newBench(t, s)
		other := storetest.NewInstance(t, s)
		if in := b.acme(t, b.instance); in.Enabled || in.Order != 5 {
			t.Errorf("without a client: enabled %v, order %d", in.Enabled, in.Order)
		}
		order, sandbox := 1, true
		put(t, s, bowline.IntegrationSetup{
			InstanceID: b.instance, Order: &order, Sandbox: &sandbox, Scopes: []string{"books.write"},
			Clients: map[string]bowline.Client{"": {ID: "id-1", Secret: "hunter2"}},
		})
		b.Forget()
		in := b.acme(t, b.instance)
		if !in.Enabled || in.Order != 1 || !in.Sandbox || in.OAuth.ClientID != "id-1" || in.OAuth.ClientSecret.Reveal() != "hunter2" ||
			len(in.OAuth.Scopes) != 1 || in.OAuth.Scopes[0] != "books.write" {
			t.Errorf("set up: %v %d %v %s %v", in.Enabled, in.Order, in.Sandbox, in.OAuth.ClientID, in.OAuth.Scopes)
		}
		if in := b.acme(t, other); in.Enabled || in.OAuth.ClientID != "" || in.OAuth.Scopes[0] != "books.read" {
			t.Error("another instance has the same setup")
		}
		no := false
		put(t, s, bowline.IntegrationSetup{InstanceID: other, Enabled: &no, Clients: map[string]bowline.Client{"": {ID: "id-2", Secret: "x"}}})
		b.Forget()
		if in := b.acme(t, other); in.Enabled || in.OAuth.ClientID != "id-2" {
			t.Error("what was switched off is on, or its client is not there")
		}
		if in := b.acme(t, b.instance); in.OAuth.ClientID != "id-1" {
			t.Error("the change of another instance changed this one")
		}
	})
}

// TestAnotherReplicaLearnsInTime has two books on one database.
func TestAnotherReplicaLearnsInTime(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	b := newBench(t, s)
	before, err := b.Catalog(t.Context(), b.instance)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, bowline.IntegrationSetup{InstanceID: b.instance, Clients: map[string]bowline.Client{"": {ID: "id", Secret: "x"}}})
	b.wait(2*time.Second - time.Microsecond)
	if again, err := b.Catalog(t.Context(), b.instance); err != nil || again != before {
		t.Errorf("the catalog is not the one in memory, %v", err)
	}
	b.wait(time.Microsecond)
	if !b.acme(t, b.instance).Enabled {
		t.Error("the change is not known after two seconds")
	}
	after, _ := b.Catalog(t.Context(), b.instance)
	b.wait(time.Hour)
	if again, err := b.Catalog(t.Context(), b.instance); err != nil || again != after {
		t.Errorf("the catalog was made anew without a change, %v", err)
	}
	b.wait(-24 * time.Hour) // a clock that was set back
	if !b.acme(t, b.instance).Enabled {
		t.Error("a clock that goes back brings back an older catalog")
	}
}

// TestInstancesWithoutASetupShareOne: a deployment with many instances does not
// keep as many copies.
func TestInstancesWithoutASetupShareOne(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	b := newBench(t, s)
	one, err := b.Catalog(t.Context(), b.instance)
	if err != nil {
		t.Fatal(err)
	}
	if two, err := b.Catalog(t.Context(), storetest.NewInstance(t, s)); err != nil || one != two {
		t.Errorf("two catalogs, %v", err)
	}
}

// TestReadErrorsServeWhatIsThere closes the database below the book.
func TestReadErrorsServeWhatIsThere(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	b := newBench(t, s)
	put(t, s, bowline.IntegrationSetup{InstanceID: b.instance, Clients: map[string]bowline.Client{"": {ID: "id", Secret: "hunter2"}}})
	unknown := storetest.NewInstance(t, s)
	b.acme(t, b.instance)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !b.acme(t, b.instance).Enabled || b.log.Len() > 0 {
		t.Errorf("within its life the catalog is not from memory: %s", b.log)
	}
	b.wait(time.Minute)
	if !b.acme(t, b.instance).Enabled || !strings.Contains(b.log.String(), "go on with the catalog as it was") {
		t.Errorf("after its life: %s", b.log)
	}
	b.Forget()
	if !b.acme(t, b.instance).Enabled || strings.Contains(b.log.String(), "hunter2") {
		t.Errorf("after a change: %s", b.log)
	}
	if _, err := b.Catalog(t.Context(), unknown); err == nil {
		t.Error("an instance of which nothing is known has a catalog")
	}
	if in, ok := b.For(unknown).Get("acme"); !ok || in.Enabled {
		t.Error("what was not set up is offered while the store is down")
	}
	if in, ok := b.For(b.instance).Get("acme"); !ok || !in.Enabled {
		t.Error("what was set up is not offered while the store is down")
	}
}

// TestChangesCountAtOnce lets many ask while setups change: whoever asks after
// a change and its Forget sees it.
func TestChangesCountAtOnce(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	b := newBench(t, s)
	stop := make(chan struct{})
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					b.acme(t, b.instance)
				}
			}
		})
	}
	version := int64(0)
	for order := range 200 {
		put(t, s, bowline.IntegrationSetup{InstanceID: b.instance, Order: &order, Version: version})
		setups, err := s.IntegrationSetups(t.Context(), b.instance)
		if err != nil {
			t.Fatal(err)
		}
		version = setups[0].Version
		b.Forget()
		if got := b.acme(t, b.instance).Order; got != order {
			t.Fatalf("order is %d after it was set to %d", got, order)
		}
	}
	close(stop)
	asking.Wait()
}

// TestFilesCountAtOnce lets many ask while files change, for an instance with a
// setup and for one without.
func TestFilesCountAtOnce(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	b := newBench(t, s)
	put(t, s, bowline.IntegrationSetup{InstanceID: b.instance, Clients: map[string]bowline.Client{"": {ID: "id", Secret: "x"}}})
	untouched := storetest.NewInstance(t, s)
	held, dir := b.Base, t.TempDir()
	stop := make(chan struct{})
	var asking sync.WaitGroup
	for _, instance := range []bowline.ID{b.instance, untouched} {
		asking.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					b.acme(t, instance)
				}
			}
		})
	}
	for n := range 10 {
		name := fmt.Sprintf("Acme %d", n)
		if err := os.WriteFile(filepath.Join(dir, "acme.yaml"), []byte(strings.Replace(acme, "Acme Books", name, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		files, err := catalog.Load(catalog.Options{Dir: dir, OmitSandbox: true})
		if err != nil {
			t.Fatal(err)
		}
		b.Rebase(files)
		if in := b.acme(t, b.instance); in.Name != name || !in.Enabled {
			t.Fatalf("set up: %s, enabled %v, after %s", in.Name, in.Enabled, name)
		}
		if in := b.acme(t, untouched); in.Name != name || in.Enabled {
			t.Fatalf("not set up: %s, enabled %v, after %s", in.Name, in.Enabled, name)
		}
		if in, _ := held.Get("acme"); in.Name != name {
			t.Fatalf("who holds the files has %s after %s", in.Name, name)
		}
	}
	close(stop)
	asking.Wait()
}

func TestAskerWhoLeavesDoesNotSpoilIt(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Catalog(ctx, b.instance); err != nil {
		t.Error(err)
	}
}

func BenchmarkCatalog(b *testing.B) {
	book := newBench(b, storetest.Open(b, store.SQLite))
	book.acme(b, book.instance)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := book.Catalog(b.Context(), book.instance); err != nil {
				b.Error(err)
			}
		}
	})
}
