package webhook

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/store"
)

const (
	// maxWindow bounds the attempts to one consumer that are under way at once;
	// firstWindow is where a consumer begins that we know nothing of.
	maxWindow, firstWindow = 32, 4
	// maxQueue and minQueue bound what waits in memory for one consumer. In
	// between it is what can be sent in queueTime, well within a lease.
	maxQueue, minQueue = 8192, 4
	queueTime          = 20 * time.Second
	// fast is how quickly a consumer answers that may hold up fan-out for a
	// moment.
	fast = 20 * time.Millisecond
	// failures in a row after which a consumer counts as failing.
	failures = 3
	// failingShare is the time between attempts to a failing consumer, for each
	// consumer that fails: together they get some 100 attempts a second, as each
	// costs as much as a delivery.
	failingShare = 10 * time.Millisecond
	maxSpacing   = 5 * time.Second
)

// item is a delivery in memory.
type item struct {
	store.Delivery
	body []byte // of the event, before any transformation
}

// settings are what an attempt needs to know of a consumer.
type settings struct {
	consumer     bowline.Consumer
	keys         [][]byte // the former one last
	formerUntil  time.Time
	header       http.Header
	transport    *safehttp.Transport
	ownTransport bool
	url          *url.URL
	fault        error // why nothing can be sent; in our words
}

// endpoint is a consumer at work.
type endpoint struct {
	d        *Dispatcher
	settings atomic.Pointer[settings]
	hungry   atomic.Bool // tell the coordinator when there is room

	// Under the dispatcher's mu.
	consumer bowline.Consumer
	nextDue  time.Time // zero when nothing is known to be due
	backlog  bool      // messages that are due wait in the database
	noted    int       // the look at the time when nextDue was set
	room     int       // for events that are fanned out
	space    int64     // the same in bytes
	putOff   bool      // of what is to be made later, something may be for it

	mu      sync.Mutex
	queue   []item
	head    int
	bytes   int64 // of the queue, as hands counts
	active  int   // senders
	window  int
	failed  int           // attempts in a row
	latency time.Duration // of late
	moved   time.Time     // when the first of those under way began, or one ended
	limiter *rate.Limiter // nil without a limit
	notYet  time.Time     // no attempt before, by the wall clock
	timer   *time.Timer
	health  bowline.ConsumerHealth
	unsaved bool  // the health is not stored yet
	judged  int64 // the latest time that it changed or was stored, as Dispatcher.judged counts
	gone    bool  // deleted; attempts may still be under way
}

func newEndpoint(d *Dispatcher) *endpoint {
	return &endpoint{d: d, window: firstWindow, latency: 5 * fast}
}

// configure takes a consumer as it is stored. What was judged of its health
// after asOf, before it was read, is newer.
func (e *endpoint) configure(c bowline.Consumer, asOf int64) error {
	old := e.settings.Load()
	s := &settings{consumer: c, formerUntil: c.FormerUntil, header: headersOf(&c), transport: e.d.transport}
	var err error
	s.keys, err = keysOf(&c)
	if parsed, urlErr := url.Parse(c.URL); urlErr == nil {
		s.url = parsed
	}
	if c.ClientCertificate != "" {
		if old != nil && old.ownTransport && old.consumer.ClientCertificate == c.ClientCertificate {
			s.transport, s.ownTransport = old.transport, true
		} else if pair, certErr := c.ClientCertificate.Pair(); certErr == nil {
			o := e.d.options.HTTP
			o.Certificates = []tls.Certificate{pair}
			s.transport, s.ownTransport = safehttp.NewTransport(o), true
		} else { // never without it: the other side is to know who calls
			s.fault = errCertificate
			err = errors.Join(err, errCertificate)
		}
	}
	e.consumer = c
	e.settings.Store(s)
	e.close(old)
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.unsaved && e.judged <= asOf {
		e.health = c.Health
	}
	if old == nil && !c.Health.FailingSince.IsZero() {
		e.failed = 1 // as we knew before we were started again
	}
	switch {
	case c.RateLimit == 0:
		e.limiter = nil
	case e.limiter == nil:
		e.limiter = rate.NewLimiter(e.d.rate(c), 1)
	case e.limiter.Limit() != e.d.rate(c):
		e.limiter.SetLimit(e.d.rate(c))
	}
	if old != nil && old.consumer.URL != c.URL { // somebody else answers there
		e.recover()
	}
	return err
}

// keysOf are the keys that a consumer's deliveries are signed with, the former
// one last.
func keysOf(c *bowline.Consumer) ([][]byte, error) {
	key, err := ParseSecret(c.Secret)
	if err != nil {
		return nil, err
	}
	if former, err := ParseSecret(c.FormerSecret); err == nil {
		return [][]byte{key, former}, nil
	}
	return [][]byte{key}, nil
}

// errCertificate says that deliveries cannot prove who calls.
var errCertificate = errors.New("the client certificate cannot be used")

// close ends the connections of settings that are no longer used; nil are the
// present ones.
func (e *endpoint) close(old *settings) {
	if old == nil {
		if old = e.settings.Load(); old == nil {
			return
		}
	} else if old.transport == e.settings.Load().transport {
		return
	}
	if old.ownTransport {
		old.transport.CloseIdleConnections()
	}
}

