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

// Bounds of what waits in memory. What finds no room is not counted; a company
// that has begun is noted at its next visit.
const (
	maxFunnel = 20_000
	// maxSteps is how many steps of one company in one category may wait.
	maxSteps = 12
	// flushed is how many steps are stored in one transaction.
	flushed = 64
)

// againAfter is for how long a view that was noted needs no further note: a
// visit that is looked at over and over costs a write now and then.
const againAfter = 5 * time.Minute

// funnel holds what became known of visits since the last flush. The zero value
// is ready.
type funnel struct {
	mu    sync.Mutex
	began map[bowline.ID]time.Time
	steps map[visitKey][]bowline.VisitStep
	known map[look]time.Time
}

type visitKey struct {
	company    bowline.ID
	sourceType bowline.SourceType
}

// look is something that was noted lately.
type look struct {
	company              bowline.ID
	what, device, locale string
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

// news says whether something was not noted lately, on the same day.
func (f *funnel) news(l look, at time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if last, known := f.known[l]; known && at.Sub(last) < againAfter && at.YearDay() == last.YearDay() && !at.Before(last) {
		return false
	}
	if f.known == nil || len(f.known) >= maxFunnel {
		f.known = map[look]time.Time{}
	}
	f.known[l] = at
	return true
}

// note keeps a step for the next flush. Of too many of one company the latest
// takes the place of the one before it, whose stages it takes along.
func (f *funnel) note(s bowline.VisitStep) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.put(s)
}

func (f *funnel) put(s bowline.VisitStep) {
	if f.steps == nil {
		f.steps = map[visitKey][]bowline.VisitStep{}
	}
	key := visitKey{s.CompanyID, s.SourceType}
	list, known := f.steps[key]
	switch {
	case !known && len(f.steps) >= maxFunnel:
	case len(list) >= maxSteps:
		last := &list[len(list)-1]
		s.Stages = append(last.Stages, s.Stages...)
		*last = s
	default:
		f.steps[key] = append(list, s)
	}
}

func (f *funnel) takeAll() (map[bowline.ID]time.Time, map[visitKey][]bowline.VisitStep) {
	f.mu.Lock()
	defer f.mu.Unlock()
	began, steps := f.began, f.steps
	f.began, f.steps = nil, nil
	return began, steps
}

// putBack returns steps that could not be stored to their place before what came
// since.
func (f *funnel) putBack(steps []bowline.VisitStep) {
	f.mu.Lock()
	defer f.mu.Unlock()
	since := f.steps
	f.steps = nil
	for _, s := range steps {
		f.put(s)
	}
	for _, list := range since {
		for _, s := range list {
			f.put(s)
		}
	}
}

// FlushVisits stores who has begun and how visits go on. What cannot be stored
// is kept for the next time.
func (s *Service) FlushVisits(ctx context.Context) error {
	began, steps := s.funnel.takeAll()
	if len(began) == 0 && len(steps) == 0 {
		return nil
	}
	// In one order, so that replicas that store the same companies do not wait for each other.
	companies := make([]store.Began, 0, len(began))
	for company, at := range began {
		companies = append(companies, store.Began{Company: company, At: at})
	}
	slices.SortFunc(companies, func(a, b store.Began) int { return strings.Compare(string(a.Company), string(b.Company)) })
	list := make([]bowline.VisitStep, 0, len(steps))
	for _, some := range steps {
		list = append(list, some...)
	}
	slices.SortStableFunc(list, func(a, b bowline.VisitStep) int { return strings.Compare(string(a.CompanyID), string(b.CompanyID)) })
	for first := true; first || len(list) > 0; first = false {
		n := portion(list)
		err := s.Store.Write(store.Behind(ctx), func(tx *store.Tx) error {
			if first {
				if err := tx.InsertBegan(ctx, companies); err != nil {
					return err
				}
			}
			return tx.RecordVisits(ctx, list[:n])
		})
		if err != nil {
			for company, at := range began {
				s.funnel.add(company, at)
			}
			s.funnel.putBack(list)
			return fmt.Errorf("store visits: %w", err)
		}
		began, list = nil, list[n:]
	}
	return nil
}

// portion is how many steps go into one transaction: those of a company go
// together.
func portion(list []bowline.VisitStep) int {
	if len(list) <= flushed {
		return len(list)
	}
	n := flushed
	for n < len(list) && list[n].CompanyID == list[n-1].CompanyID {
		n++
	}
	return n
}

// EndVisits counts visits without a sign of life among those that ended.
func (s *Service) EndVisits(ctx context.Context) error {
	return s.inSteps(ctx, func(tx *store.Tx) (int, error) { return tx.EndVisits(ctx, s.Now().Add(-bowline.VisitRest), flushed) })
}

// ForgetVisits deletes old visits, and the sums of those that are much older.
func (s *Service) ForgetVisits(ctx context.Context) error {
	err := s.inSteps(ctx, func(tx *store.Tx) (int, error) {
		return tx.ForgetVisits(ctx, s.Now().Add(-bowline.VisitsKept), flushed)
	})
	if err != nil {
		return err
	}
	instances, err := s.Store.Instances(ctx)
	if err != nil {
		return err
	}
	for _, in := range instances {
		err := s.inSteps(ctx, func(tx *store.Tx) (int, error) {
			return tx.ForgetFunnel(ctx, in.ID, s.Now().Add(-bowline.FunnelKept), flushed)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// inSteps repeats a small transaction that nobody waits for until it did less
// than it might have.
func (s *Service) inSteps(ctx context.Context, step func(*store.Tx) (int, error)) error {
	for {
		n := 0
		err := s.Store.Write(store.Behind(ctx), func(tx *store.Tx) (err error) {
			n, err = step(tx)
			return err
		})
		if err != nil || n < flushed {
			return err
		}
	}
}
