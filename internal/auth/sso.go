package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"golang.org/x/oauth2"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

const (
	ssoAttemptLife = 10 * time.Minute
	ssoTestLife    = 10 * time.Minute
	testBinding    = "sso-test"
)

// testTicket is what lets one browser test the sign-in service for an
// administrator.
type testTicket struct {
	Tester  bowline.ID `json:"t"`
	Version int64      `json:"w"`
	Until   int64      `json:"x"`
}

// SSODeparture is the way to the sign-in service.
type SSODeparture struct {
	URL    string
	Cookie string // for the way back, ten minutes
}

// StartSSO begins single sign-on. then is the page to go on with; ticket is from
// StartTest, or empty for a sign-in.
func (s *Staff) StartSSO(ctx context.Context, then, ticket string) (SSODeparture, error) {
	settings, err := s.Store.SignIn(ctx)
	if err != nil {
		return SSODeparture{}, err
	}
	if settings.SSO == nil {
		return SSODeparture{}, ssoFault(SSOOff, errors.New("not set"))
	}
	a := s.attempt(then, settings.Version)
	if ticket != "" {
		if a.Tester, err = s.openTicket(ticket, settings.Version); err != nil {
			return SSODeparture{}, err
		}
	}
	return s.depart(ctx, settings, a)
}

// attempt is a new one.
func (s *Staff) attempt(then string, version int64) ssoAttempt {
	return ssoAttempt{
		State: newToken(), Nonce: newToken(), Verifier: oauth2.GenerateVerifier(), Return: localPath(then),
		Until: s.Now().Add(ssoAttemptLife).Unix(), Version: version,
	}
}

// depart is the way to the sign-in service for an attempt.
func (s *Staff) depart(ctx context.Context, settings bowline.SignIn, a ssoAttempt) (SSODeparture, error) {
	p, err := s.provider(ctx, settings.SSO.Issuer)
	if err != nil {
		s.failTest(ctx, a, settings, err)
		return SSODeparture{}, err
	}
	config := s.oauthConfig(p, settings.SSO)
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(a.Verifier), oauth2.SetAuthURLParam("nonce", a.Nonce)}
	if a.Linker != "" { // whose session the service has open in this browser is not known
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	cookie, err := s.sealAttempt(a)
	if err != nil {
		return SSODeparture{}, fmt.Errorf("seal the attempt: %w", err)
	}
	return SSODeparture{config.AuthCodeURL(a.State, options...), cookie}, nil
}

func (s *Staff) openTicket(ticket string, version int64) (bowline.ID, error) {
	var t testTicket
	plain, err := s.Sealer.OpenText(ticket, testBinding)
	if err == nil {
		err = json.Unmarshal([]byte(plain), &t)
	}
	if err != nil || t.Version != version || s.Now().Unix() >= t.Until {
		return "", ssoFault(SSOStale, errors.New("the ticket of the test is not valid"))
	}
	return t.Tester, nil
}

// SSOArrival is how single sign-on ended.
type SSOArrival struct {
	SignedIn        // empty after a test, and after linking
	Then     string // the page to go on with
	Tested   bool
	Linked   bool // somebody who is signed in wanted to be known there
}

// CompleteSSO ends single sign-on with what the sign-in service sent back and
// what the browser kept. Failures are an [SSOError].
func (s *Staff) CompleteSSO(ctx context.Context, query url.Values, cookie string, from Browser) (SSOArrival, error) {
	a, err := s.openAttempt(cookie)
	if err != nil {
		return SSOArrival{}, err
	}
	arrival := SSOArrival{Then: a.Return, Tested: a.Tester != "", Linked: a.Linker != ""}
	if subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(a.State)) != 1 {
		return arrival, ssoFault(SSOStale, errors.New("the state is another browser's"))
	}
	settings, err := s.Store.SignIn(ctx)
	if err != nil {
		return arrival, err
	}
	if settings.SSO == nil {
		return arrival, ssoFault(SSOOff, errors.New("not set"))
	}
	who, err := s.arrive(ctx, settings.SSO, a, query)
	if err != nil {
		s.failTest(ctx, a, settings, err)
		return arrival, err
	}
	switch {
	case arrival.Tested:
		return arrival, s.recordTest(ctx, settings, a, who)
	case arrival.Linked:
		return arrival, s.takeIdentity(ctx, a, who, from)
	}
	arrival.SignedIn, err = s.enter(ctx, settings.SSO, who, from)
	return arrival, err
}

func (s *Staff) arrive(ctx context.Context, sso *bowline.SSO, a ssoAttempt, query url.Values) (identity, error) {
	if issuer := query.Get("iss"); issuer != "" && issuer != sso.Issuer { // RFC 9207 section 2.4
		return identity{}, ssoFault(SSOInvalid, errors.New("the answer is another issuer's"))
	}
	if code := query.Get("error"); code != "" {
		return identity{}, ssoFault(SSODenied, fmt.Errorf("the service answered %q", shortCode(code)))
	}
	if query.Get("code") == "" {
		return identity{}, ssoFault(SSOInvalid, errors.New("the answer has no code"))
	}
	return s.ask(ctx, sso, a, query.Get("code"))
}

