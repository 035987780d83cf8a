package webhook

import (
	"sync"
	"sync/atomic"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

const (
	// maxHeld bounds, in bytes, what all consumers together have in memory.
	maxHeld = 64 << 20
	// itemCost is what a delivery takes beside its event, and envelope what the
	// body has around the payload.
	itemCost, envelope = 512, 200
)

// hands is what this process holds: deliveries that wait, are under way, or
// whose outcome is not stored yet. The database leases a message again when its
// clock has passed the end of the lease, to us as well as to others, after a
// step of the clock say; what comes again while it is here must not be sent
// again. All of it may be called by anybody.
type hands struct {
	bytes atomic.Int64
	count atomic.Int64
	tight atomic.Bool // somebody got less than asked for; tell when half is free
	limit int64

	mu   sync.Mutex
	held map[held]lease
}

// held names an attempt that is due. An extra one of the same message is
// another, although it has the same id.
type held struct {
	id   bowline.ID
	due  int64
	kind bowline.AttemptKind
}

// lease is what may change about it.
type lease struct {
	store.Delivery
	cost int64
}

func heldOf(d *store.Delivery) held { return held{d.ID, d.DueAt.UnixMicro(), d.Kind} }

// cost is what an item takes. A body that several share counts for each, which
// errs to the safe side; the event keeps its payload beside the body.
func cost(it item) int64 { return itemCost + 2*int64(len(it.body)) }

// take notes an item and says whether it is a new one. Where it is here already,
// its lease is renewed.
func (h *hands) take(it item) bool {
	key := heldOf(&it.Delivery)
	h.mu.Lock()
	defer h.mu.Unlock()
	if before, found := h.held[key]; found {
		before.Delivery = it.Delivery
		h.held[key] = before
		return false
	}
	if h.held == nil {
		h.held = map[held]lease{}
	}
	n := cost(it)
	h.held[key] = lease{it.Delivery, n}
	h.bytes.Add(n)
	h.count.Add(1)
	return true
}

// latest returns a delivery as it was leased last, if it is here.
func (h *hands) latest(d store.Delivery) store.Delivery {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now, found := h.held[heldOf(&d)]; found && now.Fence > d.Fence {
		return now.Delivery
	}
	return d
}

// drop forgets deliveries, whatever their leases are, and says whether those
// who got less than they asked for may ask again.
func (h *hands) drop(list ...store.Delivery) (room bool) {
	h.mu.Lock()
	for i := range list {
		h.forget(heldOf(&list[i]))
	}
	h.mu.Unlock()
	return h.roomy()
}

// settle forgets deliveries whose outcomes are stored, and returns those that
// were leased again meanwhile: their new leases are to be ended alike.
func (h *hands) settle(outcomes []store.Outcome) (again []store.Outcome, room bool) {
	h.mu.Lock()
	for i := range outcomes {
		o := &outcomes[i]
		now, found := h.held[heldOf(&o.Delivery)]
		if found && now.Fence > o.Delivery.Fence {
			next := *o
			next.Delivery, next.Attempt = now.Delivery, nil
			again = append(again, next)
			continue
		}
		h.forget(heldOf(&o.Delivery))
	}
	h.mu.Unlock()
	return again, h.roomy()
}

// forget is under mu.
func (h *hands) forget(key held) {
	if now, found := h.held[key]; found {
		delete(h.held, key)
		h.bytes.Add(-now.cost)
		h.count.Add(-1)
	}
}

func (h *hands) roomy() bool {
	return h.tight.Load() && h.bytes.Load() < h.limit/2 && h.tight.Swap(false)
}

// space is how many more bytes may wait for a consumer that has so many already:
// at most as many as are free. Consumers that are known to answer quickly have
// all of it; half is for the others together, and some more for those among them
// that have next to nothing. So a crowd that is slow or dead fills its own part
// only.
func (h *hands) space(waiting int64, quick bool) int64 {
	used := h.bytes.Load()
	free := h.limit - used - waiting
	if quick {
		return max(free, 0)
	}
	if least := minQueue*h.each() - waiting; least > 0 && used < h.limit/4*3 {
		return max(free-h.limit/2, least)
	}
	return max(free-h.limit/2, 0)
}

// items is how many more deliveries a space is, by what they took of late.
func (h *hands) items(space int64) int {
	n := int(space / h.each())
	if n == 0 {
		h.tight.Store(true)
	}
	return n
}

// each is what a delivery takes.
func (h *hands) each() int64 {
	if count, used := h.count.Load(), h.bytes.Load(); count > 0 && used > 0 {
		return max(used/count, itemCost)
	}
	return 2 * itemCost
}

// measure notes what room a consumer has for what is turned into messages now.
func (e *endpoint) measure() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.room = max(0, e.capacity()-e.waiting())
	e.space = e.d.hands.space(e.bytes, e.quick())
}

// fits says whether one more event may wait for a consumer, and takes its room.
func (d *Dispatcher) fits(e *endpoint, event *bowline.Event) bool {
	n := cost(item{}) + 2*int64(len(event.Payload)+envelope)
	if e.room == 0 || e.space < n || d.space < n {
		return false
	}
	e.room--
	e.space -= n
	d.space -= n
	return true
}
