package link

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/url"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

const (
	// exchangeLimit is how long the calls after a callback may take together.
	exchangeLimit = 45 * time.Second
	// courtesyLimit is how long a call may take whose answer we can do without.
	courtesyLimit = 5 * time.Second
	// exchangeLease is how long a claimed callback counts as being worked on;
	// after that its process is taken for dead. It outlasts exchangeLimit and
	// recordLimit together.
	exchangeLease = 60 * time.Second
	// choiceLife is how long the customer may think about which organisation.
	choiceLife = 30 * time.Minute
	// earlierLimit is how long a second arrival waits for the first one's result
	// before it says that the result is still to come.
	earlierLimit = 15 * time.Second
	// resultPoll is how often a second arrival looks for the first one's result.
	resultPoll = 50 * time.Millisecond
)

// Return is where the browser goes after a callback: to the result of an
// authorization, to the fintech's page, or nowhere but View.
type Return struct {
	Company       bowline.ID
	Authorization bowline.ID
	Helper        bool   // the browser is a helper's, whose pages are not the company's
	RedirectURL   string // the fintech's, after a connection URL; or the host page that was left
	Closed        bool   // another page waits for the result: this tab has nothing more to do
	Trial         bool   // an operator's trial is over: there is no journey to go on with
	View          *View  // set when the callback belongs to no attempt of this browser
}

// Complete handles a provider's callback. The state is consumed once and only
// together with the cookie of the browser that started (RFC 9700 section 4.7);
// a second arrival of the same callback gets the same result. Provider errors
// are results, not errors; an error means that ours failed.
func (s *Service) Complete(ctx context.Context, key string, query url.Values, b Browser) (Return, error) {
	in, ok := s.Catalog.Get(key)
	if !ok {
		return Return{View: new(NotFound())}, nil
	}
	cb, err := oauth.ParseCallback(in, query)
	if err != nil {
		return Return{View: new(simpleError(reasonOtherBrowser, ""))}, nil
	}
	stateHash := hashState(cb.State)
	if t, ok := s.trialFor(stateHash, b.Cookies); ok {
		return s.completeTrial(ctx, t, key, query)
	}
	a, ok := s.attemptFor(stateHash, b.Cookies)
	if !ok || subtle.ConstantTimeCompare([]byte(a.Integration), []byte(key)) != 1 {
		s.observe(key, reasonOtherBrowser)
		return Return{View: new(simpleError(reasonOtherBrowser, ""))}, nil
	}
	if set, ok := s.catalogOf(a.Instance).Get(key); ok {
		in = set
	}
	if err := s.tries.allow(a.Company, s.Now()); err != nil {
		return Return{View: new(simpleError(reasonTooMany, a.Visit.Locale))}, nil
	}
	// The browser may leave now; the code is good for one exchange, so what was
	// begun is brought to its end.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), exchangeLimit)
	defer cancel()
	authorization, err := s.complete(ctx, in, a, cb)
	if err != nil {
		return Return{}, err
	}
	return s.returnTo(ctx, a, authorization)
}

// returnTo says where the browser goes with a result.
func (s *Service) returnTo(ctx context.Context, a attempt, done bowline.Authorization) (Return, error) {
	r := Return{Company: a.Company, Authorization: done.ID, Helper: a.Visit.Helper != ""}
	switch {
	case a.Return != "":
		r.RedirectURL = a.Return
	case a.Hop != "":
		r.Closed = true
	case a.Direct && (done.Status == bowline.AuthorizationLinked || done.Status == bowline.AuthorizationFailed):
		pg, err := s.load(ctx, a.Company, a.Visit)
		if err != nil {
			return Return{}, err
		}
		code, _ := outcomeOf(done.Reason)
		if done.Status == bowline.AuthorizationLinked {
			code = 200
		}
		r.RedirectURL, err = s.redirectURL(ctx, pg, touched{Connection: done.ConnectionID, Authorization: done.ID, Code: code})
		return r, err
	}
	return r, nil
}

// complete claims the state, exchanges the code and records what came of it.
func (s *Service) complete(ctx context.Context, in catalog.Integration, a attempt, cb oauth.Callback) (bowline.Authorization, error) {
	claim, err := s.claim(ctx, a)
	if errors.Is(err, store.ErrConflict) {
		return s.earlier(ctx, claim.StateHash)
	}
	if errors.Is(err, store.ErrNotFound) { // the company or the connection was deleted meanwhile
		return bowline.Authorization{}, nil
	}
	if err != nil {
		return bowline.Authorization{}, err
	}
	if s.Now().Sub(a.StartedAt) > attemptLife {
		return s.fail(ctx, claim, problem{reason: reasonExpired})
	}
	if err := cb.Err(); err != nil {
		return s.fail(ctx, claim, problemOf(err))
	}
	given, err := s.OAuth.Exchange(ctx, s.request(in, a), cb)
	if err != nil {
		return s.fail(ctx, claim, problemOf(err))
	}
	return s.granted(ctx, in, a, claim, given)
}

