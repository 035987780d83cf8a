package renewal

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/store"
)

// outcomeDoubt is a turn that found something which the next one has to confirm.
const outcomeDoubt = "doubt"

// errMissing is for those who wait for a token while an organization may be gone.
var errMissing = bowline.Errorf(bowline.CodeUnavailable, "The provider does not list this organization at the moment; it is being looked at again.")

// errDoubt is for those who wait while a grant may have ended.
var errDoubt = bowline.Errorf(bowline.CodeUnavailable, "The provider refused the access just now. It is asked again in a minute, before the connection counts as ended.")

// doubt is for a refused check: where the catalog names the refusal, the second
// in a row, some time apart, ends the connections.
func (t *turn) doubt(ctx context.Context, why ending, err error) {
	if !namedRefusal(err) {
		t.unnamed(ctx, why, err)
		return
	}
	t.leave(nil)
	before, stored := t.before(ctx)
	if !stored {
		return
	}
	const refused = "refused"
	now := t.k.now()
	if before.About != refused {
		before = store.Doubt{At: now, About: refused}
	} else if now.Sub(before.At) >= confirmAfter {
		t.over(why, err)
		return
	}
	t.doubted(ctx, before, before.At.Add(confirmAfter).Sub(now), errDoubt, err)
}

// doubted ends a turn of which somebody is told that it leaves a doubt.
func (t *turn) doubted(ctx context.Context, d store.Doubt, next time.Duration, told *bowline.Error, err error) {
	t.again(ctx, d, store.RenewalOutcome{
		Renewal: t.unit, CheckedAt: t.unit.CheckedAt, Failures: t.unit.Failures, Unused: !t.tried, RunAt: t.k.now().Add(next),
	}, &bowline.Error{Code: told.Code, Message: told.Message, Cause: errors.Join(told, err)})
}

// namedRefusal says whether the catalog knows an answer for the end of a grant.
func namedRefusal(err error) bool {
	var oe *oauth.Error
	var pe *probe.Error
	return errors.As(err, &oe) && oe.Named || errors.As(err, &pe) && pe.Named
}

// missing is for organizations that a list lacks: the second whole list in a row
// that lacks them ends their connections. Until then nobody is handed a token
// that was not looked at before.
func (t *turn) missing(ctx context.Context, gone []store.Member) {
	t.leave(nil)
	before, stored := t.before(ctx)
	if !stored {
		return
	}
	now := t.k.now()
	if about := named(gone); !covers(before.About, about) {
		before = store.Doubt{At: now, About: strings.Join(about, " ")}
	} else if now.Sub(before.At) >= missedAfter {
		t.endSome(gone)
		return
	}
	t.again(ctx, before, store.RenewalOutcome{
		Renewal: t.unit, Failures: t.unit.Failures, Unused: !t.tried, RunAt: before.At.Add(missedAfter),
	}, errMissing)
}

// before is what the last turn doubted. It is stored, so that neither a restart
// nor another replica begins anew. The turn has ended where that cannot be read.
func (t *turn) before(ctx context.Context) (store.Doubt, bool) {
	d, err := t.k.store.DoubtOf(ctx, t.unit)
	if err != nil {
		t.unsure(ctx, err)
		return d, false
	}
	return d, true
}

// again ends a turn that leaves a doubt.
func (t *turn) again(ctx context.Context, d store.Doubt, o store.RenewalOutcome, told error) {
	if err := t.k.store.PutDoubt(ctx, t.unit, d); err != nil {
		t.unsure(ctx, err)
		return
	}
	t.commit(o, func() { t.end(t.did(), outcomeDoubt, told) })
}

// unsure ends a turn of which the database does not take what it found.
func (t *turn) unsure(ctx context.Context, err error) {
	t.k.log.ErrorContext(ctx, "what a look at a grant has shown could not be kept", "renewal", t.unit.ID, "error", err)
	t.giveBack(t.k.now().Add(soonFirst))
}

// named are the connections of members.
func named(members []store.Member) []string {
	ids := make([]string, len(members))
	for i, m := range members {
		ids[i] = string(m.Connection)
	}
	return ids
}

// covers says whether a doubt was about all of them.
func covers(about string, ids []string) bool {
	known := strings.Fields(about)
	return !slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(known, id) })
}
