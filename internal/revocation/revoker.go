package revocation

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

const (
	// lease is for how long a unit is in hand. attempt bounds one of its rows, so
	// that what is begun in time ends in time.
	lease   = 5 * time.Minute
	attempt = time.Minute
	// claimed is how many units one claim takes, workers how many are worked on at
	// once.
	claimed = 64
	workers = 8
)

// Options say what a Revoker works with. Fresh, Holder, Logger and Observe may be
// left out.
type Options struct {
	Store *store.Store
	OAuth *oauth.Client
	// Offer returns the catalog as the operator of an instance has set it up.
	Offer func(instance bowline.ID) *catalog.Catalog
	// Fresh returns the grant of a linked connection with an access token that
	// works. Without it, what needs a relative's token waits.
	Fresh func(ctx context.Context, instance, company, connection bowline.ID) (bowline.Grant, error)
	// Holder is the name under which this process is entered with the database,
	// so that what it has in hand is free when it dies; see store.Holder.
	Holder func() int64
	Now    func() time.Time
	Logger *slog.Logger
	// Observe is told of each attempt: the integration's key and what came of it.
	Observe func(integration, outcome string)
}

// Revoker ends grants at their providers. It is safe for concurrent use, and
// several processes may have one each.
type Revoker struct {
	Options
	mu    sync.Mutex
	lanes map[lane]down
	known atomic.Pointer[Waiting]

	halted atomic.Bool // nothing more is claimed
}

// Halt ends the claims, at once and for good; what is in hand goes on.
func (r *Revoker) Halt() { r.halted.Store(true) }

// lane is whose client asks which provider.
type lane struct {
	instance    bowline.ID
	integration string
}

// down is a provider that did not answer.
type down struct {
	failures int
	until    time.Time
}

// Waiting is what is not done yet.
type Waiting struct {
	Count  int64
	Oldest time.Time // since when the oldest waits; zero for none
}

// New returns a Revoker.
func New(o Options) *Revoker {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Holder == nil {
		o.Holder = func() int64 { return 0 }
	}
	if o.Observe == nil {
		o.Observe = func(string, string) {}
	}
	r := &Revoker{Options: o, lanes: map[lane]down{}}
	r.known.Store(&Waiting{})
	return r
}

// Waiting says what was not done yet after the last Sweep.
func (r *Revoker) Waiting() Waiting { return *r.known.Load() }

// Sweep does what is due, and returns when nothing more is.
func (r *Revoker) Sweep(ctx context.Context) error {
	for ctx.Err() == nil && !r.halted.Load() {
		now := r.Now().UTC()
		units, err := r.Store.ClaimRevocations(ctx, store.Lease{Holder: r.Holder(), Now: now, Until: now.Add(lease)}, claimed)
		if err != nil {
			return err
		}
		if err := r.each(ctx, units); err != nil {
			return err
		}
		if len(units) < claimed {
			break
		}
	}
	n, oldest, err := r.Store.RevocationsWaiting(ctx)
	if err == nil {
		r.known.Store(&Waiting{n, oldest})
	}
	return err
}

// Prune forgets what was done more than a week ago.
func (r *Revoker) Prune(ctx context.Context) error {
	const kept, limit = 7 * 24 * time.Hour, 200
	for ctx.Err() == nil {
		if n, err := r.Store.PruneRevocations(ctx, r.Now().Add(-kept), limit); err != nil || n < limit {
			return err
		}
	}
	return nil
}

// each works on units, several at a time.
func (r *Revoker) each(ctx context.Context, units [][]store.Revocation) error {
	var wait sync.WaitGroup
	errs := make([]error, len(units))
	turns := make(chan struct{}, workers)
	for i, unit := range units {
		turns <- struct{}{}
		wait.Go(func() {
			defer func() { <-turns }()
			errs[i] = r.unit(ctx, unit)
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// unit works on rows that share tokens, one after the other.
func (r *Revoker) unit(ctx context.Context, rows []store.Revocation) error {
	for i := range rows {
		open := rows[i:]
		o := r.end(ctx, open)
		o.Revocation, o.At = open[0], r.Now().UTC()
		// What the provider has done is recorded even while we are being stopped.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		held, err := r.Store.FinishRevocation(ctx, o)
		cancel()
		if err != nil {
			return err
		}
		if !held {
			return nil // somebody took the unit over
		}
		r.tell(ctx, o)
	}
	return nil
}

func (r *Revoker) tell(ctx context.Context, o store.RevocationOutcome) {
	row := o.Revocation
	about := []any{"integration", row.IntegrationKey, "company", row.Company, "connection", row.Connection, "attempts", row.Attempts + 1}
	switch {
	case o.Untried:
	case !o.RunAt.IsZero():
		r.Observe(row.IntegrationKey, "failed")
		level := slog.LevelWarn
		if o.Failure == string(oauth.Misconfigured) {
			level = slog.LevelError // it ends only when the operator does something
		}
		r.Logger.Log(ctx, level, "a grant could not be ended at its provider yet", append(about, "reason", o.Failure, "again", o.RunAt)...)
	case o.Outcome == outcomeAbandoned:
		r.Observe(row.IntegrationKey, o.Outcome)
		r.Logger.ErrorContext(ctx, "a grant was never confirmed to be ended at its provider", append(about, "reason", o.Failure)...)
	default:
		r.Observe(row.IntegrationKey, o.Outcome)
	}
}

// lane looks whether a provider is known not to answer.
func (r *Revoker) isDown(row store.Revocation) (time.Time, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.lanes[lane{row.Instance, row.IntegrationKey}]
	return d.until, d.until.After(r.Now())
}

// answered remembers whether a provider answered. One that does not is left
// alone for a while, so that a long queue does not wait for it row by row.
func (r *Revoker) answered(row store.Revocation, failure error) {
	at := lane{row.Instance, row.IntegrationKey}
	r.mu.Lock()
	defer r.mu.Unlock()
	if oauth.ReasonOf(failure) != oauth.Unavailable {
		delete(r.lanes, at)
		return
	}
	d := r.lanes[at]
	d.failures++
	d.until = r.Now().Add(min(pause(d.failures, said(failure)), max(15*time.Minute, said(failure))))
	r.lanes[at] = d
}

// said is how long the provider wants to be left alone.
func said(failure error) time.Duration {
	var e *oauth.Error
	if errors.As(failure, &e) {
		return e.RetryAfter
	}
	return 0
}
