package auth

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// recordTest keeps what a test has shown. It succeeds for somebody who would come
// in as an administrator, so that whoever then switches passwords off does not
// lock everybody out.
func (s *Staff) recordTest(ctx context.Context, settings bowline.SignIn, a ssoAttempt, who identity) error {
	test := bowline.SignInTest{At: s.Now().UTC(), Email: who.email, EmailVerified: who.verified, Groups: who.groups}
	instances, err := s.Store.Instances(ctx)
	if err != nil {
		return err
	}
	ids := make([]bowline.ID, len(instances))
	for i := range instances {
		ids[i] = instances[i].ID
	}
	for _, role := range settings.SSO.RolesOf(who.groups, ids) {
		test.Role = bowline.HighestRole(test.Role, role)
	}
	var person bowline.Person
	known := false
	if person, known, err = s.tested(ctx, who); err != nil {
		return err
	}
	given, err := s.Store.Memberships(ctx, person.ID)
	if err != nil {
		return err
	}
	for _, m := range active(given) {
		test.Given = bowline.HighestRole(test.Given, m.Given)
	}
	test.Role = bowline.HighestRole(test.Role, test.Given)
	switch {
	case who.email == "":
		test.Problem = "The service tells no e-mail address."
	case !known && !who.verified:
		test.Problem = "The service does not vouch for this address, so nobody comes in by it. Have it send email_verified, or trust its addresses."
	case test.Role != bowline.RoleAdministrator:
		test.Problem = "This worked, but who tested would not be an administrator. Map a group of theirs to that role."
	default:
		test.OK = true
	}
	return s.putTest(ctx, settings, a, test)
}

// tested finds the person that somebody who tests would come in as; known says
// that the identity is theirs already.
func (s *Staff) tested(ctx context.Context, who identity) (person bowline.Person, known bool, err error) {
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		person, err = tx.PersonBySubject(ctx, who.issuer, who.subject)
		if known = err == nil; known || !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if !who.verified || who.email == "" {
			return nil
		}
		person, err = tx.PersonByEmail(ctx, who.email)
		return orNobody(err)
	})
	return person, known, err
}

// orNobody takes a person who does not exist for no fault.
func orNobody(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// failTest keeps why a test came to nothing.
func (s *Staff) failTest(ctx context.Context, a ssoAttempt, settings bowline.SignIn, cause error) {
	var why *SSOError
	if a.Tester == "" || !errors.As(cause, &why) {
		return
	}
	problem := map[ssoCause]string{
		SSODenied: "The service refused.", SSOUnavailable: "The service cannot be reached, or what it says of itself does not fit the issuer.",
		SSOInvalid: "The service's answer is not valid. Check client ID, client secret and the callback URL.",
	}[why.Why]
	if problem == "" {
		problem = "The test did not come to its end."
	}
	if err := s.putTest(ctx, settings, a, bowline.SignInTest{At: s.Now().UTC(), Problem: problem}); err != nil {
		s.Logger.WarnContext(ctx, "keep the test of single sign-on", "error", err)
	}
}

func (s *Staff) putTest(ctx context.Context, settings bowline.SignIn, a ssoAttempt, test bowline.SignInTest) error {
	if settings.Version != a.Version {
		return ssoFault(SSOStale, errors.New("the settings have changed since the test began"))
	}
	return s.Store.Write(ctx, func(tx *store.Tx) error { return tx.PutSignInTest(ctx, a.Version, test) })
}

// StartTest returns a URL at which an administrator tests the sign-in service as
// it is set: they sign in there, and nothing else comes of it.
func (s *Staff) StartTest(ctx context.Context, caller Caller) (OneTimeLink, error) {
	settings, err := s.SignInSettings(ctx, caller)
	if err != nil {
		return OneTimeLink{}, err
	}
	if settings.SSO == nil {
		return OneTimeLink{}, bowline.Errorf(bowline.CodeConflict, "There is no sign-in service to test. Save one first.")
	}
	until := s.Now().Add(ssoTestLife).UTC().Truncate(time.Second)
	plain, err := json.Marshal(testTicket{caller.User, settings.Version, until.Unix()})
	if err != nil {
		return OneTimeLink{}, err
	}
	ticket, err := s.Sealer.SealText(string(plain), testBinding)
	if err != nil {
		return OneTimeLink{}, err
	}
	return OneTimeLink{s.Links.PublicURL + "/portal/sso/start?test=" + url.QueryEscape(ticket), until}, nil
}

// SignInSettings returns how people sign in. They concern every instance, so it
// takes an administrator of all of them.
func (s *Staff) SignInSettings(ctx context.Context, caller Caller) (in bowline.SignIn, err error) {
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		if ok, err := everywhere(ctx, tx, caller.User); err != nil || !ok {
			return orRefusal(err, errNotEverywhere)
		}
		in, err = tx.SignIn(ctx)
		return err
	})
	return in, err
}

