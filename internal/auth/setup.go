package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Paths of the Portal's pages for links that work once. What makes them work
// stands behind the #, which browsers send to nobody.
const (
	setUpPath      = "/portal/setup#"
	invitationPath = "/portal/invitation#"
	resetPath      = "/portal/reset#"
)

// Replicas that start together print a set-up link each, and so many work; any
// other start ends those of before.
const (
	setUpLinks    = 10
	startTogether = 2 * time.Minute
)

// administrates says whether somebody keeps an instance from being without an
// administrator.
func administrates(m bowline.Member) bool {
	return m.Role() == bowline.RoleAdministrator && !m.Disabled && m.CanSignIn()
}

// orphaned lists the instances in which nobody is an administrator, out of all.
func orphaned(ctx context.Context, tx *store.Tx) (without, all []bowline.ID, err error) {
	instances, err := tx.Instances(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, i := range instances {
		all = append(all, i.ID)
	}
	slices.Sort(all)
	if err := tx.LockInstances(ctx, all...); err != nil {
		return nil, nil, err
	}
	for _, id := range all {
		members, err := tx.Members(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		if !slices.ContainsFunc(members, administrates) {
			without = append(without, id)
		}
	}
	return without, all, nil
}

// SetUpLink makes a link that makes its holder the administrator of every
// instance without one; "" when there is no such instance. It works once, for a
// day, until the next one is made, or until the last such instance has an
// administrator.
func (s *Staff) SetUpLink(ctx context.Context) (string, error) {
	token := newToken()
	needed := false
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		without, _, err := orphaned(ctx, tx)
		needed = len(without) > 0
		if err != nil || !needed {
			return err
		}
		now := s.Now().UTC()
		link := bowline.StaffLink{Kind: bowline.LinkSetUp, Hash: hashOf(token).String(), Created: now, Expires: now.Add(bowline.SetUpLife)}
		if err := tx.InsertStaffLink(ctx, link); err != nil {
			return err
		}
		return tx.KeepSetUpLinks(ctx, setUpLinks, now.Add(-startTogether))
	})
	if err != nil {
		return "", fmt.Errorf("make a set-up link: %w", err)
	}
	if !needed {
		return "", nil
	}
	return s.Links.PublicURL + setUpPath + token, nil
}

// NeedsSetUp says whether nobody at all is an administrator yet.
func (s *Staff) NeedsSetUp(ctx context.Context) (bool, error) {
	instances, err := s.Store.Instances(ctx)
	if err != nil {
		return false, err
	}
	for _, i := range instances {
		members, err := s.Store.Members(ctx, i.ID)
		if err != nil || slices.ContainsFunc(members, administrates) {
			return false, err
		}
	}
	return true, nil
}

// Newcomer is what somebody says of themselves who sets up or accepts.
type Newcomer struct {
	Name, Email, Password string
}

// check brings a newcomer into the form that is stored.
func (n *Newcomer) check() (err error) {
	if n.Name, err = bowline.CleanUserName(n.Name); err != nil {
		return err
	}
	if n.Email, err = bowline.CleanEmail(n.Email); err != nil {
		return err
	}
	return CheckPassword(n.Password, n.Name, n.Email)
}

// SetUp makes the holder of a set-up link an administrator and signs them in. A
// link that does not work any more is CodeExpired.
func (s *Staff) SetUp(ctx context.Context, token string, who Newcomer, from Browser) (SignedIn, error) {
	if _, err := s.link(ctx, bowline.LinkSetUp, token); err != nil {
		return SignedIn{}, err
	}
	person, err := s.administrator(ctx, who, false, func(tx *store.Tx) error {
		return tx.SpendStaffLink(ctx, bowline.LinkSetUp, hashOf(token).String(), s.Now())
	})
	if err != nil {
		return SignedIn{}, err
	}
	return s.begin(ctx, person, from, func(*store.Tx, *bowline.Person) error { return nil })
}

