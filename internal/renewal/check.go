package renewal

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/store"
)

const (
	// confirmAfter is between the first refused check and the one that ends a
	// connection, where the catalog names the refusal: a provider that is unwell
	// may say that of everybody for a moment.
	confirmAfter = time.Minute
	// missedAfter is between the first list that lacks an organization and the one
	// that ends its connection: lists come from caches and copies, and out of
	// order, so that one of them proves little.
	missedAfter = 5 * time.Minute
)

// check asks the provider, without changing anything, whether a grant still
// stands and reaches the same organizations.
func (t *turn) check(ctx context.Context) {
	if err := t.gather(ctx); err != nil {
		t.giveBack(t.k.now().Add(soonFirst))
		return
	}
	g := t.unit.Grant
	if !t.in.UsesCredentials() && !oauth.Refreshable(t.in, oauthGrant(g)) && !g.ExpiresAt.IsZero() && !g.ExpiresAt.After(t.k.now()) {
		t.over(endedRunOut, nil)
		return
	}
	strayed, err := t.ask(ctx)
	var oe *oauth.Error
	switch {
	case errors.Is(err, oauth.ErrUnsupported) && !t.renewed: // there is nothing to ask
		t.mute()
	case errors.Is(err, oauth.ErrUnsupported): // the refresh was the question
		t.stands()
	case err == nil && len(strayed) == 0:
		t.stands()
	case err == nil && t.in.Tenants == nil && !t.in.UsesCredentials():
		t.endSome(strayed) // the tokens themselves say so
	case err == nil:
		t.missing(ctx, strayed)
	case probe.ReasonOf(err) == probe.Refused:
		t.doubt(ctx, endedCredentials, err)
	case !errors.As(err, &oe) || oe.Reason != oauth.Refused || oe.Status != http.StatusUnauthorized && !oe.Named:
		t.later(err) // a status 403 alone can mean a permission as well
	case oauth.Refreshable(t.in, oauthGrant(g)) && !t.renewed && !t.k.now().Before(oauth.RefreshFrom(t.in, oauthGrant(g))):
		t.refresh(ctx) // the access token only; whether the grant is over, this tells
	case oauth.Refreshable(t.in, oauthGrant(g)):
		t.later(err)
	default:
		t.doubt(ctx, endedRefused, err)
	}
}

// ask returns the members whose organization the grant does not reach any more.
func (t *turn) ask(ctx context.Context) ([]store.Member, error) {
	k := t.k
	g := oauthGrant(t.unit.Grant)
	if t.in.UsesCredentials() {
		t.asked = true
		found, err := k.options.Probe.Probe(ctx, t.in, t.unit.Grant.Extra)
		if err != nil {
			return nil, err
		}
		told := []oauth.Tenant{}
		for _, tenant := range found.Tenants {
			told = append(told, oauth.Tenant{ID: tenant.ID})
		}
		if found.TenantID != "" {
			told = append(told, oauth.Tenant{ID: found.TenantID})
		}
		if len(told) == 0 {
			return nil, nil
		}
		return t.strayed(told), nil
	}
	t.asked = t.asked || oauth.Checkable(t.in)
	if t.in.Tenants != nil || t.in.Tenant != nil {
		told, whole, err := k.options.OAuth.TenantList(ctx, t.in, g)
		if err == nil && t.in.Tenants != nil && t.in.Tenants.Otherwise != "" && len(t.strayed(told)) > 0 {
			told, whole, err = k.options.OAuth.TenantList(ctx, widest(t.in), g) // one may have moved to another of the customer's sign-ins
		}
		if err != nil {
			return nil, err
		}
		if !whole { // what it lacks may stand where nobody has read
			return nil, nil
		}
		if strayed := t.strayed(told); len(strayed) > 0 || t.in.Tenants != nil || t.renewed {
			return strayed, nil
		}
	}
	if t.in.Company == nil {
		_, err := k.options.OAuth.Userinfo(ctx, t.in, g)
		return nil, err
	}
	_, err := k.options.OAuth.CompanyName(ctx, t.in, g, tenantOf(t.unit.Members[0]))
	return nil, err
}

// widest is an entry that lists all organizations that a grant reaches, where its
// first question is for those of one sign-in.
func widest(in catalog.Integration) catalog.Integration {
	tenants := *in.Tenants
	tenants.URL, tenants.Otherwise = tenants.Otherwise, ""
	in.Tenants = &tenants
	return in
}

// tenantOf is the organization of a member as calls name it.
func tenantOf(m store.Member) oauth.Tenant {
	t := oauth.Tenant{ID: m.TenantID, Name: m.TenantName, Values: map[string]string{}}
	for name, value := range m.Grant.Extra {
		if own, ok := strings.CutPrefix(name, "tenant."); ok {
			t.Values[own] = value
		}
	}
	return t
}

// strayed are the members whose organization is not among those.
func (t *turn) strayed(told []oauth.Tenant) []store.Member { return strayed(t.unit.Members, told) }

func strayed(members []store.Member, told []oauth.Tenant) (list []store.Member) {
	for _, m := range members {
		if m.TenantID != "" && !slices.ContainsFunc(told, func(o oauth.Tenant) bool { return o.ID == m.TenantID }) {
			list = append(list, m)
		}
	}
	return list
}

// stands ends a turn in which all was well.
func (t *turn) stands() { t.well(t.k.now()) }

// mute ends a turn in which nobody was asked, so that nothing is confirmed.
func (t *turn) mute() {
	t.asked = t.tried
	if t.looks() {
		t.release(t.unit.DueAt, errMute)
		return
	}
	t.well(t.unit.CheckedAt)
}

// well ends a turn in which nothing was wrong; confirmed is when the provider
// last said so.
func (t *turn) well(confirmed time.Time) {
	now := t.k.now()
	t.leave(nil)
	t.commit(store.RenewalOutcome{
		Renewal: t.unit, CheckedAt: confirmed, Unused: !t.tried,
		RunAt: oauth.NextRefresh(t.in, oauthGrant(t.unit.Grant), string(t.unit.ID), now),
	}, func() { t.end(t.did(), outcomeOK, nil) })
}
