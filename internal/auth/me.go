package auth

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// SelfChange is what somebody changes of themselves; nil stays.
type SelfChange struct {
	Name        *string
	Locale      *string
	Preferences []byte // a JSON object
}

// locales are the languages of the Portal; "" is the browser's.
var locales = map[string]bool{"": true, "en-US": true, "fr-CA": true}

// ChangeSelf changes what somebody may change of their own account. The name of
// somebody who comes from the sign-in service is kept there.
func (s *Staff) ChangeSelf(ctx context.Context, caller Caller, c SelfChange) (person bowline.Person, err error) {
	if c.Name != nil {
		clean, err := bowline.CleanUserName(*c.Name)
		if err != nil {
			return person, err
		}
		c.Name = &clean
	}
	if c.Locale != nil && !locales[*c.Locale] {
		return person, bowline.Errorf(bowline.CodeInvalid, "locale must be en-US, fr-CA or empty.")
	}
	if c.Preferences != nil {
		if err := bowline.CheckPreferences(c.Preferences); err != nil {
			return person, err
		}
	}
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		if person, err = tx.LockPerson(ctx, caller.User); err != nil {
			return err
		}
		if c.Name != nil && *c.Name != person.Name {
			if person.External() && person.Password == "" {
				return bowline.Errorf(bowline.CodeConflict, "Your name comes from the sign-in service. Change it there.")
			}
			before := person.Name
			person.Name = *c.Name
			if err := s.recordEverywhere(ctx, tx, change{"", caller.Actor(), "user.renamed", person.ID, before}); err != nil {
				return err
			}
		}
		if c.Locale != nil {
			person.Locale = *c.Locale
		}
		if c.Preferences != nil {
			person.Preferences = string(c.Preferences)
		}
		return tx.UpdatePerson(ctx, person)
	})
	return person, err
}

// ChangePassword lets somebody who knows their password choose another one. Their
// other sessions end. Wrong ones are counted as those of a sign-in are.
func (s *Staff) ChangePassword(ctx context.Context, caller Caller, current, next string) error {
	person, err := s.Store.Person(ctx, caller.User)
	if err != nil {
		return err
	}
	if person.Password == "" {
		return errNoPassword
	}
	if err := CheckPassword(next, person.Name, person.Email); err != nil {
		return err
	}
	tries, err := s.prove(ctx, person, current)
	if err != nil {
		return err
	}
	hash, err := s.passwords.hash(ctx, next)
	if err != nil {
		return err
	}
	return s.Store.Write(ctx, func(tx *store.Tx) error {
		now, err := tx.LockPerson(ctx, person.ID)
		if err != nil {
			return err
		}
		if now.Password != person.Password {
			return errWrongCurrent
		}
		now.Password = hash
		if err := tx.UpdatePerson(ctx, now); err != nil {
			return err
		}
		if err := tx.DeleteStaffSessions(ctx, person.ID, caller.Session); err != nil {
			return err
		}
		if err := tx.DeleteStaffLinks(ctx, person.ID, bowline.LinkReset); err != nil {
			return err
		}
		if err := tx.ClearTries(ctx, tries); err != nil {
			return err
		}
		return s.recordEverywhere(ctx, tx, change{"", caller.Actor(), "user.password", person.ID, ""})
	})
}

// prove checks that somebody who is signed in knows their password, and returns
// the name under which wrong ones were counted.
func (s *Staff) prove(ctx context.Context, person bowline.Person, current string) (tries string, err error) {
	if utf8.RuneCountInString(current) > bowline.MaxPassword {
		return "", errWrongCurrent
	}
	tries = s.throttle.name("current", string(person.ID))
	if err := s.throttle.take(ctx, []bucket{{tries, triesAccount}}); err != nil {
		return "", err
	}
	ok, _, err := s.passwords.matches(ctx, current, person.Password)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", s.refuseTry(ctx, bowline.EmailKey(person.Email), errWrongCurrent)
	}
	return tries, nil
}

// OwnSessions lists where the caller is signed in.
func (s *Staff) OwnSessions(ctx context.Context, caller Caller) ([]bowline.StaffSession, error) {
	return s.sessions(ctx, caller, caller.User)
}

// EndOwnSession signs the caller out of one browser; CodeNotFound for a session
// of somebody else.
func (s *Staff) EndOwnSession(ctx context.Context, caller Caller, id bowline.ID) error {
	err := s.Store.Write(ctx, func(tx *store.Tx) error { return tx.DeleteStaffSession(ctx, caller.User, id) })
	if errors.Is(err, store.ErrNotFound) {
		return bowline.Errorf(bowline.CodeNotFound, "No session exists with ID %s", id)
	}
	return err
}

// EndOtherSessions signs the caller out of every browser but the one at hand.
func (s *Staff) EndOtherSessions(ctx context.Context, caller Caller) error {
	return s.Store.Write(ctx, func(tx *store.Tx) error { return tx.DeleteStaffSessions(ctx, caller.User, caller.Session) })
}
