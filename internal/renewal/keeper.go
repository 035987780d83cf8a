package renewal

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/store"
)

// Options configure a Keeper. Store, OAuth and Offer are required, and Probe
// where there are integrations with credentials.
type Options struct {
	Store *store.Store
	OAuth *oauth.Client
	Probe *probe.Client
	// Offer returns the catalog as the operator of an instance has set it up.
	Offer   func(instance bowline.ID) *catalog.Catalog
	Links   bowline.Links
	Now     func() time.Time // nil is the system's clock; schedules and expiries go by it
	Logger  *slog.Logger     // nil discards
	Observe func(Observation)
	Jitter  func() float64 // from 0 to 1; nil is random
	Poll    time.Duration  // between looks for what is due; 0 is a second
	// Lease is how long a renewal is in one hand, 0 for two minutes. One turn
	// has to end well within it.
	Lease time.Duration
	// LedgerKept is how long it is known of a token that is not used any more
	// whose it was, for Prune; 0 is a week.
	LedgerKept time.Duration
}

// Observation is one finished turn, for metrics.
type Observation struct {
	Integration string
	// Did is "refresh" or "check".
	Did string
	// Outcome is "ok", "ended" when connections were deauthorized, "late" when
	// somebody else was faster, or why it was put off: a Reason of package oauth.
	Outcome  string
	OnDemand bool
	// Behind is how long after its time a scheduled turn began.
	Behind time.Duration
}

const (
	// reserve is the rest of a lease with which nothing is sent any more: the
	// calls of a turn take less.
	reserve = 50 * time.Second
	// turnLimit bounds what the provider may take for one turn.
	turnLimit = 45 * time.Second
	// grace is for turns under way when Run is to end.
	grace = 20 * time.Second
	// maxInHand bounds what is between claim and commit of what was due by itself.
	maxInHand = 2048
)

// Keeper renews the grants of all instances. It is safe for concurrent use; a
// process needs one.
type Keeper struct {
	options Options
	store   *store.Store
	now     func() time.Time
	log     *slog.Logger
	clock   func() time.Time // the wall's, for pacing

	holder   atomic.Int64
	replicas atomic.Int64
	away     atomic.Bool // others may believe us dead: nothing is sent
	halted   atomic.Bool // nothing more is claimed by itself
	ending   atomic.Bool // no further turns

	calls  context.Context // of what is asked of providers
	stop   context.CancelFunc
	turns  sync.WaitGroup
	inHand atomic.Int64
	// scheduled are those of them that nobody waits for, which bound what is claimed.
	scheduled atomic.Int64
	behind    atomic.Int64 // of the longest due renewal, in nanoseconds
	nudged    chan struct{}

	mu     sync.Mutex
	gates  map[gateKey]*gate
	failed map[string]failure // the latest on demand, by flight
	many   map[store.Lane]verdict

	flights singleflight.Group
	commits batch
	endLate func(context.Context, store.Revocation) error

	mostInHand int // what was due by itself

	// For tests: what happens at the places where a process may die.
	onAnswer func(store.Renewal) error // the provider has answered, nothing is stored
	onStored func(store.Renewal) error // stored, and nobody was told
}

type gateKey struct{ integration, client string }

// errCrash is what tests end a turn with as a dying process would.
var errCrash = errors.New("crash")

// New returns a Keeper. Fresh works at once; what is due by itself waits for Run
// or Sweep.
func New(o Options) *Keeper {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Observe == nil {
		o.Observe = func(Observation) {}
	}
	if o.Jitter == nil {
		o.Jitter = rand.Float64
	}
	if o.Poll == 0 {
		o.Poll = time.Second
	}
	if o.Lease == 0 {
		o.Lease = 2 * time.Minute
	}
	if o.LedgerKept == 0 {
		o.LedgerKept = 7 * 24 * time.Hour
	}
	k := &Keeper{
		options: o, store: o.Store, now: func() time.Time { return o.Now().UTC() }, log: o.Logger, clock: time.Now,
		nudged: make(chan struct{}, 1), gates: map[gateKey]*gate{}, failed: map[string]failure{},
		many: map[store.Lane]verdict{},
	}
	k.replicas.Store(1)
	k.calls, k.stop = context.WithCancel(context.Background())
	k.commits = batch{finish: k.store.FinishRenewals, limit: commitBatch}
	k.mostInHand, k.endLate = maxInHand, k.store.EndLate
	return k
}

