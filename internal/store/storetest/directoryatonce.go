package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// DirectoryAtOnce changes companies while the changes are worked in and while
// searches are given up, as those of somebody are who types: whatever was
// committed is on the very next page.
func DirectoryAtOnce(t *testing.T, s *store.Store) {
	const writers, rounds = 3, 12
	ctx, stop := context.WithCancel(t.Context())
	instance := NewInstance(t, s)
	var beside sync.WaitGroup
	beside.Go(func() {
		for ctx.Err() == nil {
			if _, err := s.FoldDirectory(ctx); err != nil && ctx.Err() == nil {
				t.Errorf("work in: %v", err)
			}
		}
	})
	beside.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			short, cancel := context.WithTimeout(ctx, time.Duration(n%20)*100*time.Microsecond)
			_, err := s.Directory(short, store.DirectoryList{InstanceID: instance, Query: "bakery", Limit: 50})
			if err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
				t.Errorf("search given up: %v", err)
			}
			cancel()
		}
	})
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for n := range rounds {
				liveAtOnce(t, s, instance, fmt.Sprintf("Bakery %d of %d", n, w))
			}
		})
	}
	writing.Wait()
	stop()
	beside.Wait()
}

// liveAtOnce takes a company through its states and looks for it after each.
func liveAtOnce(t *testing.T, s *store.Store, instance bowline.ID, name string) {
	c := NewCompany(instance, name)
	n := NewConnection(c, bowline.Accounting)
	n.Status = ""
	change := store.Change{Actor: bowline.ActorSystem, Now: Start}
	steps := []struct {
		status bowline.CompanyStatus
		write  func(context.Context, *store.Tx) error
	}{
		{bowline.CompanyNoConnections, func(ctx context.Context, tx *store.Tx) error { return tx.InsertCompany(ctx, c) }},
		{bowline.CompanyPending, func(ctx context.Context, tx *store.Tx) error {
			begun := n
			err := tx.MoveConnection(ctx, c, &begun, bowline.TriggerCreate, change)
			return err
		}},
		{bowline.CompanyLinked, moveAtOnce(instance, c.ID, bowline.TriggerLink)},
		{bowline.CompanyUnlinked, moveAtOnce(instance, c.ID, bowline.TriggerUnlink)},
	}
	for _, step := range steps {
		if err := TryWrite(t, s, step.write); err != nil {
			t.Errorf("%s to %s: %v", name, step.status, err)
			return
		}
		for _, query := range []string{name, ""} {
			page, err := s.Directory(t.Context(), store.DirectoryList{InstanceID: instance, Query: query, Limit: 100})
			if err != nil {
				t.Errorf("look for %q: %v", query, err)
				return
			}
			found := false
			for _, one := range page.Companies {
				if one.ID == c.ID {
					found = true
					if got := one.Statuses.List()[0]; got != step.status {
						t.Errorf("%s, looked for as %q: %s, want %s; connections %v", name, query, got, step.status, one.DataConnections)
					}
				}
			}
			if !found {
				t.Errorf("%s, looked for as %q, is not found as %s", name, query, step.status)
			}
		}
	}
}

func moveAtOnce(instance, company bowline.ID, trigger bowline.Trigger) func(context.Context, *store.Tx) error {
	return func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.LockCompany(ctx, instance, company)
		if err != nil {
			return err
		}
		return tx.MoveConnection(ctx, c, &c.DataConnections[0], trigger, store.Change{Actor: bowline.ActorSystem, Now: Start})
	}
}
