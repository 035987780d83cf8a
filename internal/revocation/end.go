package revocation

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

// Failures that are not the provider's.
const (
	failureUnreadable = "unreadable"
	failureOffer      = "not in the catalog"
	failureStore      = "database"
	failureRelative   = "a relative's token"
)

// one is a row in hand, with what its unit still holds.
type one struct {
	*Revoker
	rows   []store.Revocation // the row, and those of its unit that come after it
	in     catalog.Integration
	others store.Relatives
}

func (o *one) row() *store.Revocation { return &o.rows[0] }

// end does what is to be done about the first of rows.
func (r *Revoker) end(ctx context.Context, rows []store.Revocation) store.RevocationOutcome {
	row, now := rows[0], r.Now().UTC()
	if until, is := r.isDown(row); is {
		return store.RevocationOutcome{RunAt: until.Add(pause(1, 0) - firstPause), Failure: string(oauth.Unavailable), Untried: true}
	}
	if now.Add(attempt).After(row.Until) { // the lease is as good as over
		return store.RevocationOutcome{RunAt: now, Untried: true}
	}
	limited, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	out, err := r.begin(limited, rows)
	if err == nil {
		return r.done(row, out)
	}
	if ctx.Err() != nil { // we are being stopped, which says nothing of the provider
		return store.RevocationOutcome{RunAt: now, Untried: true}
	}
	var held *waiting
	if errors.As(err, &held) {
		return store.RevocationOutcome{RunAt: now.Add(waitPause), Untried: true}
	}
	r.answered(row, err)
	failure := failureOf(err)
	in, _ := r.Offer(row.Instance).Get(row.IntegrationKey)
	if !now.Before(mayLive(in, rows[0])) { // with the tokens that it has by now
		o := r.done(row, outcomeAbandoned)
		o.Failure = failure
		return o
	}
	again := pause(row.Attempts+1, said(err))
	if now.Sub(row.Created) >= eager {
		again += seldom
	}
	return store.RevocationOutcome{RunAt: now.Add(again), Failure: failure}
}

func (r *Revoker) done(row store.Revocation, outcome string) store.RevocationOutcome {
	return store.RevocationOutcome{Outcome: outcome, Note: note(row, outcome)}
}

// failed is a failure that is not the provider's.
type failed struct {
	what  string
	cause error
}

func (f *failed) Error() string { return f.what }
func (f *failed) Unwrap() error { return f.cause }

// waiting says that it is too early to decide.
type waiting struct{}

func (*waiting) Error() string { return "somebody is signing in" }

func failureOf(err error) string {
	var own *failed
	if errors.As(err, &own) {
		return own.what
	}
	return string(oauth.ReasonOf(err))
}

// begin finds out what to do, and does it.
func (r *Revoker) begin(ctx context.Context, rows []store.Revocation) (outcome string, err error) {
	row := rows[0]
	if row.Unreadable {
		return "", &failed{failureUnreadable, nil}
	}
	in, ok := r.Offer(row.Instance).Get(row.IntegrationKey)
	if !ok {
		return "", &failed{failureOffer, nil}
	}
	if in.UsesCredentials() { // typed keys are the customer's to end
		return outcomeUnsupported, nil
	}
	others, err := r.Store.Relatives(ctx, row, r.Now().UTC())
	if err != nil {
		return "", &failed{failureStore, err}
	}
	o := &one{Revoker: r, rows: rows, in: in, others: others}
	switch decide(in, row, others, o.shared(others.Tenant)) {
	case keep:
		return outcomeKept, nil
	case nothing:
		return outcomeRevoked, nil
	case wait:
		return "", &waiting{}
	case disconnect:
		return o.disconnect(ctx)
	case disconnectEach:
		return o.disconnectEach(ctx)
	case revokeUnshared:
		return o.revokeUnshared(ctx)
	}
	return o.revoke(ctx)
}