// BootstrapAdministrator makes an administrator from the configuration, for every
// instance without one; run it at each start. created is false when there was
// nothing to do: a password that was changed in the Portal stays changed.
func (s *Staff) BootstrapAdministrator(ctx context.Context, email, password string) (created bool, err error) {
	name, err := bowline.CleanUserName(nameOf(email))
	if err != nil {
		return false, err
	}
	_, err = s.administrator(ctx, Newcomer{name, email, password}, true, func(*store.Tx) error { return nil })
	if bowline.CodeOf(err) == bowline.CodeExpired {
		return false, nil
	}
	return err == nil, err
}

// errSetUpKnown refuses to hand over somebody's account to the holder of a link.
var errSetUpKnown = bowline.Errorf(bowline.CodeConflict, "Somebody with this e-mail address works here already. Use another address.")

// administrator makes a person the administrator of every instance without one;
// CodeExpired when there is none. Somebody who works here already keeps name and
// password: known says whether they may become an administrator all the same, or
// are CodeConflict.
func (s *Staff) administrator(ctx context.Context, who Newcomer, known bool, first func(*store.Tx) error) (bowline.Person, error) {
	if err := who.check(); err != nil {
		return bowline.Person{}, err
	}
	hash, err := s.passwords.hash(ctx, who.Password)
	if err != nil {
		return bowline.Person{}, err
	}
	now := s.Now().UTC()
	var person bowline.Person
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		without, _, err := orphaned(ctx, tx)
		if err != nil {
			return err
		}
		if len(without) == 0 {
			return errSpentLink
		}
		if err := first(tx); err != nil {
			return err
		}
		person, err = tx.PersonByEmail(ctx, who.Email)
		switch {
		case errors.Is(err, store.ErrNotFound):
			person = bowline.Person{ID: bowline.NewID(now), Email: who.Email, Name: who.Name, Password: hash, Created: now}
			err = tx.InsertPerson(ctx, person)
		case err == nil:
			err = s.promote(ctx, tx, &person, newcomer{who.Name, hash, known})
		}
		if err != nil {
			return err
		}
		for _, id := range without {
			m := bowline.Membership{InstanceID: id, UserID: person.ID, Given: bowline.RoleAdministrator, Created: now}
			if err := tx.PutMembership(ctx, m); err != nil {
				return err
			}
			if err := s.record(ctx, tx, change{id, bowline.ActorUser(person.ID), "user.setUp", person.ID, ""}); err != nil {
				return err
			}
		}
		return tx.KeepSetUpLinks(ctx, 0, now)
	})
	switch {
	case errors.Is(err, store.ErrNotFound): // somebody else used the link just now
		return person, errSpentLink
	case errors.Is(err, store.ErrConflict): // another replica has made them just now
		return person, errSpentLink
	case err != nil:
		return person, fmt.Errorf("make an administrator: %w", err)
	}
	return person, nil
}

// link finds a link that still works, or is CodeExpired.
func (s *Staff) link(ctx context.Context, kind bowline.StaffLinkKind, token string) (bowline.StaffLink, error) {
	l, err := s.Store.StaffLink(ctx, kind, hashOf(token).String(), s.Now())
	if errors.Is(err, store.ErrNotFound) {
		return l, errSpentLink
	}
	return l, err
}

// Invitation is what an invitation says before it is accepted.
type Invitation struct {
	Email    string       `json:"email"`
	Name     string       `json:"name"`
	Instance string       `json:"instance"`
	Role     bowline.Role `json:"role"`
}

// Invitation reads what a link invites to. It does not use it up: link scanners
// must not.
func (s *Staff) Invitation(ctx context.Context, token string) (Invitation, error) {
	link, member, err := s.invited(ctx, token)
	if err != nil {
		return Invitation{}, err
	}
	instances, err := s.Store.Instances(ctx)
	if err != nil {
		return Invitation{}, err
	}
	in := Invitation{Email: member.Email, Name: member.Name, Role: member.Role()}
	for _, i := range instances {
		if i.ID == link.InstanceID {
			in.Instance = i.Name
		}
	}
	return in, nil
}

