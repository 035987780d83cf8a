package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/store"
)

// ErrNotRun is for Options.Transform: a transformation was not run, for a reason
// that is not its own, and the delivery is to wait.
var ErrNotRun = errors.New("the transformation could not be run")

// Transformable is what a transformation is given (webhooks.md section 8).
type Transformable struct {
	Consumer               bowline.ID // whose it is; the script is not told
	Method, URL, EventType string
	Payload                json.RawMessage // the whole event
}

// Transformed is what it returns. Cancel means not to send.
type Transformed struct {
	Method, URL string
	Payload     json.RawMessage
	Cancel      bool
}

// Options shape a [Dispatcher].
type Options struct {
	Store *store.Store     // required
	HTTP  safehttp.Options // where deliveries may go; its Timeout and MaxBody are ours
	// Transform runs the JavaScript of a consumer. Its errors are failed attempts,
	// stored and shown, but for those that wrap ErrNotRun: then the delivery
	// waits for a moment. Where it is nil, consumers with a transformation fail.
	Transform func(ctx context.Context, source string, in Transformable) (Transformed, error)
	Now       func() time.Time // nil is the system's clock; schedules and signatures go by it
	Logger    *slog.Logger     // nil discards
	Jitter    func() float64   // from 0 to 1; nil is random
	Poll      time.Duration    // between looks for work that nobody announced; 0 is a second
	Lease     time.Duration    // of a message; 0 is a minute
	Memory    int64            // bytes for deliveries that wait or are under way; 0 is 64 MiB
	// MessagesKept and AttemptsKept are for Prune; 0 are bowline's own.
	MessagesKept, AttemptsKept time.Duration
}

// Times of one attempt.
const (
	timeout     = 15 * time.Second // webhooks.md section 4
	preparing   = 10 * time.Second // for a transformation, most of it to wait for its turn
	leaseMargin = timeout + preparing + 5*time.Second
	grace       = 5 * time.Second // for attempts under way when Run is to end
)

// Dispatcher delivers the messages of all instances.
type Dispatcher struct {
	options   Options
	store     *store.Store
	now       func() time.Time
	log       *slog.Logger
	transport *safehttp.Transport
	portions  portions

	wake       chan struct{} // holds one token
	wakeBehind chan struct{} // the same for those who do not keep up
	consumers  atomic.Bool   // have changed
	due        atomic.Bool   // messages may be due that nobody here knows of
	rest       atomic.Bool   // messages may have been put off

	// Of the coordinator.
	loaded    time.Time // when consumers were read, by the wall clock
	busySince time.Time // by the wall clock; zero when fan-out does not pause

	// Of the goroutine for those who do not keep up.
	looked   time.Time // when due messages were looked for, by the wall clock
	lookTook time.Duration
	restMark store.RestMark

	// mu is held for moments, by whoever decides; before that of an endpoint.
	mu         sync.Mutex
	revision   int64 // of what follows
	endpoints  map[bowline.ID]*endpoint
	byInstance map[bowline.ID][]*endpoint // by their ids
	orphans    map[bowline.ID]bool        // consumers that are gone and left messages
	looks      int
	putOffs    int   // counts messages that were put off
	spared     int   // of the present fan-out; see spare
	fanning    bool  // a fan-out is under way
	space      int64 // in memory, for events that are fanned out

	holder   atomic.Int64 // the name under which we lease
	replicas atomic.Int64 // dispatchers that live, this one included
	away     atomic.Bool  // others may believe us dead; send nothing
	hands    hands
	warned   atomic.Int64 // when it was told last that transformations wait, in seconds

	results chan result
	senders sync.WaitGroup
	ending  atomic.Bool  // no further attempts
	queued  atomic.Int64 // deliveries in memory that wait
	failing atomic.Int64 // consumers that fail
	judged  atomic.Int64 // counts changes of consumers' health, and that they are stored
	sending context.Context
	crash   bool // for tests: end as kill -9 would
}

// New returns a Dispatcher that does nothing until Run.
func New(o Options) *Dispatcher {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Jitter == nil {
		o.Jitter = rand.Float64
	}
	if o.Poll == 0 {
		o.Poll = time.Second
	}
	if o.Lease == 0 {
		o.Lease = time.Minute
	}
	if o.Memory == 0 {
		o.Memory = maxHeld
	}
	if o.MessagesKept == 0 {
		o.MessagesKept = bowline.MessagesKept
	}
	if o.AttemptsKept == 0 {
		o.AttemptsKept = bowline.AttemptsKept
	}
	o.HTTP.Timeout, o.HTTP.MaxBody = timeout, anyBody
	d := &Dispatcher{
		options: o, store: o.Store, now: func() time.Time { return o.Now().UTC() }, log: o.Logger,
		transport: safehttp.NewTransport(o.HTTP), portions: portionsOf(o.Store),
		wake: make(chan struct{}, 1), wakeBehind: make(chan struct{}, 1), results: make(chan result, 1024),
		endpoints: map[bowline.ID]*endpoint{}, orphans: map[bowline.ID]bool{},
		hands: hands{limit: o.Memory, held: map[held]lease{}},
	}
	d.replicas.Store(1)
	return d
}

