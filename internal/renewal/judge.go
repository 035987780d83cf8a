package renewal

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/store"
)

// Outcomes that are no Reason.
const (
	outcomeOK       = "ok"
	outcomeEnded    = "ended"
	outcomeReleased = "released"
)

// Waits before another attempt. They double with each failure.
const (
	// soonFirst is for what passes by itself. It is short at first, because a
	// provider whose answer got lost forgives a second use only for a while.
	soonFirst = 2 * time.Second
	soonMost  = 30 * time.Minute
	// slowFirst is for what somebody has to put right.
	slowFirst = 5 * time.Minute
	slowMost  = time.Hour
)

// backoff is how long to wait after so many failures in a row, this one
// included. jitter is from 0 to 1.
func backoff(reason oauth.Reason, failures int, jitter float64) time.Duration {
	wait, most := soonFirst, soonMost
	if reason != oauth.Unavailable {
		wait, most = slowFirst, slowMost
	}
	for range min(failures-1, 30) {
		if wait = 2 * wait; wait >= most {
			wait = most
			break
		}
	}
	return wait*3/4 + time.Duration(jitter*float64(wait)/2)
}

// reasonOf puts failures of both clients into one list.
func reasonOf(err error) oauth.Reason {
	if reason := oauth.ReasonOf(err); reason != "" {
		return reason
	}
	switch probe.ReasonOf(err) {
	case probe.Unavailable:
		return oauth.Unavailable
	case probe.Permission:
		return oauth.Role
	case probe.Misconfigured:
		return oauth.Misconfigured
	case probe.Invalid, probe.NoTenants:
		return oauth.Invalid
	}
	return oauth.Unavailable
}

// troubled says whether a failure is about the provider as a whole, and how long
// it wants to be left alone.
func troubled(err error) (bool, time.Duration) {
	if err == nil || reasonOf(err) != oauth.Unavailable {
		return false, 0
	}
	var oe *oauth.Error
	if errors.As(err, &oe) {
		return true, oe.RetryAfter
	}
	return true, 0
}

// limited says whether a provider in trouble spoke of its limits, rather than not
// answering.
func limited(err error) bool {
	var oe *oauth.Error
	return errors.As(err, &oe) && (oe.RetryAfter > 0 || oe.Status == http.StatusTooManyRequests)
}

// refused judges a refresh that brought nothing: only Refused is the end, or what
// the API says of the grant where the token endpoint does not tell.
func (t *turn) refused(ctx context.Context, err error) {
	switch {
	case errors.Is(err, oauth.ErrUnsupported):
		t.mute() // the entry has changed, and says that nothing is refreshed
	case oauth.ReasonOf(err) != oauth.Refused:
		if said := t.word(ctx, err); said != nil {
			t.doubt(ctx, endedRefused, said)
			return
		}
		t.later(err)
	case !t.unit.Asked.IsZero() || t.unit.Failures > 0:
		t.leave(nil)
		t.over(endedLost, err)
	default:
		t.leave(nil)
		t.over(endedRefused, err)
	}
}

// word asks the API whether a grant is over, when its token endpoint refused in a
// way that may as well be about our own registration: some providers answer both
// alike. It returns what the API said, if the entry knows that for the end. An
// access token that has ended anyway could not tell.
func (t *turn) word(ctx context.Context, err error) error {
	ends := oauth.Expiry(t.in, oauthGrant(t.unit.Grant))
	if oauth.ReasonOf(err) != oauth.Misconfigured || !namesEnd(t.in) || !ends.IsZero() && !ends.After(t.k.now()) || t.gather(ctx) != nil {
		return nil
	}
	_, said := t.ask(ctx)
	var oe *oauth.Error
	if errors.As(said, &oe) && oe.Reason == oauth.Refused && oe.Named {
		return oe
	}
	return nil
}

// namesEnd says whether an entry knows with which words an API tells that a grant
// is over.
func namesEnd(in catalog.Integration) bool {
	return slices.ContainsFunc(in.Failures.Rules, func(r catalog.Failure) bool {
		return (r.At == "" || r.At == catalog.AtAPI) && r.Means == catalog.MeansRevoked
	})
}

// later puts a renewal off; its connections stay as they are.
func (t *turn) later(err error) {
	k := t.k
	t.leave(err)
	now := k.now()
	failures := t.unit.Failures + 1
	wait := backoff(reasonOf(err), failures, k.options.Jitter())
	var oe *oauth.Error
	if errors.As(err, &oe) && oe.RetryAfter > 0 {
		wait = max(wait, oe.RetryAfter+time.Duration(k.options.Jitter()*float64(oe.RetryAfter)/4))
	}
	at := now.Add(wait)
	if from := oauth.RefreshFrom(t.in, oauthGrant(t.unit.Grant)); !t.renewed && from.After(now) {
		at = from.Add(wait / 8) // it was too early
	}
	if t.looksOnly() { // as often as somebody likes, which says nothing of how long it lasts
		failures = t.unit.Failures
	} else if failures == 1 {
		k.log.Info("a renewal is put off", "integration", t.in.Key, "renewal", t.unit.ID, "error", err)
	}
	t.commit(store.RenewalOutcome{
		Renewal: t.unit, RunAt: t.next(at), Failures: failures, CheckedAt: t.unit.CheckedAt, Unused: !t.tried,
	}, func() { t.end(t.did(), string(reasonOf(err)), unavailable(err)) })
}

// errLater is for those who wait for a turn in which the provider was not asked.
var errLater = bowline.Errorf(bowline.CodeUnavailable, "The connection cannot be renewed at the moment; try again later.")

// errEarly is for those who were refused with a token that cannot be renewed yet.
var errEarly = bowline.Errorf(bowline.CodeUnavailable, "The provider refused the access, and renews it only shortly before it ends; try again later.")

// unavailable gives a failure its public form.
func unavailable(err error) error {
	message := "The provider cannot be reached at the moment; try again later."
	if errors.Is(err, errMany) {
		message = errMany.Message
	}
	switch reasonOf(err) {
	case oauth.Misconfigured:
		message = "The registration with the provider needs the attention of the operator."
	case oauth.Lapsed:
		message = "The business's plan with the provider does not allow access at the moment."
	case oauth.Role:
		message = "The person who connected lacks a permission at the provider."
	case oauth.Invalid:
		message = "The provider's answer cannot be understood."
	}
	return &bowline.Error{Code: bowline.CodeUnavailable, Message: message, Cause: err}
}
