package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Refusals about people.
var (
	errLastAdministrator = bowline.Errorf(bowline.CodeConflict, "This is the last administrator here. Make somebody else an administrator first.")
	errWorksElsewhere    = bowline.Errorf(bowline.CodeForbidden, "This person works in another instance too, where you are not an administrator. Ask an administrator of both.")
	errKnownMember       = bowline.Errorf(bowline.CodeConflict, "Somebody with this e-mail address works here already.")
	errFromGroups        = bowline.Errorf(bowline.CodeConflict, "This role comes from groups at the sign-in service. Change it there.")
	errBadRole           = bowline.Errorf(bowline.CodeInvalid, "role must be one of onboarding, advisor, analyst, developer and administrator.")
)

func errNoUser(id bowline.ID) error {
	return bowline.Errorf(bowline.CodeNotFound, "No user exists with ID %s", id)
}

// OneTimeLink is a link that somebody hands on. There is no mail server.
type OneTimeLink struct {
	URL     string    `json:"url"`
	Expires time.Time `json:"expires"`
}

// String never prints the URL.
func (l OneTimeLink) String() string { return "OneTimeLink" }

// GoString never prints the URL.
func (l OneTimeLink) GoString() string { return l.String() }

// newLink adds a link for a person, in place of earlier ones of its kind.
func (s *Staff) newLink(ctx context.Context, tx *store.Tx, l bowline.StaffLink) (OneTimeLink, error) {
	token, now := newToken(), s.Now().UTC().Truncate(time.Microsecond)
	path, life := invitationPath, bowline.InvitationLife
	if l.Kind == bowline.LinkReset {
		path, life = resetPath, bowline.ResetLife
	}
	l.Hash, l.Created, l.Expires = hashOf(token).String(), now, now.Add(life)
	if err := tx.DeleteStaffLinks(ctx, l.UserID, l.Kind); err != nil {
		return OneTimeLink{}, err
	}
	return OneTimeLink{s.Links.PublicURL + path + token, l.Expires}, tx.InsertStaffLink(ctx, l)
}

// vouches says whether the caller is an administrator wherever somebody works.
// Only such a caller may let them in anew or change what all instances see of
// them: or else the administrator of one instance could become somebody else's.
func vouches(ctx context.Context, tx *store.Tx, caller Caller, user bowline.ID) (bool, error) {
	theirs, err := tx.Memberships(ctx, user)
	if err != nil {
		return false, err
	}
	own, err := tx.Memberships(ctx, caller.User)
	if err != nil {
		return false, err
	}
	own = active(own)
	for _, m := range theirs {
		if !slices.ContainsFunc(own, func(o bowline.Membership) bool {
			return o.InstanceID == m.InstanceID && o.Role() == bowline.RoleAdministrator
		}) {
			return false, nil
		}
	}
	return true, nil
}

// Invite lets somebody work in the caller's instance. The link lets them choose a
// password; it is nil for somebody who can sign in already. Somebody who works
// where the caller is no administrator is not let in: [bowline.CodeForbidden].
func (s *Staff) Invite(ctx context.Context, caller Caller, name, email string, role bowline.Role) (user bowline.User, link *OneTimeLink, err error) {
	if name, err = bowline.CleanUserName(name); err != nil {
		return user, nil, err
	}
	if email, err = bowline.CleanEmail(email); err != nil {
		return user, nil, err
	}
	if !role.Known() {
		return user, nil, errBadRole
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		link = nil
		if err := tx.LockInstances(ctx, caller.Instance); err != nil {
			return err
		}
		members, err := tx.Members(ctx, caller.Instance)
		if err != nil {
			return err
		}
		if len(members) >= bowline.MaxUsers {
			return bowline.Errorf(bowline.CodeConflict, "At most %d people can work in an instance.", bowline.MaxUsers)
		}
		person, err := tx.PersonByEmail(ctx, email)
		if errors.Is(err, store.ErrNotFound) {
			person = bowline.Person{ID: bowline.NewID(now), Email: email, Name: name, Created: now}
			err = tx.InsertPerson(ctx, person)
		}
		if err != nil {
			return err
		}
		if slices.ContainsFunc(members, func(m bowline.Member) bool { return m.ID == person.ID }) {
			return errKnownMember
		}
		// An address is not proof of whom it is: somebody else may have redeemed the
		// invitation elsewhere, and would work here too.
		if ok, err := vouches(ctx, tx, caller, person.ID); err != nil || !ok {
			return errors.Join(err, unless(ok, errWorksElsewhere))
		}
		for _, kind := range []bowline.StaffLinkKind{bowline.LinkInvitation, bowline.LinkReset} {
			if err := tx.DeleteStaffLinks(ctx, person.ID, kind); err != nil {
				return err
			}
		}
		m := bowline.Membership{InstanceID: caller.Instance, UserID: person.ID, Given: role, Created: now}
		if err := tx.PutMembership(ctx, m); err != nil {
			return err
		}
		user = bowline.Member{Person: person, Membership: m}.User()
		if !person.CanSignIn() {
			made, err := s.newLink(ctx, tx, bowline.StaffLink{Kind: bowline.LinkInvitation, UserID: person.ID, InstanceID: caller.Instance})
			if err != nil {
				return err
			}
			link = &made
		}
		return s.record(ctx, tx, change{caller.Instance, caller.Actor(), "user.added", person.ID, string(role)})
	})
	if errors.Is(err, store.ErrConflict) { // added by somebody else just now
		err = errKnownMember
	}
	return user, link, err
}