func (d *Dispatcher) endpoint(id bowline.ID) *endpoint {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.endpoints[id]
}

// Run delivers until ctx ends. Then it lets attempts under way finish for some
// seconds, gives back what it holds, and returns nil.
func (d *Dispatcher) Run(ctx context.Context) error {
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	d.sending = sending
	d.store.OnWork(d.note)
	defer d.store.OnWork(nil)
	holder, err := d.join(ctx)
	if ctx.Err() != nil && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	tenure, leave := context.WithCancel(context.WithoutCancel(ctx))
	stayed := make(chan *store.Holder, 1)
	go func() { stayed <- d.stay(tenure, holder) }()
	finished := make(chan struct{})
	go func() {
		d.finishAll()
		close(finished)
	}()
	d.consumers.Store(true)
	d.due.Store(true)
	var workers sync.WaitGroup
	workers.Go(func() { d.work(ctx, d.wake, d.step) })
	workers.Go(func() { d.work(ctx, d.wakeBehind, d.stepBehind) })
	workers.Wait()

	d.ending.Store(true)
	for _, e := range d.endpoints { // whoever has looked before has begun by now
		e.mu.Lock()
		e.mu.Unlock() //nolint:staticcheck // a barrier
	}
	if d.crash {
		stop()
	}
	timer := time.AfterFunc(grace, stop)
	d.senders.Wait()
	timer.Stop()
	if !d.crash {
		d.giveBack()
	}
	close(d.results)
	<-finished
	leave()
	if holder = <-stayed; d.crash {
		holder.Abandon()
	} else if err := holder.Leave(context.WithoutCancel(ctx)); err != nil {
		d.log.ErrorContext(ctx, "others will have to notice that deliveries ended here", "error", err)
	}
	d.transport.CloseIdleConnections()
	for _, e := range d.endpoints {
		e.close(nil)
	}
	return nil
}

// Wake has the dispatcher look for everything that there may be to do.
func (d *Dispatcher) Wake() { d.note(store.Work{Events: true, Messages: true}) }

// note is called by whoever wrote; see store.OnWork.
func (d *Dispatcher) note(w store.Work) {
	if w.Consumers {
		d.consumers.Store(true)
	}
	if w.Messages {
		d.due.Store(true)
		d.nudgeBehind()
	}
	if w.Consumers || w.Events {
		d.nudge()
	}
}

func (d *Dispatcher) nudge()       { nudge(d.wake) }
func (d *Dispatcher) nudgeBehind() { nudge(d.wakeBehind) }

func nudge(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

// nudgeSide wakes whoever looks after a consumer.
func (d *Dispatcher) nudgeSide(e *endpoint) {
	d.mu.Lock()
	on := d.side(e)
	d.mu.Unlock()
	if on == behind {
		d.nudgeBehind()
	} else {
		d.nudge()
	}
}

// work is a goroutine that decides what is worked on.
func (d *Dispatcher) work(ctx context.Context, wake chan struct{}, step func(context.Context) (time.Duration, error)) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		pause, err := step(ctx)
		if err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrStale) {
			d.log.ErrorContext(ctx, "deliveries are held up", "error", err)
			d.due.Store(true)
			pause = d.options.Poll
		}
		timer.Reset(pause)
		select {
		case <-wake:
		case <-timer.C:
		case <-ctx.Done():
		}
	}
}

// pruneStep is how many rows one transaction of Prune deletes.
const pruneStep = 500

// Prune deletes messages and attempts that are older than they are kept, in
// small steps.
func (d *Dispatcher) Prune(ctx context.Context) error {
	now := d.now()
	for _, part := range []struct {
		kept  time.Duration
		prune func(context.Context, time.Time, int) (int, error)
	}{{d.options.AttemptsKept, d.store.PruneAttempts}, {d.options.MessagesKept, d.store.PruneMessages}} {
		for {
			n, err := part.prune(ctx, now.Add(-part.kept), pruneStep)
			if err != nil {
				return err
			}
			if n < pruneStep {
				break
			}
			select { // others have work too
			case <-time.After(10 * time.Millisecond):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}
