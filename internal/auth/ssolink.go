package auth

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

const linkBinding = "sso-link"

// linkTicket is what lets one session give its person an identity.
type linkTicket struct {
	Session bowline.ID `json:"s"`
	Version int64      `json:"w"`
	Until   int64      `json:"x"`
}

var errNoService = bowline.Errorf(bowline.CodeConflict, "There is no sign-in service here.")

// StartLink returns a URL at which somebody who knows their password signs in at
// the sign-in service, in the same browser; whoever they are there is theirs from
// then on. This is for those whose address the service does not vouch for, or
// knows differently: the session and the password stand for the one side, the
// sign-in there for the other.
func (s *Staff) StartLink(ctx context.Context, caller Caller, current string) (OneTimeLink, error) {
	settings, err := s.Store.SignIn(ctx)
	if err != nil {
		return OneTimeLink{}, err
	}
	person, err := s.Store.Person(ctx, caller.User)
	if err != nil {
		return OneTimeLink{}, err
	}
	switch {
	case settings.SSO == nil:
		return OneTimeLink{}, errNoService
	case person.Password == "":
		return OneTimeLink{}, errNoPassword
	case person.Issuer == settings.SSO.Issuer && person.External():
		return OneTimeLink{}, bowline.Errorf(bowline.CodeConflict, "You are linked to the sign-in service already.")
	}
	tries, err := s.prove(ctx, person, current)
	if err != nil {
		return OneTimeLink{}, err
	}
	if err := s.Store.Write(ctx, func(tx *store.Tx) error { return tx.ClearTries(ctx, tries) }); err != nil {
		return OneTimeLink{}, err
	}
	until := s.Now().Add(ssoTestLife).UTC().Truncate(time.Second)
	plain, err := json.Marshal(linkTicket{caller.Session, settings.Version, until.Unix()})
	if err != nil {
		return OneTimeLink{}, err
	}
	ticket, err := s.Sealer.SealText(string(plain), linkBinding)
	if err != nil {
		return OneTimeLink{}, err
	}
	return OneTimeLink{s.Links.PublicURL + "/portal/sso/start?link=" + url.QueryEscape(ticket), until}, nil
}

// StartLinking sends the browser of a session to the sign-in service, with a ticket
// from StartLink. Somebody else's browser is refused: they would give away who
// they are.
func (s *Staff) StartLinking(ctx context.Context, ticket string, from Browser) (SSODeparture, error) {
	var t linkTicket
	plain, err := s.Sealer.OpenText(ticket, linkBinding)
	if err == nil {
		err = json.Unmarshal([]byte(plain), &t)
	}
	if err != nil || s.Now().Unix() >= t.Until {
		return SSODeparture{}, ssoFault(SSOStale, errors.New("the ticket for linking is not valid"))
	}
	settings, err := s.Store.SignIn(ctx)
	if err != nil {
		return SSODeparture{}, err
	}
	switch {
	case settings.SSO == nil:
		return SSODeparture{}, ssoFault(SSOOff, errors.New("not set"))
	case settings.Version != t.Version:
		return SSODeparture{}, ssoFault(SSOStale, errors.New("the settings have changed since the ticket was made"))
	}
	if _, err := s.linker(ctx, t.Session, from); err != nil {
		return SSODeparture{}, err
	}
	a := s.attempt("", settings.Version)
	a.Linker = t.Session
	return s.depart(ctx, settings, a)
}

// linker is who sits at a browser, if it is that of the session.
func (s *Staff) linker(ctx context.Context, session bowline.ID, from Browser) (bowline.Person, error) {
	now, err := s.Session(ctx, from.Session)
	switch {
	case bowline.CodeOf(err) == bowline.CodeUnauthorized || err == nil && now.ID != session:
		return bowline.Person{}, ssoFault(SSOStale, errors.New("the session is another one's, or over"))
	case err != nil:
		return bowline.Person{}, err
	}
	return now.Person, nil
}

// signedInAnew refuses an identity whose owner has not signed in at the service since
// linking began: on a shared machine the session that is open there may be a
// colleague's, who would come in as somebody else from then on. A service that was
// asked for max_age has to say when that was (OpenID Connect Core section 3.1.2.1).
func (s *Staff) signedInAnew(a ssoAttempt, claims map[string]any) error {
	said, told := claims["auth_time"].(float64)
	began := time.Unix(a.Until, 0).Add(-ssoAttemptLife)
	switch {
	case !told:
		return ssoFault(SSONoAuthTime, errors.New("the ID token has no auth_time, although max_age was asked for"))
	case said < float64(began.Add(-ssoSkew).Unix()):
		return ssoFault(SSONotAnew, errors.New("the service took a session from before, although prompt=login was asked for"))
	case said > float64(s.Now().Add(ssoSkew).Unix()): // by such a clock everything is new
		return ssoFault(SSONotAnew, errors.New("auth_time lies ahead: the clock of the service, or of this machine, is wrong"))
	}
	return nil
}

// takeIdentity gives the person of a session an identity that is nobody's. An address that
// a colleague has here is theirs: they would come in as somebody else by it.
func (s *Staff) takeIdentity(ctx context.Context, a ssoAttempt, who identity, from Browser) error {
	person, err := s.linker(ctx, a.Linker, from)
	if err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx *store.Tx) error {
		if person, err = tx.LockPerson(ctx, person.ID); err != nil {
			return err
		}
		owner, err := tx.PersonBySubject(ctx, who.issuer, who.subject)
		switch {
		case err == nil && owner.ID == person.ID:
			return nil
		case err == nil:
			return ssoFault(SSOTaken, errors.New("the identity is a colleague's"))
		case !errors.Is(err, store.ErrNotFound):
			return err
		case person.Issuer == who.issuer && person.External():
			return ssoFault(SSOTaken, errors.New("the person has another identity there"))
		}
		if who.email != "" {
			owner, err = tx.PersonByEmail(ctx, who.email)
			if err == nil && owner.ID != person.ID {
				return ssoFault(SSOTaken, errors.New("the address is a colleague's"))
			}
			if err := orNobody(err); err != nil {
				return err
			}
		}
		return s.attach(ctx, tx, &person, who, bowline.ActorUser(person.ID))
	})
}

// attach makes an identity a person's. Links that let somebody choose a password
// end, because whoever holds them need not be the one that the service names.
func (s *Staff) attach(ctx context.Context, tx *store.Tx, p *bowline.Person, who identity, actor bowline.Actor) error {
	p.Issuer, p.Subject, p.KnownAs = who.issuer, who.subject, who.email
	for _, kind := range []bowline.StaffLinkKind{bowline.LinkInvitation, bowline.LinkReset} {
		if err := tx.DeleteStaffLinks(ctx, p.ID, kind); err != nil {
			return err
		}
	}
	if err := tx.UpdatePerson(ctx, *p); err != nil {
		return err
	}
	return s.recordEverywhere(ctx, tx, change{"", actor, "user.linked", p.ID, linkedTo(*p)})
}
