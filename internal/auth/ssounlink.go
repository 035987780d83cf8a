package auth

import (
	"context"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

var (
	errNotLinked     = bowline.Errorf(bowline.CodeConflict, "You are not linked to a sign-in service.")
	errOnlyWayIn     = bowline.Errorf(bowline.CodeConflict, "You have no password here, so the sign-in service is your only way in.")
	errPasswordIsOff = bowline.Errorf(bowline.CodeConflict, "Signing in with a password is switched off, so the sign-in service is your only way in.")
)

// Unlink takes the identity at the sign-in service from somebody who proves that
// they can come in without it, and ends their other sessions. The identity is
// nobody's then. Where the service vouches for their address here, signing in
// there links them anew (link.md 5.6).
func (s *Staff) Unlink(ctx context.Context, caller Caller, current string) error {
	settings, err := s.Store.SignIn(ctx)
	if err != nil {
		return err
	}
	person, err := s.Store.Person(ctx, caller.User)
	switch {
	case err != nil:
		return err
	case !person.External():
		return errNotLinked
	case person.Password == "":
		return errOnlyWayIn
	case !settings.Password:
		return errPasswordIsOff
	}
	tries, err := s.prove(ctx, person, current)
	if err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx *store.Tx) error {
		now, err := tx.LockPerson(ctx, person.ID)
		switch {
		case err != nil:
			return err
		case now.Password != person.Password:
			return errWrongCurrent
		case now.Issuer != person.Issuer || now.Subject != person.Subject:
			return errNotLinked
		}
		detail := linkedTo(now)
		now.Issuer, now.Subject, now.KnownAs = "", "", ""
		if err := tx.UpdatePerson(ctx, now); err != nil {
			return err
		}
		if err := tx.DeleteStaffSessions(ctx, now.ID, caller.Session); err != nil {
			return err
		}
		if err := tx.ClearTries(ctx, tries); err != nil {
			return err
		}
		return s.recordEverywhere(ctx, tx, change{"", caller.Actor(), "user.unlinked", now.ID, detail})
	})
}

// linkedTo says in the history which identity it is about.
func linkedTo(p bowline.Person) string {
	if p.KnownAs == "" {
		return p.Issuer
	}
	return p.Issuer + " (" + p.KnownAs + ")"
}
