package renewal

import (
	"context"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

const (
	// sureAfter is for how long a grant has to be refused, at each look, by an
	// answer that the catalog does not know for the end of a grant. It is as long
	// as it takes to look at everybody once, so that by then it is known whether
	// others are refused as well.
	sureAfter = oauth.CheckEvery
	// mostApart is between two of those looks at most. The first ones are closer,
	// for those who wait. If nobody has looked for that long, it begins anew.
	mostApart = time.Hour
	// leastMany is how many have to be refused before that counts as trouble of
	// the provider: one customer can have two, and give both up.
	leastMany = 3
	// cycle is how old a confirmation may be that speaks for the provider. Whoever
	// is looked at regularly was, with time for some delay.
	cycle = oauth.CheckEvery + mostApart
	// manyFor and fewFor are for how long it is believed that most of a lane are
	// refused, or that they are not: much of it has to be read for that.
	manyFor = 5 * time.Minute
	fewFor  = time.Minute
)

// verdict is what was found out about a lane.
type verdict struct {
	many  bool
	until time.Time
}

// aboutUnnamed are the words of doubts that only hours confirm.
const aboutUnnamed = "unnamed"

// errUnnamed is for those who wait while a grant may have ended, and the provider
// has not said so in words that the catalog knows.
var errUnnamed = bowline.Errorf(bowline.CodeUnavailable, "The provider refused the access just now. It is asked again for some hours, before the connection counts as ended.")

// errMany is for those who wait while a provider refuses most of its connections.
var errMany = bowline.Errorf(bowline.CodeUnavailable, "The provider refuses many connections at the moment; it is asked again.")

// unnamed is doubt where the catalog does not name the refusal: a provider that is
// unwell refuses everybody. It ends the connections when it has gone on for
// sureAfter, and while most of the same lane are refused it is trouble of the
// provider, and that time does not count. Doubts are stored, so that neither
// judgement depends on which process looked.
func (t *turn) unnamed(ctx context.Context, why ending, err error) {
	d, e := t.k.store.StandingDoubt(ctx, t.unit, aboutUnnamed)
	if e != nil {
		t.unsure(ctx, e)
		return
	}
	now := t.k.now()
	asleep := !t.unit.DueAt.IsZero() && now.Sub(t.unit.DueAt) > mostApart
	if d.At.IsZero() || asleep {
		d = store.Doubt{At: now, About: aboutUnnamed}
	}
	many, e := t.k.manyRefused(ctx, t.unit.Lane)
	switch {
	case e != nil:
		t.unsure(ctx, e)
		return
	case many:
		d.At = now
		if e := t.k.store.PutDoubt(ctx, t.unit, d); e != nil {
			t.unsure(ctx, e)
			return
		}
		if t.in.UsesCredentials() { // all instances go through this gate, and others may fare better
			t.leave(nil)
		}
		t.later(errMany)
		return
	}
	t.leave(nil)
	refused := now.Sub(d.At)
	if refused >= sureAfter {
		t.over(why, err)
		return
	}
	next := min(max(refused, confirmAfter), mostApart, sureAfter-refused)
	t.doubted(ctx, d, next, errUnnamed, err)
}

// manyRefused says whether most connections of a lane are refused at present:
// those with a doubt, compared with those that were confirmed in their latest
// look. It goes by what is stored.
func (k *Keeper) manyRefused(ctx context.Context, lane store.Lane) (bool, error) {
	now := k.now()
	k.mu.Lock()
	known := k.many[lane]
	k.mu.Unlock()
	if now.Before(known.until) {
		return known.many, nil
	}
	found, err, _ := k.flights.Do("many "+string(lane.Instance)+" "+lane.IntegrationKey, func() (any, error) {
		refused, confirmed, err := k.store.Doubted(ctx, lane, aboutUnnamed, now.Add(-cycle), leastMany)
		if err != nil {
			return false, err
		}
		many := refused >= leastMany && refused > confirmed
		if many && !known.many {
			k.log.WarnContext(ctx, "a provider refuses most of its connections; they are kept, and asked about again",
				"integration", lane.IntegrationKey, "instance", lane.Instance, "refused", refused)
		}
		until := now.Add(fewFor)
		if many {
			until = now.Add(manyFor)
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		k.many[lane] = verdict{many, until}
		return many, nil
	})
	if err != nil {
		return false, err
	}
	return found.(bool), nil
}