// claim consumes the state: whoever inserts the row owns the exchange.
func (s *Service) claim(ctx context.Context, a attempt) (bowline.Authorization, error) {
	now := s.Now()
	ch := s.change(ctx, bowline.ActorCustomer, "")
	row := bowline.Authorization{
		ID: bowline.NewID(now), InstanceID: a.Instance, CompanyID: a.Company, ConnectionID: a.Connection,
		IntegrationKey: a.Integration, StateHash: hashState(a.State), Status: bowline.AuthorizationExchanging,
		CorrelationID: ch.CorrelationID, Hop: a.Hop, HandOverID: a.Visit.Helper, StartedAt: a.StartedAt, ClaimedAt: now, ExpiresAt: now.Add(exchangeLease),
	}
	return row, s.Store.Write(ctx, func(tx *store.Tx) error { return tx.ClaimAuthorization(ctx, row) })
}

// earlier waits for the result of the callback that came first. When its
// process died, the attempt is failed here, so that the customer can go on.
func (s *Service) earlier(ctx context.Context, stateHash string) (bowline.Authorization, error) {
	ctx, cancel := context.WithTimeout(ctx, earlierLimit)
	defer cancel()
	ticker := time.NewTicker(resultPoll)
	defer ticker.Stop()
	var first bowline.Authorization
	for {
		latest, err := s.Store.AuthorizationByState(ctx, stateHash)
		if err != nil && ctx.Err() != nil && first.ID != "" {
			return first, nil // the wait ended while we looked
		}
		first = latest
		if err != nil || first.Status != bowline.AuthorizationExchanging {
			return first, err
		}
		if s.Now().After(first.ExpiresAt) {
			return s.fail(ctx, first, problem{reason: reasonInterrupted})
		}
		select {
		case <-ctx.Done():
			return first, nil // still going on; the result page says so
		case <-ticker.C:
		}
	}
}

// granted looks at what the grant reaches: no organisation is a failure, one is
// taken, more are for the customer to choose from.
func (s *Service) granted(ctx context.Context, in catalog.Integration, a attempt, claim bowline.Authorization, given oauth.Grant) (bowline.Authorization, error) {
	tenants, err := s.OAuth.Tenants(ctx, in, given)
	if err != nil {
		return s.giveBackFor(ctx, claim, given, problemOf(err))
	}
	if a.Visit.OpenID {
		s.addClaims(ctx, in, &given)
	}
	if in.Tenants == nil && in.Tenant == nil {
		return s.settle(ctx, in, claim, settlement{grant: given, tenants: []bowline.Tenant{{}}})
	}
	switch len(tenants) {
	case 0:
		return s.giveBack(ctx, claim, given, reasonNoTenants)
	case 1: // link compares it with the one that the connection had
		return s.settle(ctx, in, claim, settlement{grant: given, tenants: []bowline.Tenant{bowline.Tenant(tenants[0])}})
	}
	wanted, err := s.Store.Connection(ctx, a.Instance, a.Company, a.Connection)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return bowline.Authorization{}, err
	}
	switch before, found := find(tenants, wanted.TenantID); {
	case found: // a reconnection goes to the organisation that it had
		return s.settle(ctx, in, claim, settlement{grant: given, tenants: []bowline.Tenant{before}})
	case wanted.TenantID != "":
		return s.giveBackFor(ctx, claim, given, mismatchOf(tenants...))
	}
	return s.offerChoice(ctx, claim, given, tenants[:min(len(tenants), maxChoices)])
}

// maxChoices is how many organisations a customer is shown to choose from.
const maxChoices = 500

func find(tenants []oauth.Tenant, id string) (bowline.Tenant, bool) {
	for _, t := range tenants {
		if id != "" && t.ID == id {
			return bowline.Tenant(t), true
		}
	}
	return bowline.Tenant{}, false
}

// addClaims completes the OpenID claims from the userinfo endpoint. They are a
// courtesy to the fintech: without them the connection is as good.
func (s *Service) addClaims(ctx context.Context, in catalog.Integration, given *oauth.Grant) {
	ctx, cancel := context.WithTimeout(ctx, courtesyLimit)
	defer cancel()
	claims, err := s.OAuth.Userinfo(ctx, in, *given)
	if err != nil {
		s.Logger.WarnContext(ctx, "read userinfo", "integration", in.Key, "error", err)
		return
	}
	merged := make(map[string]any, len(claims)+len(given.Claims))
	for name, value := range given.Claims {
		merged[name] = value
	}
	for name, value := range claims {
		merged[name] = value
	}
	given.Claims = merged
}
