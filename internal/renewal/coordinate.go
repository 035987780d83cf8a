package renewal

import (
	"context"
	"time"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
)

const (
	// claimBatch bounds the renewals of one transaction: others write too.
	claimBatch = 256
	// lookApart keeps looks for due lanes apart, as they cost by lane.
	lookApart = 20 * time.Millisecond
)

// round is what the coordinator knows: lanes with something due, in the order in
// which they take turns.
type round struct {
	due    []store.Lane
	looked time.Time // by the wall clock
	next   time.Time // when something will be due that is not yet
	idle   bool      // at the last look nothing was due that can be worked on
}

// coordinate claims what is due and hands it out, until ctx ends.
func (k *Keeper) coordinate(ctx context.Context) {
	var r round
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		pause, _, err := k.step(ctx, &r)
		if err != nil && ctx.Err() == nil {
			k.log.ErrorContext(ctx, "renewals are held up", "error", err)
			pause = k.options.Poll
		}
		timer.Reset(pause)
		select {
		case <-k.nudged:
		case <-timer.C:
		case <-ctx.Done():
		}
	}
}

// Sweep renews everything that is due, by the injected clock, and returns how
// many turns that took. What a provider in trouble keeps waiting is left. It is
// for those who do not Run.
func (k *Keeper) Sweep(ctx context.Context) (turns int, err error) {
	var r round
	for {
		pause, n, err := k.step(ctx, &r)
		turns += n
		if err != nil {
			return turns, err
		}
		if r.idle && k.inHand.Load() == 0 {
			return turns, nil
		}
		select {
		case <-k.nudged:
		case <-time.After(max(pause, time.Millisecond)):
		case <-ctx.Done():
			return turns, ctx.Err()
		}
	}
}

// step does what there is to do now, and returns how long there is nothing, and
// how many renewals it handed out.
func (k *Keeper) step(ctx context.Context, r *round) (pause time.Duration, n int, err error) {
	if k.halted.Load() {
		r.idle = true
		return k.options.Poll, 0, nil
	}
	if since := time.Since(r.looked); len(r.due) == 0 || since >= k.options.Poll {
		if since < lookApart {
			return lookApart - since, 0, nil
		}
		if err := k.look(ctx, r); err != nil {
			return 0, 0, err
		}
	}
	n, err = k.claim(ctx, r)
	if err != nil || n > 0 {
		return 0, n, err
	}
	pause = k.options.Poll
	if !r.next.IsZero() {
		pause = min(pause, max(r.next.Sub(k.now()), lookApart))
	}
	return pause, 0, nil
}

// look asks the database which lanes have something due.
func (k *Keeper) look(ctx context.Context, r *round) error {
	lanes, err := k.store.DueLanes(ctx)
	if err != nil {
		return err
	}
	now := k.now()
	r.due, r.looked, r.next, r.idle = r.due[:0], time.Now(), time.Time{}, true
	oldest := now
	for _, lane := range lanes {
		if lane.At.After(now) {
			if r.next.IsZero() || lane.At.Before(r.next) {
				r.next = lane.At
			}
			continue
		}
		if !lane.At.IsZero() && lane.At.Before(oldest) {
			oldest = lane.At
		}
		r.due = append(r.due, lane.Lane)
		if k.laneGate(lane.Lane).pause() == 0 {
			r.idle = false
		}
	}
	k.behind.Store(int64(now.Sub(oldest)))
	k.forget()
	return nil
}

// laneGate is the gate of a lane. One whose integration is gone from the catalog
// has one too, so that what it holds is put off.
func (k *Keeper) laneGate(lane store.Lane) *gate {
	in, _ := k.integration(lane)
	return k.gateOf(in)
}

func (k *Keeper) integration(lane store.Lane) (catalog.Integration, bool) {
	in, ok := k.options.Offer(lane.Instance).Get(lane.IntegrationKey)
	if !ok {
		in.Key = lane.IntegrationKey
	}
	return in, ok
}

// wants says what to claim: of lanes that have room, and of each so much that
// still as much is free for others as it has then. So however many providers
// hang, each takes half of what those before it have left, and something is left
// for those that do not.
func (k *Keeper) wants(due []store.Lane) []store.WantRenewals {
	free := max(0, k.mostInHand-int(k.scheduled.Load()))
	left := min(claimBatch, free)
	var wants []store.WantRenewals
	rooms := map[*gate]int{} // lanes of one client share its room
	for _, lane := range due {
		in, _ := k.integration(lane)
		g := k.gateOf(in)
		if _, seen := rooms[g]; !seen {
			share := (free - g.held()) / 2
			if g.held() == 0 {
				share = max(share, min(1, free))
			}
			rooms[g] = min(g.room((k.options.Lease-reserve)/2), share)
		}
		if n := min(rooms[g], left); n > 0 {
			wants = append(wants, store.WantRenewals{Lane: lane, Limit: n, Strict: strict(in)})
			rooms[g] -= n
			left -= n
			free -= n
		}
	}
	return wants
}

// strict says that a provider replaces a refresh token when it is used, and that
// nothing is known of it forgiving a second use.
func strict(in catalog.Integration) bool {
	return in.OAuth.Refresh.Rotates && !in.OAuth.Refresh.Never && in.OAuth.Refresh.Grace == 0
}

// claim leases renewals of lanes that have room, and hands them out. Lanes that
// are through leave the round.
func (k *Keeper) claim(ctx context.Context, r *round) (int, error) {
	wants := k.wants(r.due)
	if len(wants) == 0 {
		return 0, nil
	}
	list, err := k.store.ClaimRenewals(ctx, k.lease(), wants)
	if err != nil {
		return 0, err
	}
	got := map[store.Lane]int{}
	for _, u := range list {
		got[u.Lane]++
	}
	wanted := map[store.Lane]int{}
	for _, want := range wants {
		wanted[want.Lane] = want.Limit
	}
	rest := r.due[:0]
	var served []store.Lane // go to the end, so that no lane hides another
	for _, lane := range r.due {
		switch n, asked := wanted[lane]; {
		case !asked:
			rest = append(rest, lane)
		case got[lane] >= n:
			served = append(served, lane)
		}
	}
	r.due = append(rest, served...)
	return len(list), k.handOut(list)
}

// handOut gives claimed renewals to their gates.
func (k *Keeper) handOut(list []store.Renewal) error {
	if len(list) == 0 {
		return nil
	}
	if !k.begin(len(list)) {
		return nil // the leases end
	}
	k.scheduled.Add(int64(len(list)))
	for _, u := range list {
		in, known := k.integration(u.Lane)
		t := &turn{k: k, unit: u, in: in, unknown: !known, gate: k.gateOf(in), done: func(error) {}}
		if !u.DueAt.IsZero() {
			t.behind = max(0, k.now().Sub(u.DueAt))
		}
		t.gate.do(t.run, false)
	}
	return nil
}

// forget drops what is remembered of renewals for a short time only.
func (k *Keeper) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for flight, f := range k.failed {
		if time.Since(f.at) > failureLimit {
			delete(k.failed, flight)
		}
	}
}

// failure is what came of a turn on demand, for others who ask at once again.
type failure struct {
	at  time.Time // by the wall clock
	err error
}

// failureLimit is for how long nobody asks again on demand.
const failureLimit = 3 * time.Second

func (k *Keeper) remember(flight string, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err == nil {
		delete(k.failed, flight)
		return
	}
	k.failed[flight] = failure{time.Now(), err}
}