// edit runs a change of somebody who works in the caller's instance, and keeps
// its last administrator.
func (s *Staff) edit(ctx context.Context, caller Caller, user bowline.ID, do func(tx *store.Tx, m bowline.Member) error) error {
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.LockInstances(ctx, caller.Instance); err != nil {
			return err
		}
		before, err := tx.Members(ctx, caller.Instance)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(before, func(m bowline.Member) bool { return m.ID == user })
		if at < 0 {
			return errNoUser(user)
		}
		if err := do(tx, before[at]); err != nil {
			return err
		}
		after, err := tx.Members(ctx, caller.Instance)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(before, administrates) && !slices.ContainsFunc(after, administrates) {
			return errLastAdministrator
		}
		return nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return errNoUser(user)
	}
	return err
}

// UserChange is what of a person is to change; nil stays.
type UserChange struct {
	Name     *string
	Role     *bowline.Role
	Disabled *bool
}

// ChangeUser changes what somebody may do in the caller's instance, or their
// name. A person who is disabled everywhere loses their sessions at once. The
// last administrator stays one: CodeConflict.
func (s *Staff) ChangeUser(ctx context.Context, caller Caller, user bowline.ID, c UserChange) (bowline.User, error) {
	if c.Role != nil && !c.Role.Known() {
		return bowline.User{}, errBadRole
	}
	if c.Name != nil {
		clean, err := bowline.CleanUserName(*c.Name)
		if err != nil {
			return bowline.User{}, err
		}
		c.Name = &clean
	}
	err := s.edit(ctx, caller, user, func(tx *store.Tx, m bowline.Member) error {
		if c.Name != nil && *c.Name != m.Name {
			if err := s.rename(ctx, tx, caller, m, *c.Name); err != nil {
				return err
			}
		}
		return s.changeMembership(ctx, tx, caller, m, c)
	})
	if err != nil {
		return bowline.User{}, err
	}
	member, err := s.Store.Member(ctx, caller.Instance, user)
	if errors.Is(err, store.ErrNotFound) {
		return bowline.User{}, errNoUser(user)
	}
	return member.User(), err
}

func (s *Staff) rename(ctx context.Context, tx *store.Tx, caller Caller, m bowline.Member, name string) error {
	if ok, err := vouches(ctx, tx, caller, m.ID); err != nil || !ok {
		return errors.Join(err, unless(ok, errWorksElsewhere))
	}
	person, err := tx.LockPerson(ctx, m.ID)
	if err != nil {
		return err
	}
	person.Name = name
	if err := tx.UpdatePerson(ctx, person); err != nil {
		return err
	}
	return s.record(ctx, tx, change{caller.Instance, caller.Actor(), "user.renamed", person.ID, m.Name})
}

// unless is the error where something does not hold.
func unless(ok bool, err error) error {
	if ok {
		return nil
	}
	return err
}

