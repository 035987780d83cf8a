package offer

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
)

const (
	// defaultLife is for how long another replica may go on as before after a
	// setup was changed.
	defaultLife = 2 * time.Second
	// readLimit bounds a read, on which several requests may wait.
	readLimit = 5 * time.Second
	// maxKept bounds how many instances' catalogs are in memory.
	maxKept = 1000
)

// Book gives each instance its catalog as its operator has set it up. Base and
// Store are required. It is safe for concurrent use and must not be copied.
type Book struct {
	Base   *catalog.Catalog
	Store  *store.Store
	Now    func() time.Time // time.Now when nil
	Logger *slog.Logger     // slog.Default when nil
	// Life is for how long a catalog serves before it is asked whether a setup
	// has changed; 0 is two seconds.
	Life time.Duration

	// flights lets requests that come together wait for one read.
	flights singleflight.Group
	// untouched is the catalog of every instance without a setup.
	untouched atomic.Pointer[page]

	mu         sync.RWMutex
	edition    uint64    // of Base; grows with Rebase
	generation uint64    // grows with Forget: a read that began before must not count after
	revision   int64     // of the setups, when they were looked at
	checkedAt  time.Time // when that was; zero: look again
	kept       map[bowline.ID]page
}

// page is the catalog of one instance, made of the setups of a revision and of
// an edition of Base.
type page struct {
	set      *catalog.Catalog
	revision int64
	edition  uint64
}

// Catalog returns the catalog of an instance, from memory unless Life is over.
// Where the store cannot be read it goes on with what it has, and returns an
// error only when that is nothing.
func (b *Book) Catalog(ctx context.Context, instance bowline.ID) (*catalog.Catalog, error) {
	b.mu.RLock()
	known, has := b.kept[instance]
	age := b.now().Sub(b.checkedAt)
	fresh := has && known.edition == b.edition && known.revision == b.revision && !b.checkedAt.IsZero() && age >= 0 && age < b.life()
	generation := b.generation
	b.mu.RUnlock()
	if fresh {
		return known.set, nil
	}
	// The generation is in the name, so that nobody who comes after a change
	// waits for a read that began before it.
	flight := string(instance) + " " + strconv.FormatUint(generation, 10)
	set, err, _ := b.flights.Do(flight, func() (any, error) {
		// One request's end must not be the end for the others that wait.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readLimit)
		defer cancel()
		return b.read(ctx, instance, generation)
	})
	if err == nil {
		return set.(*catalog.Catalog), nil
	}
	if has {
		b.logger().WarnContext(ctx, "go on with the catalog as it was", "instance", string(instance), "error", err)
		return known.set, nil
	}
	return nil, err
}

// For is Catalog for callers that have to go on: where there is neither a
// store to read nor a catalog in memory, it returns the catalog of an instance
// without setups, in which nothing is offered that needs one.
func (b *Book) For(instance bowline.ID) *catalog.Catalog {
	set, err := b.Catalog(context.Background(), instance)
	if err != nil {
		b.logger().Error("go on without the setups of an instance", "instance", string(instance), "error", err)
		b.mu.RLock()
		edition := b.edition
		b.mu.RUnlock()
		return b.apply(nil, edition)
	}
	return set
}

// Rebase puts the files of other in the place of Base's, for all who hold Base,
// and lets them count at once.
func (b *Book) Rebase(other *catalog.Catalog) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.Base.Replace(other)
	b.edition++
	b.generation++
	b.checkedAt = time.Time{}
}

// Forget lets a change that was made here count at once.
func (b *Book) Forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.generation++
	b.checkedAt = time.Time{}
}

// read asks the store, and remembers what it says.
func (b *Book) read(ctx context.Context, instance bowline.ID, generation uint64) (*catalog.Catalog, error) {
	began := b.now()
	// Read before the setups: what is newer than the revision only makes the
	// next look find a difference that is known already.
	revision, err := b.Store.SetupRevision(ctx)
	if err != nil {
		return nil, fmt.Errorf("read catalog of an instance: %w", err)
	}
	b.mu.RLock()
	now, has := b.kept[instance]
	edition := b.edition
	b.mu.RUnlock()
	if !has || now.revision != revision || now.edition != edition {
		setups, err := b.Store.IntegrationSetups(ctx, instance)
		if err != nil {
			return nil, fmt.Errorf("read catalog of an instance: %w", err)
		}
		now = page{b.apply(setups, edition), revision, edition}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept == nil || len(b.kept) >= maxKept && !has {
		b.kept = map[bowline.ID]page{}
	}
	// A read that was overtaken puts back an older page, which is then not
	// fresh: its revision is not the one below.
	b.kept[instance] = now
	if b.generation == generation {
		b.revision, b.checkedAt = revision, began
	}
	return now.set, nil
}

// apply makes a catalog of what was set up, of an edition of Base or a newer one.
func (b *Book) apply(setups []bowline.IntegrationSetup, edition uint64) *catalog.Catalog {
	if len(setups) == 0 {
		if known := b.untouched.Load(); known != nil && known.edition == edition {
			return known.set
		}
		made := &page{set: b.Base.With(nil), edition: edition}
		b.untouched.Store(made)
		return made.set
	}
	registrations := make(map[string]catalog.Registration, len(setups))
	for _, setup := range setups {
		registrations[setup.Key] = Registration(setup)
	}
	return b.Base.With(registrations)
}

// Registration is a setup in the catalog's terms.
func Registration(setup bowline.IntegrationSetup) catalog.Registration {
	r := catalog.Registration{
		Enabled: setup.Enabled, Order: setup.Order, Sandbox: setup.Sandbox, Scopes: setup.Scopes,
		Clients: make(map[string]catalog.Client, len(setup.Clients)), Values: make(map[string]catalog.Secret, len(setup.Values)),
	}
	for name, client := range setup.Clients {
		r.Clients[name] = catalog.Client{
			ID: client.ID, Secret: catalog.Secret(client.Secret), PrivateKey: catalog.Secret(client.PrivateKey),
		}
	}
	for name, value := range setup.Values {
		r.Values[name] = catalog.Secret(value)
	}
	return r
}

func (b *Book) now() time.Time {
	if b.Now == nil {
		return time.Now()
	}
	return b.Now()
}

func (b *Book) life() time.Duration {
	if b.Life == 0 {
		return defaultLife
	}
	return b.Life
}

func (b *Book) logger() *slog.Logger {
	if b.Logger == nil {
		return slog.Default()
	}
	return b.Logger
}