func (s *Staff) invited(ctx context.Context, token string) (bowline.StaffLink, bowline.Member, error) {
	link, err := s.link(ctx, bowline.LinkInvitation, token)
	if err != nil {
		return link, bowline.Member{}, err
	}
	member, err := s.Store.Member(ctx, link.InstanceID, link.UserID)
	if errors.Is(err, store.ErrNotFound) || err == nil && (member.Disabled || member.CanSignIn()) {
		err = errSpentLink
	}
	return link, member, err
}

// newcomer is how somebody who sets up would be called and sign in.
type newcomer struct {
	name, password string
	known          bool // they may work here already
}

// promote prepares somebody whose address is known for becoming an
// administrator. Who was never let in takes the name and the password; the
// account of anybody else stays theirs.
func (s *Staff) promote(ctx context.Context, tx *store.Tx, person *bowline.Person, as newcomer) error {
	memberships, err := tx.Memberships(ctx, person.ID)
	if err != nil {
		return err
	}
	if !person.CanSignIn() && len(memberships) == 0 {
		person.Name, person.Password = as.name, as.password
		return tx.UpdatePerson(ctx, *person)
	}
	return unless(as.known, errSetUpKnown)
}

// Accept lets the invited person choose a password, and signs them in.
func (s *Staff) Accept(ctx context.Context, token, name, password string, from Browser) (SignedIn, error) {
	link, member, err := s.invited(ctx, token)
	if err != nil {
		return SignedIn{}, err
	}
	settings, err := s.Store.SignIn(ctx)
	if err != nil {
		return SignedIn{}, err
	}
	if !settings.Password {
		return SignedIn{}, errNoPasswords
	}
	who := Newcomer{name, member.Email, password}
	if err := who.check(); err != nil {
		return SignedIn{}, err
	}
	return s.choose(ctx, link, who.Password, from, func(p *bowline.Person) { p.Name = who.Name })
}

// ResetPassword lets the holder of a reset link choose another password. All
// their sessions end, and a new one begins.
func (s *Staff) ResetPassword(ctx context.Context, token, password string, from Browser) (SignedIn, error) {
	link, err := s.link(ctx, bowline.LinkReset, token)
	if err != nil {
		return SignedIn{}, err
	}
	settings, err := s.Store.SignIn(ctx)
	if err != nil {
		return SignedIn{}, err
	}
	if !settings.Password {
		return SignedIn{}, errNoPasswords
	}
	person, err := s.Store.Person(ctx, link.UserID)
	if err != nil {
		return SignedIn{}, err
	}
	memberships, err := s.Store.Memberships(ctx, person.ID)
	if err != nil {
		return SignedIn{}, err
	}
	if len(active(memberships)) == 0 {
		return SignedIn{}, errSpentLink
	}
	if err := CheckPassword(password, person.Name, person.Email); err != nil {
		return SignedIn{}, err
	}
	return s.choose(ctx, link, password, from, func(*bowline.Person) {})
}

// choose stores the password that the holder of a link has chosen, uses up all
// links of theirs and begins their only session.
func (s *Staff) choose(ctx context.Context, link bowline.StaffLink, password string, from Browser, also func(*bowline.Person)) (SignedIn, error) {
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return SignedIn{}, err
	}
	in, err := s.begin(ctx, bowline.Person{ID: link.UserID}, from, func(tx *store.Tx, p *bowline.Person) error {
		if err := tx.SpendStaffLink(ctx, link.Kind, link.Hash, s.Now()); err != nil {
			return err
		}
		for _, kind := range []bowline.StaffLinkKind{bowline.LinkInvitation, bowline.LinkReset} {
			if err := tx.DeleteStaffLinks(ctx, p.ID, kind); err != nil {
				return err
			}
		}
		if err := tx.DeleteStaffSessions(ctx, p.ID, ""); err != nil {
			return err
		}
		p.Password = hash
		also(p)
		if err := s.throttle.open(ctx, tx, p.Email); err != nil {
			return err
		}
		return s.recordEverywhere(ctx, tx, change{"", bowline.ActorUser(p.ID), "user.password", p.ID, string(link.Kind)})
	})
	if errors.Is(err, store.ErrNotFound) {
		return in, errSpentLink
	}
	return in, err
}