func (s *Staff) changeMembership(ctx context.Context, tx *store.Tx, caller Caller, m bowline.Member, c UserChange) error {
	next := m.Membership
	var lines []change
	if c.Role != nil && *c.Role != m.Role() {
		next.Given = *c.Role
		if next.Role() != *c.Role {
			return errFromGroups
		}
		lines = append(lines, change{caller.Instance, caller.Actor(), "user.role", m.ID, string(m.Role()) + " → " + string(*c.Role)})
	}
	if c.Disabled != nil && *c.Disabled != m.Disabled {
		next.Disabled = *c.Disabled
		what := "user.enabled"
		if next.Disabled {
			what = "user.disabled"
		}
		lines = append(lines, change{caller.Instance, caller.Actor(), what, m.ID, ""})
	}
	if len(lines) == 0 {
		return nil
	}
	if err := tx.PutMembership(ctx, next); err != nil {
		return err
	}
	for _, line := range lines {
		if err := s.record(ctx, tx, line); err != nil {
			return err
		}
	}
	if err := s.recordKeys(ctx, tx, caller.Actor(), m.Membership, next); err != nil {
		return err
	}
	return endIdle(ctx, tx, m.ID)
}

// endIdle ends the sessions of somebody who may not work anywhere any more.
func endIdle(ctx context.Context, tx *store.Tx, user bowline.ID) error {
	left, err := tx.Memberships(ctx, user)
	if err != nil || len(active(left)) > 0 {
		return err
	}
	return tx.DeleteStaffSessions(ctx, user, "")
}

// RemoveUser ends somebody's work in the caller's instance. Of somebody who works
// nowhere else only the name stays, for the histories.
func (s *Staff) RemoveUser(ctx context.Context, caller Caller, user bowline.ID) error {
	return s.edit(ctx, caller, user, func(tx *store.Tx, m bowline.Member) error {
		if err := tx.DeleteMembership(ctx, caller.Instance, user); err != nil {
			return err
		}
		if err := s.record(ctx, tx, change{caller.Instance, caller.Actor(), "user.removed", user, string(m.Role())}); err != nil {
			return err
		}
		if err := s.recordKeys(ctx, tx, caller.Actor(), m.Membership, bowline.Membership{}); err != nil {
			return err
		}
		left, err := tx.Memberships(ctx, user)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			return tx.ForgetPerson(ctx, user)
		}
		return endIdle(ctx, tx, user)
	})
}

// nameOf makes a name of an address, for somebody of whom no other is known.
func nameOf(email string) string {
	local, _, _ := strings.Cut(email, "@")
	words := strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '_' || r == '-' || r == '+' })
	for i, w := range words {
		letters := []rune(w)
		letters[0] = unicode.ToUpper(letters[0])
		words[i] = string(letters)
	}
	if len(words) == 0 {
		return "Administrator"
	}
	return strings.Join(words, " ")
}

// OperatorResetLink is ResetLink in the hands of whoever operates Bowline and can
// do so past the Portal. An account that does not exist is CodeNotFound.
func (s *Staff) OperatorResetLink(ctx context.Context, email string) (link OneTimeLink, err error) {
	person, err := s.Store.PersonByEmail(ctx, email)
	if errors.Is(err, store.ErrNotFound) {
		return link, bowline.Errorf(bowline.CodeNotFound, "Nobody has this e-mail address.")
	}
	if err != nil {
		return link, err
	}
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		settings, err := tx.SignIn(ctx)
		if err != nil {
			return err
		}
		if !settings.Password { // or the link would be of no use
			before := settings
			settings.Password = true
			if err := tx.PutSignIn(ctx, settings); err != nil {
				return err
			}
			if err := s.recordSignInChange(ctx, tx, bowline.ActorSystem, before, settings); err != nil {
				return err
			}
		}
		if link, err = s.newLink(ctx, tx, bowline.StaffLink{Kind: bowline.LinkReset, UserID: person.ID}); err != nil {
			return err
		}
		return s.recordEverywhere(ctx, tx, change{"", bowline.ActorSystem, "user.resetLink", person.ID, "operator"})
	})
	if err != nil {
		return link, fmt.Errorf("make a reset link: %w", err)
	}
	return link, nil
}