// add queues an item, unless it is here already. It is sent after start.
func (e *endpoint) add(it item) {
	if !e.d.hands.take(it) {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.queue = append(e.queue, it)
	e.bytes += cost(it)
	e.d.queued.Add(1)
}

func (e *endpoint) waiting() int { return len(e.queue) - e.head }

// limit is how many senders there may be now: one as long as it keeps up, so
// that messages arrive in their order.
func (e *endpoint) limit() int { return min(e.window, 1+e.waiting()/2) }

// start makes senders as needed.
func (e *endpoint) start() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.startLocked()
}

func (e *endpoint) startLocked() {
	for e.waiting() > 0 && e.active < e.limit() && !e.d.ending.Load() && e.timer == nil {
		if wait := e.wait(); wait > 0 {
			e.timer = time.AfterFunc(wait, e.resume)
			return
		}
		if e.active == 0 {
			e.moved = time.Now()
		}
		e.active++
		e.d.senders.Add(1)
		go e.send(e.pop())
	}
}

// resume goes on after a wait.
func (e *endpoint) resume() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.timer = nil
	e.startLocked()
}

// wait is how long no attempt may begin. Where it is zero, one begins.
func (e *endpoint) wait() time.Duration {
	now := time.Now()
	if wait := e.notYet.Sub(now); wait > 0 {
		return wait
	}
	if e.d.away.Load() {
		return awayPause
	}
	if e.limiter == nil {
		return 0
	}
	reserved := e.limiter.ReserveN(now, 1)
	wait := reserved.DelayFrom(now)
	if wait > 0 {
		reserved.CancelAt(now)
	}
	return wait
}

func (e *endpoint) pop() item {
	it := e.queue[e.head]
	e.queue[e.head] = item{}
	e.head++
	if e.head == len(e.queue) {
		e.queue, e.head = e.queue[:0], 0
	} else if e.head > maxQueue {
		e.queue = append(e.queue[:0], e.queue[e.head:]...)
		e.head = 0
	}
	e.bytes -= cost(it)
	e.d.queued.Add(-1)
	return it
}

// send makes attempts until there is nothing more to do for this sender.
func (e *endpoint) send(it item) {
	defer e.d.senders.Done()
	for {
		e.attempt(it)
		e.mu.Lock()
		if e.waiting() == 0 || e.active > e.limit() || e.d.ending.Load() || e.timer != nil {
			break
		}
		if wait := e.wait(); wait > 0 {
			e.timer = time.AfterFunc(wait, e.resume)
			break
		}
		it = e.pop()
		e.startLocked() // the window may have grown
		e.mu.Unlock()
		e.feed()
	}
	e.active--
	e.startLocked()
	e.mu.Unlock()
	e.feed()
}

// learn takes note of how an attempt went, and how long it took.
func (e *endpoint) learn(success bool, took time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.gone {
		return
	}
	e.latency += (took - e.latency) / 8
	e.moved = time.Now()
	if success {
		e.recover()
		e.window = min(e.window+1, maxWindow)
		return
	}
	e.failed++
	if e.failed == failures {
		e.d.failing.Add(1)
	}
	e.window = max(1, e.window/2)
	if e.failed >= failures {
		e.notYet = time.Now().Add(min(time.Duration(e.d.failing.Load())*failingShare, maxSpacing))
	}
}

// rest puts off further attempts for a moment, for a reason of ours.
func (e *endpoint) rest() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.notYet = time.Now().Add(heldUpRest)
}

// recover forgets failures.
func (e *endpoint) recover() {
	if e.failed >= failures {
		e.d.failing.Add(-1)
	}
	e.failed, e.notYet = 0, time.Time{}
}

// free is how many more items may wait in memory.
func (e *endpoint) free() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return max(0, min(e.capacity()-e.waiting(), e.d.hands.items(e.d.hands.space(e.bytes, e.quick()))))
}

func (e *endpoint) capacity() int {
	if e.failed >= failures {
		return minQueue
	}
	n := int(time.Duration(e.window) * queueTime / max(e.latency, time.Millisecond))
	if e.limiter != nil {
		n = min(n, int(float64(e.limiter.Limit())*queueTime.Seconds()))
	}
	return min(max(n, minQueue), maxQueue)
}

// roomy says whether half of the queue is free.
func (e *endpoint) roomy() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.waiting() <= e.capacity()/2 && e.d.hands.items(e.d.hands.space(e.bytes, e.quick())) > 0
}

// feed tells whoever waits for it that there is room.
func (e *endpoint) feed() {
	if e.hungry.Load() && e.roomy() && e.hungry.Swap(false) {
		e.d.nudgeSide(e)
	}
}

// fastQueue is how much waits for a consumer that answers quickly.
func (e *endpoint) fastQueue() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.quick() {
		return 0
	}
	return e.waiting()
}

// quick says whether it is known to take what it is sent as fast as it comes.
func (e *endpoint) quick() bool { return e.failed == 0 && e.latency <= fast && e.limiter == nil }

// drain empties the queue, for a consumer that is sent nothing more for now:
// it does not count as failing either.
func (e *endpoint) drain() []item {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.recover()
	rest := append([]item(nil), e.queue[e.head:]...)
	e.queue, e.head, e.bytes = nil, 0, 0
	e.d.queued.Add(-int64(len(rest)))
	return rest
}

// retire marks a consumer that is deleted.
func (e *endpoint) retire() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.gone = true
}

func (e *endpoint) getHealth() bowline.ConsumerHealth {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.health
}

func (e *endpoint) setHealth(h bowline.ConsumerHealth) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.health, e.unsaved, e.judged = h, true, e.d.judged.Add(1)
}

// savedHealth notes that the health is stored.
func (e *endpoint) savedHealth() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.unsaved, e.judged = false, e.d.judged.Add(1)
}