// enter lets somebody in whom the service has named: by their identity, or by an
// address that it vouches for. What they may do follows from their groups, each
// time anew.
//
// A password never opens more than what administrators have given by hand: it may
// have been chosen by whoever held the invitation, and not by the person that the
// service names. Where groups give more, it ends.
func (s *Staff) enter(ctx context.Context, sso *bowline.SSO, who identity, from Browser) (SignedIn, error) {
	var person bowline.Person
	var left []bowline.Membership
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		_, all, err := orphaned(ctx, tx) // which locks them
		if err != nil {
			return err
		}
		roles := sso.RolesOf(who.groups, all)
		if person, err = s.recognize(ctx, tx, who, len(roles) > 0); err != nil {
			return err
		}
		if err := s.follow(ctx, tx, person, roles); err != nil {
			return err
		}
		if left, err = tx.Memberships(ctx, person.ID); err != nil {
			return err
		}
		if person.Password != "" && slices.ContainsFunc(left, func(m bowline.Membership) bool { return m.Role() != m.Given }) {
			person.Password = ""
			if err := tx.UpdatePerson(ctx, person); err != nil {
				return err
			}
			// A link from before would bring the password back.
			return errors.Join(tx.DeleteStaffLinks(ctx, person.ID, bowline.LinkReset), tx.DeleteStaffSessions(ctx, person.ID, ""))
		}
		if len(active(left)) == 0 {
			return tx.DeleteStaffSessions(ctx, person.ID, "")
		}
		return nil
	})
	var refused *SSOError
	switch {
	case errors.As(err, &refused) && refused.Why == SSOUnverified: // somebody with another's address
		return SignedIn{}, orRefusal(s.recordFailure(ctx, bowline.EmailKey(who.email), lineFailed, bySSO), refused)
	case errors.As(err, &refused):
		return SignedIn{}, refused
	case err != nil:
		return SignedIn{}, fmt.Errorf("single sign-on: %w", err)
	case len(active(left)) == 0: // committed all the same: a lost role is lost
		return SignedIn{}, ssoFault(SSONoAccess, errors.New("no group has a role here"))
	}
	from.external = true
	return s.begin(ctx, person, from, func(_ *store.Tx, p *bowline.Person) error {
		p.KnownAs = who.email
		if p.Password == "" { // who has one keeps the name of their own choice
			p.Name = who.name
		}
		return nil
	})
}

// recognize finds the person behind an identity, or makes one where they would
// have a role.
func (s *Staff) recognize(ctx context.Context, tx *store.Tx, who identity, welcome bool) (bowline.Person, error) {
	p, err := tx.PersonBySubject(ctx, who.issuer, who.subject)
	if err == nil || !errors.Is(err, store.ErrNotFound) {
		return p, err
	}
	if who.email == "" {
		return p, ssoFault(SSOInvalid, errors.New("the service tells no e-mail address"))
	}
	p, err = tx.PersonByEmail(ctx, who.email)
	switch {
	case errors.Is(err, store.ErrNotFound) && !welcome:
		return p, ssoFault(SSONoAccess, errors.New("nobody here, and no group has a role"))
	case errors.Is(err, store.ErrNotFound) && !who.verified: // whose it is would get what its owner is invited to
		return p, ssoFault(SSOUnverified, errors.New("nobody vouches for the address"))
	case errors.Is(err, store.ErrNotFound):
		now := s.Now().UTC().Truncate(time.Microsecond)
		p = bowline.Person{
			ID: bowline.NewID(now), Email: who.email, Name: who.name, Issuer: who.issuer, Subject: who.subject, KnownAs: who.email, Created: now,
		}
		return p, tx.InsertPerson(ctx, p)
	case err != nil:
		return p, err
	case !who.verified:
		return p, ssoFault(SSOUnverified, errors.New("the address is somebody's"))
	case p.Issuer == who.issuer && p.Subject != "": // an address that went from one colleague to another
		return p, ssoFault(SSOUnverified, errors.New("the address belongs to another identity"))
	}
	err = s.attach(ctx, tx, &p, who, bowline.ActorSystem)
	return p, err
}

// follow lets the memberships of a person follow their groups.
func (s *Staff) follow(ctx context.Context, tx *store.Tx, person bowline.Person, roles map[bowline.ID]bowline.Role) error {
	before, err := tx.Memberships(ctx, person.ID)
	if err != nil {
		return err
	}
	have := map[bowline.ID]bool{}
	for _, m := range before {
		have[m.InstanceID] = true
		if m.FromGroups == roles[m.InstanceID] {
			continue
		}
		former := m
		m.FromGroups = roles[m.InstanceID]
		what, detail := "user.groups", string(m.Role())
		if m.Role() == "" && !m.Disabled { // whoever was kept out stays so when the groups come back
			what, err = "user.removed", tx.DeleteMembership(ctx, m.InstanceID, person.ID)
		} else {
			err = tx.PutMembership(ctx, m)
		}
		if err != nil {
			return err
		}
		if err := s.record(ctx, tx, change{m.InstanceID, bowline.ActorSystem, what, person.ID, detail}); err != nil {
			return err
		}
		if err := s.recordKeys(ctx, tx, bowline.ActorSystem, former, m); err != nil {
			return err
		}
	}
	for id, role := range roles {
		if have[id] {
			continue
		}
		m := bowline.Membership{InstanceID: id, UserID: person.ID, FromGroups: role, Created: s.Now().UTC().Truncate(time.Microsecond)}
		if err := tx.PutMembership(ctx, m); err != nil {
			return err
		}
		if err := s.record(ctx, tx, change{id, bowline.ActorSystem, "user.added", person.ID, string(role)}); err != nil {
			return err
		}
	}
	return nil
}