// shared says whether one of the instances in which an organisation is linked
// has the same client with the provider: for another client nothing ends.
func (o *one) shared(instances []bowline.ID) bool {
	values := o.row().Grant.Extra
	mine := o.in.ForInputs(values).OAuth.ClientID
	for _, instance := range instances {
		theirs, ok := o.Offer(instance).Get(o.in.Key)
		if instance == o.row().Instance || ok && theirs.ForInputs(values).OAuth.ClientID == mine {
			return true
		}
	}
	return false
}

func (o *one) grant() oauth.Grant {
	g := o.row().Grant
	return oauth.Grant{
		AccessToken: oauth.Secret(g.AccessToken), RefreshToken: oauth.Secret(g.RefreshToken), IDToken: oauth.Secret(g.IDToken),
		TokenType: g.TokenType, Scopes: g.Scopes, ExpiresAt: g.ExpiresAt, IssuedAt: g.IssuedAt, RefreshExpiresAt: g.RefreshExpiresAt, Values: g.Extra,
	}
}

// tenant is the organisation, with what the grant keeps of it.
func (o *one) tenant() oauth.Tenant {
	t := oauth.Tenant{ID: o.row().TenantID, Values: map[string]string{}}
	for name, value := range o.row().Grant.Extra {
		if name, ok := strings.CutPrefix(name, "tenant."); ok && name != "id" {
			t.Values[name] = value
		}
	}
	return t
}

func (o *one) disconnect(ctx context.Context) (string, error) {
	if oauth.DisconnectNeedsAccess(o.in, o.grant()) {
		if over, err := o.freshen(ctx); over || err != nil {
			return outcomeOver, err
		}
	}
	return o.judge(ctx, outcomeDisconnected, o.OAuth.Disconnect(ctx, o.in, o.grant(), o.tenant()))
}

// disconnectEach ends the connections of a sign-in that led to nothing. Those of
// organisations that are linked stay, and so does what the same person gave at
// other times: where the sign-in cannot be told apart from those, all stays.
func (o *one) disconnectEach(ctx context.Context) (string, error) {
	if over, err := o.freshen(ctx); over || err != nil {
		return outcomeOver, err
	}
	narrow := o.in
	if narrow.Tenants == nil {
		return outcomeKept, nil
	}
	tenants := *narrow.Tenants
	if tenants.Otherwise == "" && !strings.Contains(tenants.URL, "${") {
		return outcomeKept, nil
	}
	tenants.Otherwise = ""
	narrow.Tenants = &tenants
	found, err := o.OAuth.Tenants(ctx, narrow, o.grant())
	if errors.Is(err, catalog.ErrUnset) {
		return outcomeKept, nil
	}
	if err != nil {
		return o.judge(ctx, outcomeDisconnected, err)
	}
	outcome := outcomeKept
	for _, t := range found {
		used, err := o.used(ctx, t.ID)
		if err != nil {
			return "", err
		}
		if used {
			continue
		}
		if _, err := o.judge(ctx, "", o.OAuth.Disconnect(ctx, o.in, o.grant(), t)); err != nil {
			return "", err
		}
		outcome = outcomeDisconnected
	}
	return outcome, nil
}

// used says whether an organisation is linked.
func (o *one) used(ctx context.Context, tenant string) (bool, error) {
	instances, err := o.Store.LinkedTo(ctx, o.in.Key, tenant)
	if err != nil {
		return false, &failed{failureStore, err}
	}
	return o.shared(instances), nil
}

// revokeUnshared ends a grant whose account nobody uses: it is looked up first.
func (o *one) revokeUnshared(ctx context.Context) (string, error) {
	if o.in.Tenants != nil || o.in.Tenant != nil {
		if o.in.Tenants != nil {
			if over, err := o.freshen(ctx); over || err != nil {
				return outcomeOver, err
			}
		}
		found, whole, err := o.OAuth.TenantList(ctx, o.in, o.grant())
		if err != nil {
			return o.judge(ctx, outcomeRevoked, err)
		}
		if !whole { // somebody may use what nobody has read
			return outcomeKept, nil
		}
		for _, t := range found {
			if used, err := o.used(ctx, t.ID); used || err != nil {
				return outcomeKept, err
			}
		}
	}
	return o.revoke(ctx)
}

