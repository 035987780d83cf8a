package roster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
)

const (
	// firstLimit is how long customers wait for a list that nobody has yet.
	firstLimit = 5 * time.Second
	// askLimit is how long a provider may take when nobody waits.
	askLimit = 15 * time.Second
	// pause is how long a provider is left alone after it gave no list.
	pause = time.Minute
	// maxKept bounds how many lists are in memory.
	maxKept = 1000
)

// Roster keeps lists. All fields are required. It is safe for concurrent use and
// must not be copied.
type Roster struct {
	Store *store.Store
	// HTTP carries the requests; in the product it is safehttp's client.
	HTTP *http.Client
	// Catalog is the catalog as the operator of an instance has set it up.
	Catalog func(instance bowline.ID) *catalog.Catalog
	Now     func() time.Time
	Logger  *slog.Logger

	flights singleflight.Group
	mu      sync.RWMutex
	kept    map[whose]entry
}

// whose names a list.
type whose struct {
	instance bowline.ID
	key      string // of the integration
}

// entry is a list in memory. The zero times are never.
type entry struct {
	list    *catalog.RowList // nil for none yet
	asked   time.Time        // when the provider gave the list
	tried   time.Time        // when it was last tried without one
	address string           // where it came from; "" when it came from the database
}

// Rows returns the list of an integration with Rows, nil when there is none yet.
// Only the first call for a list takes time; those that come meanwhile wait for
// the same answer, and after a failure nobody waits for a while.
func (r *Roster) Rows(instance bowline.ID, in *catalog.Integration) *catalog.RowList {
	id := whose{instance, in.Key}
	if e, known := r.find(id); known && (e.list != nil || r.Now().Sub(e.tried) < pause) {
		return e.list
	}
	list, _, _ := r.flights.Do(string(instance)+" "+in.Key, func() (any, error) {
		// One request's end must not be the end for the others that wait.
		ctx, cancel := context.WithTimeout(context.Background(), firstLimit)
		defer cancel()
		return r.first(ctx, id, *in), nil
	})
	return list.(*catalog.RowList)
}

func (r *Roster) find(id whose) (entry, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	e, known := r.kept[id]
	return e, known
}

func (r *Roster) keep(id whose, e entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.kept[id]; r.kept == nil || len(r.kept) >= maxKept && !known {
		r.kept = map[whose]entry{}
	}
	r.kept[id] = e
}

// first takes a list from the database, however old, or else asks the provider.
func (r *Roster) first(ctx context.Context, id whose, in catalog.Integration) *catalog.RowList {
	e, err := r.stored(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		e, err = r.ask(ctx, id, in)
	}
	if err != nil {
		r.Logger.WarnContext(ctx, "no list of a provider's rows yet", "integration", id.key, "instance", id.instance, "error", err)
		e = entry{tried: r.Now()}
	}
	r.keep(id, e)
	return e.list
}

// Refresh asks again for the lists that are due, of those that customers of this
// process have asked for. It is for a loop, and harmless on several replicas: one
// that is late takes what another has stored.
func (r *Roster) Refresh(ctx context.Context) error {
	r.mu.RLock()
	ids := make([]whose, 0, len(r.kept))
	for id := range r.kept {
		ids = append(ids, id)
	}
	r.mu.RUnlock()
	var failed error
	for _, id := range ids {
		if err := r.refresh(ctx, id); err != nil && ctx.Err() == nil {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// refresh renews one list if it is due. Where that fails the old one stays.
func (r *Roster) refresh(ctx context.Context, id whose) error {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	in, ok := r.Catalog(id.instance).Get(id.key)
	if !ok || !in.Enabled || in.Rows == nil {
		r.forget(id)
		return nil
	}
	e, known := r.find(id)
	if !known || !r.due(e, in) || r.Now().Sub(e.tried) < pause {
		return nil
	}
	if stored, err := r.stored(ctx, id); err == nil && stored.asked.After(e.asked) && !r.due(stored, in) {
		r.keep(id, stored)
		return nil
	}
	fresh, err := r.ask(ctx, id, in)
	if err != nil {
		e.tried = r.Now()
		r.keep(id, e)
		return fmt.Errorf("refresh the rows of %s: %w", id.key, err)
	}
	r.keep(id, fresh)
	return nil
}

// due says whether a list is too old, or came from another place than the
// operator's setup now names.
func (r *Roster) due(e entry, in catalog.Integration) bool {
	return r.Now().Sub(e.asked) >= time.Duration(in.Rows.Hours)*time.Hour || e.address != "" && e.address != in.Rows.URL
}

func (r *Roster) forget(id whose) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.kept, id)
}

// stored is the list in the database, or store.ErrNotFound.
func (r *Roster) stored(ctx context.Context, id whose) (entry, error) {
	rows, err := r.Store.ProviderRows(ctx, id.instance, id.key)
	if err != nil {
		return entry{}, err
	}
	return entry{list: listOf(id.key, rows.Rows), asked: rows.FetchedAt}, nil
}

// ask gets the list from the provider, and stores it.
func (r *Roster) ask(ctx context.Context, id whose, in catalog.Integration) (entry, error) {
	asked := r.Now()
	rows, err := r.fetch(ctx, *in.Rows)
	if err != nil {
		return entry{}, err
	}
	err = r.Store.Write(ctx, func(tx *store.Tx) error {
		return tx.PutProviderRows(ctx, id.instance, id.key, bowline.ProviderRows{FetchedAt: asked, Rows: rows})
	})
	if err != nil { // the customers can have it all the same
		r.Logger.WarnContext(ctx, "store a provider's rows", "integration", id.key, "instance", id.instance, "error", err)
	}
	return entry{list: listOf(id.key, rows), asked: asked, address: in.Rows.URL}, nil
}

func listOf(key string, rows []bowline.ProviderRow) *catalog.RowList {
	all := make([]catalog.Row, len(rows))
	for i, row := range rows {
		all[i] = catalog.Row{ID: row.ID, Name: row.Name, LogoURL: row.LogoURL}
	}
	return catalog.NewRowList(key, all)
}
