package link_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// countedIn are the tables that visits are counted in.
var countedIn = []string{"funnel", "funnel_seen", "funnel_counts", "visits"}

// TestVisitsStoreNothing is the promise of anonymity the other way round: a
// flood of visits leaves the database as it was, but for what is counted of each
// company, once a day, and the one visit that all of them are.
func TestVisitsStoreNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		companies := []bowline.ID{w.company}
		storetest.Write(t, w.store, func(ctx context.Context, tx *store.Tx) error {
			for i := range 19 {
				c := bowline.Company{ID: bowline.NewID(w.clock.Now()), InstanceID: w.instance, Name: fmt.Sprint("Company ", i), Created: w.clock.Now()}
				companies = append(companies, c.ID)
				if err := tx.InsertCompany(ctx, c); err != nil {
					return err
				}
			}
			return nil
		})
		before := storetest.Dump(t, w.store)
		var visitors sync.WaitGroup
		for visitor := range 8 {
			visitors.Go(func() {
				for i := visitor; i < 1000; i += 8 {
					v, err := w.service.Boot(t.Context(), companies[i%20], link.Entry{Locales: []string{"fr-FR"}})
					if err != nil || v.Step != link.StepMain {
						t.Errorf("visit %d: %s, %v", i, v.Step, err)
					}
					if i%100 == 0 {
						must(t, w.service.FlushVisits(t.Context()))
					}
				}
			})
		}
		visitors.Wait()
		must(t, w.service.FlushVisits(t.Context()))
		after := storetest.Dump(t, w.store)
		if got := len(after["funnel"]); got != 20 || len(before["funnel"]) != 0 {
			t.Errorf("%d companies have begun, before there were %d", got, len(before["funnel"]))
		}
		funnel := strings.Join(after["funnel"], "\n")
		for table := range after {
			if !slices.Contains(countedIn, table) && strings.Join(before[table], "\n") != strings.Join(after[table], "\n") {
				t.Errorf("the visits changed %s", table)
			}
		}
		if visits, seen := len(after["visits"]), len(after["funnel_seen"]); visits == 0 || visits > 3*20 || seen != 20 {
			t.Errorf("%d visits of %d companies", visits, seen)
		}
		w.clock.add(24 * time.Hour)
		for _, company := range companies {
			_, err := w.service.Boot(t.Context(), company, link.Entry{})
			must(t, err)
		}
		must(t, w.service.FlushVisits(t.Context()))
		if again := strings.Join(storetest.Dump(t, w.store)["funnel"], "\n"); again != funnel {
			t.Error("a visit on another day changed the funnel")
		}
	})
}

// TestFunnelWaitsForTheDatabase keeps what cannot be stored.
func TestFunnelWaitsForTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.boot()
		closed, err := store.Open(t.Context(), storetest.Options(t, w.store.Engine()))
		must(t, err)
		must(t, closed.Close())
		w.service.Store = closed
		if err := w.service.FlushVisits(t.Context()); !errors.Is(err, store.ErrClosed) {
			t.Fatalf("without a database: %v", err)
		}
		w.service.Store = w.store
		if _, err := w.store.Began(t.Context(), w.instance, w.company); !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("began: %v", err)
		}
		at := w.clock.Now()
		w.clock.add(time.Minute)
		w.boot()
		must(t, w.service.FlushVisits(t.Context()))
		if began, err := w.store.Began(t.Context(), w.instance, w.company); err != nil || !began.Equal(at) {
			t.Errorf("began at %s (%v), want %s", began, err, at)
		}
	})
}
