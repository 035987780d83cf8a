package renewal

import (
	"context"
	"errors"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

// What a turn did.
const (
	didRefresh = "refresh"
	didCheck   = "check"
)

// turn is one renewal in hand, from its claim to the commit of what came of it.
type turn struct {
	k       *Keeper
	unit    store.Renewal
	in      catalog.Integration
	unknown bool // the catalog has no such integration any more
	gate    *gate
	behind  time.Duration
	// wants is what somebody waits for, if onDemand says that anybody does.
	wants    FreshOptions
	onDemand bool
	done     func(error) // told what came of it, once nothing more is under way

	asked   bool // the provider, in this turn
	tried   bool // to refresh: the refresh token may have left
	renewed bool // the tokens, in this turn
	passed  bool // the gate is left
}

// run is a gate's turn.
func (t *turn) run(rest time.Duration) {
	k := t.k
	now := k.now()
	switch {
	case k.ending.Load() || k.away.Load() || now.Add(reserve).After(t.unit.Until):
		t.giveBack(k.now())
		return
	case t.unknown:
		t.later(&oauth.Error{Op: "renew", Reason: oauth.Misconfigured})
		return
	case rest > 0: // there was trouble since this was handed over
		t.giveBack(now.Add(rest))
		return
	}
	if t.onDemand && k.usable(t.in, t.unit, t.wants) { // somebody was faster
		t.release(t.unit.DueAt, nil)
		return
	}
	ctx, cancel := context.WithTimeout(k.calls, turnLimit)
	defer cancel()
	if t.wantsRefresh(now) {
		t.refresh(ctx)
	} else {
		t.check(ctx)
	}
}

// wantsRefresh says whether the turn is for new tokens, or for a look.
func (t *turn) wantsRefresh(now time.Time) bool {
	g := oauthGrant(t.unit.Grant)
	switch {
	case !oauth.Refreshable(t.in, g):
		return false
	case !t.onDemand:
		return oauth.RefreshDue(t.in, g, string(t.unit.ID), now)
	case t.looks():
		// Where nothing else can be asked, a refresh is the question.
		mute := !oauth.Checkable(t.in) && !now.Before(oauth.RefreshFrom(t.in, g))
		return mute || oauth.RefreshDue(t.in, g, string(t.unit.ID), now) || !lives(t.in, t.unit.Grant, now)
	}
	stale := t.wants.Stale
	return stale != "" && stale == t.unit.Grant.AccessToken || !lives(t.in, t.unit.Grant, now)
}

// looks says whether somebody waits for a look at the provider.
func (t *turn) looks() bool { return t.onDemand && !t.wants.looked.IsZero() }

// looksOnly says that it is one which has not tried to refresh anything.
func (t *turn) looksOnly() bool { return t.looks() && !t.tried }

// gather reads who lives on the tokens, which a plain refresh need not know.
func (t *turn) gather(ctx context.Context) error {
	if len(t.unit.Members) > 0 {
		return nil
	}
	err := t.k.store.Gather(ctx, &t.unit)
	if err != nil && !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrNotFound) {
		t.k.log.ErrorContext(ctx, "the connections of a renewal could not be read", "renewal", t.unit.ID, "error", err)
	}
	return err
}

// refresh sends the refresh token, once, and stores what comes of it.
func (t *turn) refresh(ctx context.Context) {
	if from := oauth.RefreshFrom(t.in, oauthGrant(t.unit.Grant)); t.k.now().Before(from) {
		t.early(from)
		return
	}
	if listsTenants(t.in) || t.in.Tenant != nil { // what comes back is compared with what the members have
		if err := t.gather(ctx); err != nil {
			t.giveBack(t.k.now().Add(soonFirst))
			return
		}
	}
	t.asked, t.tried = true, true
	given, err := t.k.options.OAuth.Refresh(ctx, t.in, oauthGrant(t.unit.Grant))
	if err != nil {
		t.refused(ctx, err)
		return
	}
	if hook := t.k.onAnswer; hook != nil && hook(t.unit) != nil {
		t.end(didRefresh, "crash", errCrash)
		return
	}
	t.renewed = true
	now := t.k.now()
	next := merged(t.unit.Grant, given)
	o := store.RenewalOutcome{
		Renewal: t.unit, Given: &next, CheckedAt: t.unit.CheckedAt,
		RunAt: oauth.NextRefresh(t.in, given, string(t.unit.ID), now),
	}
	if owed := listsTenants(t.in) || t.moved(given); owed || t.looks() {
		if o.Keep = true; owed {
			o.CheckedAt = time.Time{} // nobody is handed them before they were looked at
		}
		t.commit(o, func() { t.lookWith(next, o.CheckedAt) })
		return
	}
	t.leave(nil)
	t.commit(o, func() { t.end(didRefresh, outcomeOK, nil) })
}

