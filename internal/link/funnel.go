package link

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// maxFunnel bounds what waits in memory. A company that finds no room is noted
// at its next visit.
const maxFunnel = 20_000

// funnel holds the companies that have begun since the last flush. The zero
// value is ready.
type funnel struct {
	mu    sync.Mutex
	began map[bowline.ID]time.Time
}

func (f *funnel) add(company bowline.ID, at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.began == nil {
		f.began = map[bowline.ID]time.Time{}
	}
	if _, known := f.began[company]; !known && len(f.began) < maxFunnel {
		f.began[company] = at
	}
}

func (f *funnel) takeAll() map[bowline.ID]time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.began
	f.began = nil
	return all
}

// began notes that a company's journey was drawn, the "Began flow" of link.md
// 5.7. It is all that a visit leaves before the customer acts: one row per
// company, written with those of others a moment later, so that a flood of
// visits costs no writes.
func (s *Service) began(pg page) {
	if !pg.begun {
		s.funnel.add(pg.company.ID, s.Now())
	}
}

// FlushBegan stores which companies have begun. What cannot be stored is kept
// for the next time.
func (s *Service) FlushBegan(ctx context.Context) error {
	all := s.funnel.takeAll()
	if len(all) == 0 {
		return nil
	}
	list := make([]store.Began, 0, len(all))
	for company, at := range all {
		list = append(list, store.Began{Company: company, At: at})
	}
	// In one order, so that replicas that store the same companies do not wait for each other.
	slices.SortFunc(list, func(a, b store.Began) int { return strings.Compare(string(a.Company), string(b.Company)) })
	err := s.Store.Write(ctx, func(tx *store.Tx) error { return tx.InsertBegan(ctx, list) })
	if err != nil {
		for company, at := range all {
			s.funnel.add(company, at)
		}
		return fmt.Errorf("store who has begun: %w", err)
	}
	return nil
}