// PutSignIn replaces how people sign in. A client secret that is left out stays,
// but is never sent to another issuer than before. Passwords can be switched off
// once a test has shown that an administrator comes in without.
func (s *Staff) PutSignIn(ctx context.Context, caller Caller, next bowline.SignIn) (bowline.SignIn, error) {
	if err := next.Validate(); err != nil {
		return next, err
	}
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		if ok, err := everywhere(ctx, tx, caller.User); err != nil || !ok {
			return orRefusal(err, errNotEverywhere)
		}
		instances, err := tx.Instances(ctx)
		if err != nil {
			return err
		}
		before, err := tx.SignIn(ctx)
		if err != nil {
			return err
		}
		if next, err = merge(before, next, instances); err != nil {
			return err
		}
		next.Version = before.Version
		if err := tx.PutSignIn(ctx, next); err != nil {
			return err
		}
		if err := endClosed(ctx, tx, before, next); err != nil {
			return err
		}
		return s.recordSignInChange(ctx, tx, caller.Actor(), before, next)
	})
	if errors.Is(err, store.ErrConflict) {
		err = bowline.Errorf(bowline.CodeConflict, "Somebody else has changed this just now. Look again.")
	}
	next.Version++
	return next, err
}

// endClosed ends the sessions that came by a way that is closed now, the caller's
// among them: a session is worth no more than what it came by.
func endClosed(ctx context.Context, tx *store.Tx, before, after bowline.SignIn) error {
	if before.Password && !after.Password {
		if err := tx.DeleteSessionsBy(ctx, false); err != nil {
			return err
		}
	}
	if before.SSO != nil && (after.SSO == nil || after.SSO.Issuer != before.SSO.Issuer) {
		return tx.DeleteSessionsBy(ctx, true)
	}
	return nil
}

// merge completes new settings by those of before.
func merge(before, next bowline.SignIn, instances []store.Instance) (bowline.SignIn, error) {
	next.Tested = nil
	if next.SSO != nil {
		sso := *next.SSO
		next.SSO = &sso
		if sso.ClientSecret == "" && before.SSO != nil && before.SSO.Issuer == sso.Issuer && before.SSO.ClientID == sso.ClientID {
			next.SSO.ClientSecret = before.SSO.ClientSecret
		}
		for _, m := range sso.Mapping {
			if m.InstanceID != nil && !slices.ContainsFunc(instances, func(i store.Instance) bool { return i.ID == *m.InstanceID }) {
				return next, bowline.Errorf(bowline.CodeInvalid, "sso.mapping names an instance that does not exist.")
			}
		}
		if next.SSO.SameService(before.SSO) {
			next.Tested = before.Tested
		}
	}
	if next.Password {
		return next, nil
	}
	var ids []bowline.ID
	for _, i := range instances {
		ids = append(ids, i.ID)
	}
	role := bowline.Role("")
	if next.Tested != nil && next.Tested.OK {
		role = next.Tested.Given
		for _, r := range next.SSO.RolesOf(next.Tested.Groups, ids) {
			role = bowline.HighestRole(role, r)
		}
	}
	if role != bowline.RoleAdministrator {
		return next, bowline.Errorf(bowline.CodeConflict,
			"Test the sign-in service first, as somebody who is an administrator with it: without passwords nobody else could come in.")
	}
	return next, nil
}