// early ends a turn for somebody who was refused with a token that its provider
// does not renew yet. Nobody was asked, so that it tells nothing of the provider.
func (t *turn) early(from time.Time) {
	at := oauth.NextRefresh(t.in, oauthGrant(t.unit.Grant), string(t.unit.ID), t.k.now())
	if at.Before(from) {
		at = from
	}
	t.release(t.next(at), errEarly)
}

// moved says whether an answer names another organization than a member has.
func (t *turn) moved(given oauth.Grant) bool {
	if t.in.Tenant == nil {
		return false
	}
	told, err := t.k.options.OAuth.Tenants(t.k.calls, t.in, given) // nobody is asked
	return err == nil && len(t.strayed(told)) > 0
}

// lookWith goes on with a look at what new tokens reach; looked is when that was
// done last, as it is stored now.
func (t *turn) lookWith(next bowline.Grant, looked time.Time) {
	t.unit.Given = t.unit.Fence // these are ours
	t.unit.CheckedAt, t.unit.Asked, t.unit.Failures = looked, time.Time{}, 0
	for i := range t.unit.Members {
		t.unit.Members[i].Grant = store.Regrant(t.unit.Members[i].Grant, next)
	}
	t.unit.Grant = t.unit.Members[0].Grant
	ctx, cancel := context.WithTimeout(t.k.calls, turnLimit)
	defer cancel()
	t.check(ctx)
}

// commit stores an outcome; then is what comes after it, unless somebody else
// was faster or the turn ends here.
func (t *turn) commit(o store.RenewalOutcome, then func()) {
	t.k.commits.add(result{o, func(lost bool, err error) {
		if hook := t.k.onStored; err == nil && hook != nil && hook(t.unit) != nil {
			t.end(didRefresh, "crash", errCrash)
			return
		}
		switch {
		case err != nil:
			t.k.log.Error("a renewal could not be stored", "renewal", t.unit.ID, "error", err)
			t.end(t.did(), "error", err)
		case lost:
			go t.late(o)
		case o.Keep:
			go then() // it asks the provider, and the batch must go on
		default:
			then()
		}
	}})
}