// Run renews what is due until ctx ends. Then it lets turns under way finish for
// some seconds, gives back what it holds, and returns nil. A Keeper runs once. On
// an error it has not begun: it can be run again, or else has to be closed, since
// Fresh has worked meanwhile.
func (k *Keeper) Run(ctx context.Context) error {
	h, err := k.join(ctx)
	if err != nil {
		return err
	}
	staying, leave := context.WithCancel(context.WithoutCancel(ctx))
	stayed := make(chan *store.Holder, 1)
	go func() { stayed <- k.stay(staying, h) }()
	k.coordinate(ctx)
	k.Close()
	leave()
	h = <-stayed
	ctx = context.WithoutCancel(ctx)
	// No turn is under way; what was claimed and never handed out must not wait
	// for its lease to end.
	return errors.Join(k.store.FreeRenewals(ctx, h.ID, k.now()), h.Leave(ctx))
}

// Halt ends the claims of what is due by itself, at once and for good. What is in
// hand goes on, and Fresh works until Run ends: those who still wait for an
// answer may need a token.
func (k *Keeper) Halt() { k.halted.Store(true) }

// Holder is the name under which this process is entered with the database, 0
// before Run has entered it and where there is one process.
func (k *Keeper) Holder() int64 { return k.holder.Load() }

// Close ends a Keeper: what waits is given back, and what is under way has some
// seconds to finish. Fresh does nothing any more.
func (k *Keeper) Close() {
	k.mu.Lock()
	if k.ending.Swap(true) {
		k.mu.Unlock()
		return
	}
	for _, g := range k.gates {
		g.close()
	}
	k.mu.Unlock()
	timer := time.AfterFunc(grace, k.stop)
	k.turns.Wait()
	timer.Stop()
	k.stop()
}

// begin counts n turns that are about to be handed out, unless the Keeper ends.
func (k *Keeper) begin(n int) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ending.Load() {
		return false
	}
	k.turns.Add(n)
	k.inHand.Add(int64(n))
	return true
}

// finish ends one of them.
func (k *Keeper) finish() {
	k.inHand.Add(-1)
	k.turns.Done()
	k.nudge()
}

// pruneStep is how many rows one transaction of Prune deletes.
const pruneStep = 500

// Prune forgets tokens that were retired long ago, in small steps.
func (k *Keeper) Prune(ctx context.Context) error {
	before := k.now().Add(-k.options.LedgerKept)
	for {
		n, err := k.store.PruneLedger(ctx, before, pruneStep)
		if err != nil || n < pruneStep {
			return err
		}
		select { // others have work too
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Replicas is how many processes share the work, this one included.
func (k *Keeper) Replicas() int { return int(k.replicas.Load()) }

// Wake has the Keeper look at once for what is due.
func (k *Keeper) Wake() { k.nudge() }

func (k *Keeper) nudge() {
	select {
	case k.nudged <- struct{}{}:
	default:
	}
}

// InHand is how many renewals are between claim and commit.
func (k *Keeper) InHand() int { return int(k.inHand.Load()) }

// Behind is how long the oldest renewal has been due, when that was looked at
// last.
func (k *Keeper) Behind() time.Duration { return time.Duration(k.behind.Load()) }

// gateOf returns the way to an integration's provider.
func (k *Keeper) gateOf(in catalog.Integration) *gate {
	key := gateKey{in.Key, in.OAuth.ClientID}
	k.mu.Lock()
	defer k.mu.Unlock()
	g := k.gates[key]
	if g == nil {
		g = newGate(k.clock)
		k.gates[key] = g
		if k.ending.Load() {
			g.close()
		}
	}
	g.allow(in.OAuth.Refresh.Rate, int(k.replicas.Load()))
	return g
}

func (k *Keeper) lease() store.Lease {
	now := k.now()
	return store.Lease{Holder: k.holder.Load(), Now: now, Until: now.Add(k.options.Lease)}
}