func (o *one) revoke(ctx context.Context) (string, error) {
	if oauth.RevokeNeedsAccess(o.in, o.grant()) {
		if over, err := o.freshen(ctx); over || err != nil {
			return outcomeOver, err
		}
	}
	return o.judge(ctx, outcomeRevoked, o.OAuth.Revoke(ctx, o.in, o.grant()))
}

// judge says what a call led to. A refusal that may mean that the grant is gone
// is not believed before something else has said so: it may as well be our own
// key that is wrong.
func (o *one) judge(ctx context.Context, outcome string, err error) (string, error) {
	switch {
	case err == nil:
		o.answered(*o.row(), nil)
		return outcome, nil
	case errors.Is(err, oauth.ErrUnsupported):
		return outcomeUnsupported, nil
	case oauth.ReasonOf(err) == oauth.Unavailable:
		return "", err
	}
	if o.over(ctx) {
		return outcomeOver, nil
	}
	return "", err
}

// over asks the provider whether a grant is gone. A relative's refresh token is
// not ours to send.
func (o *one) over(ctx context.Context) bool {
	var err error
	switch g := o.grant(); {
	case o.others.Family != nil:
		return false
	case o.refreshable():
		over, _ := o.refresh(ctx)
		return over
	case o.in.Tenants != nil:
		_, err = o.OAuth.Tenants(ctx, o.in, g)
	case o.in.Company != nil:
		_, err = o.OAuth.CompanyName(ctx, o.in, g, o.tenant())
	default:
		_, err = o.OAuth.Userinfo(ctx, o.in, g)
	}
	return oauth.ReasonOf(err) == oauth.Refused
}

func (o *one) refreshable() bool {
	return o.row().Grant.RefreshToken != "" && !o.in.OAuth.Refresh.Never
}

// soon is how long an access token must be good for, to be used.
const soon = time.Minute

// freshen sees to it that the access token works: an expired one would make it
// look as if nothing were left to end. over says that the grant has ended.
func (o *one) freshen(ctx context.Context) (over bool, err error) {
	g := o.row().Grant
	switch {
	case o.in.OAuth.Refresh.Never, g.ExpiresAt.After(o.Now().Add(soon)):
		return false, nil
	case o.others.Family != nil:
		return false, o.borrow(ctx)
	case !o.refreshable():
		return false, nil // the call will tell
	}
	return o.refresh(ctx)
}

// borrow takes the access token of a connection that lives on the same grant:
// the refresh token is that one's.
func (o *one) borrow(ctx context.Context) error {
	if o.Fresh == nil {
		return &failed{failureRelative, nil}
	}
	who := o.others.Family
	fresh, err := o.Fresh(ctx, who.Instance, who.Company, who.Connection)
	if err != nil {
		return &failed{failureRelative, err}
	}
	o.row().Grant = store.Regrant(o.row().Grant, fresh)
	return nil
}

// refresh renews the tokens and keeps them for the whole unit before they are
// used, because the former refresh token may be void by now.
func (o *one) refresh(ctx context.Context) (over bool, err error) {
	if err := o.Store.AskRevocation(ctx, o.rows); err != nil {
		return false, &failed{failureStore, err}
	}
	given, err := o.OAuth.Refresh(ctx, o.in, o.grant())
	switch {
	case errors.Is(err, oauth.ErrUnsupported):
		return false, nil
	case oauth.ReasonOf(err) == oauth.Refused:
		return true, nil
	case err != nil:
		return false, err
	}
	g := o.row().Grant
	g.AccessToken, g.RefreshToken, g.ExpiresAt, g.IssuedAt = given.AccessToken.Reveal(), given.RefreshToken.Reveal(), given.ExpiresAt, given.IssuedAt
	g.RefreshExpiresAt, g.Extra = given.RefreshExpiresAt, given.Values
	keeping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := o.Store.KeepRevocation(keeping, o.rows, g); err != nil {
		return false, &failed{failureStore, err}
	}
	for i := range o.rows {
		o.rows[i].Grant = store.Regrant(o.rows[i].Grant, g)
	}
	return false, nil
}