// late is for an outcome that was not stored. Tokens that nobody lives on any
// more are to be ended; where somebody else has renewed them, theirs stand.
func (t *turn) late(o store.RenewalOutcome) {
	outcome := "late"
	defer func() { t.end(t.did(), outcome, nil) }()
	if o.Given == nil {
		return
	}
	var m store.Member // none where nobody had to know; who ends the unit goes by its name
	if len(t.unit.Members) > 0 {
		m = t.unit.Members[0]
	}
	ctx := context.WithoutCancel(t.k.calls)
	var now store.Renewal
	err := insist(func() (err error) {
		if now, err = t.k.store.Renewal(ctx, t.unit.ID); errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	switch {
	case err == nil && now.Grant.AccessToken == o.Given.AccessToken:
		outcome = outcomeOK // stored at the first attempt, whose own answer got lost
		return
	case err == nil && now.ID != "":
		t.k.log.WarnContext(ctx, "an answer came after somebody else had renewed the tokens", "renewal", t.unit.ID, "integration", t.in.Key)
		return
	case err != nil:
		t.k.log.ErrorContext(ctx, "tokens that came late may live on at their provider", "renewal", t.unit.ID, "error", err)
		return
	}
	err = insist(func() error {
		return t.k.endLate(ctx, store.Revocation{
			Instance: t.unit.Instance, Company: m.Company, Connection: m.Connection, IntegrationKey: t.unit.IntegrationKey,
			TenantID: m.TenantID, Unit: t.unit.ID, Grant: *o.Given, Reason: store.RevokeLate, Created: t.k.now(),
		})
	})
	if err != nil {
		t.k.log.ErrorContext(ctx, "tokens that came late live on at their provider", "renewal", t.unit.ID, "error", err)
	}
}

// giveBack ends a turn that another one has to do.
func (t *turn) giveBack(at time.Time) { t.release(t.next(at), errLater) }

// next is when to come again after a turn that brought nothing. A look that
// somebody asked for changes nothing about that: it must neither put off what
// keeps tokens alive, nor have it fail before its time.
func (t *turn) next(at time.Time) time.Time {
	if t.looksOnly() {
		return t.unit.DueAt
	}
	return at
}

func (t *turn) release(at time.Time, err error) {
	t.leave(nil)
	t.commit(store.RenewalOutcome{
		Renewal: t.unit, RunAt: at, Failures: t.unit.Failures, CheckedAt: t.unit.CheckedAt, Unused: !t.tried,
	}, func() { t.end(t.did(), outcomeReleased, err) })
}

// leave leaves the gate, as the last call to the provider has ended.
func (t *turn) leave(err error) {
	if t.passed {
		return
	}
	t.passed = true
	if !t.asked {
		t.gate.skip()
		return
	}
	trouble, wait := troubled(err)
	if trouble && t.looks() && !limited(err) { // one connection, asked about again and again, would tell of the provider
		t.gate.skip()
		return
	}
	if t.gate.done(trouble, wait) {
		t.k.log.Warn("a provider is in trouble; its renewals wait", "integration", t.in.Key, "error", err)
	}
}

// end is the last thing of every turn.
func (t *turn) end(did, outcome string, err error) {
	t.leave(nil)
	if !t.onDemand {
		t.k.scheduled.Add(-1)
	}
	t.k.options.Observe(Observation{Integration: t.in.Key, Did: did, Outcome: outcome, OnDemand: t.onDemand, Behind: t.behind})
	t.k.finish()
	t.done(err)
}

func (t *turn) did() string {
	if t.tried {
		return didRefresh
	}
	return didCheck
}

// lives says whether an access token is good for long enough to be handed out.
// One that its provider does not renew yet is as good as it gets, and one that
// nothing renews lives until it is told to have ended.
func lives(in catalog.Integration, g bowline.Grant, now time.Time) bool {
	og := oauthGrant(g)
	ends := g.ExpiresAt
	if oauth.Refreshable(in, og) {
		ends = oauth.Expiry(in, og)
	}
	least := leastLife
	if life := ends.Sub(g.IssuedAt); !g.IssuedAt.IsZero() && life < 3*leastLife {
		least = life / 3 // few providers are that strict, and a whole minute would never be left
	}
	if ends.IsZero() {
		return !oauth.Ageless(in, og)
	}
	return ends.After(now.Add(least)) || ends.After(now) && oauth.RefreshFrom(in, og).After(now)
}

// leastLife is what is left at least of an access token that is handed out.
const leastLife = time.Minute

func listsTenants(in catalog.Integration) bool { return in.Tenants != nil }

func oauthGrant(g bowline.Grant) oauth.Grant {
	return oauth.Grant{
		AccessToken: oauth.Secret(g.AccessToken), RefreshToken: oauth.Secret(g.RefreshToken), IDToken: oauth.Secret(g.IDToken),
		TokenType: g.TokenType, Scopes: g.Scopes, Claims: g.Claims, ExpiresAt: g.ExpiresAt, IssuedAt: g.IssuedAt,
		RefreshExpiresAt: g.RefreshExpiresAt, Values: g.Extra,
	}
}

// merged is a grant with what a refresh gave. A refresh tells nothing of the
// person, and of scopes only when they have changed.
func merged(g bowline.Grant, given oauth.Grant) bowline.Grant {
	g.AccessToken, g.RefreshToken = given.AccessToken.Reveal(), given.RefreshToken.Reveal()
	g.TokenType, g.ExpiresAt, g.IssuedAt, g.RefreshExpiresAt = given.TokenType, given.ExpiresAt, given.IssuedAt, given.RefreshExpiresAt
	if given.Scopes != nil {
		g.Scopes = given.Scopes
	}
	g.Extra = given.Values
	return g
}
