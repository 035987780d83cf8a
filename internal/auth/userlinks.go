package auth

import (
	"context"
	"errors"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// RenewInvitation makes a new link for somebody who has not accepted yet.
func (s *Staff) RenewInvitation(ctx context.Context, caller Caller, user bowline.ID) (link OneTimeLink, err error) {
	err = s.vouched(ctx, caller, user, func(tx *store.Tx, m bowline.Member) error {
		if m.CanSignIn() {
			return bowline.Errorf(bowline.CodeConflict, "This person has accepted the invitation already.")
		}
		link, err = s.newLink(ctx, tx, bowline.StaffLink{Kind: bowline.LinkInvitation, UserID: user, InstanceID: caller.Instance})
		if err != nil {
			return err
		}
		return s.record(ctx, tx, change{caller.Instance, caller.Actor(), "user.invitationRenewed", user, ""})
	})
	return link, err
}

// ResetLink makes a link by which somebody chooses another password.
func (s *Staff) ResetLink(ctx context.Context, caller Caller, user bowline.ID) (link OneTimeLink, err error) {
	settings, err := s.Store.SignIn(ctx)
	if err != nil {
		return link, err
	}
	err = s.vouched(ctx, caller, user, func(tx *store.Tx, m bowline.Member) error {
		switch {
		case !m.CanSignIn():
			return bowline.Errorf(bowline.CodeConflict, "This person has not accepted the invitation yet. Renew that instead.")
		case !settings.Password || settings.SSO != nil && m.External() && m.Password == "":
			return bowline.Errorf(bowline.CodeConflict, "This person signs in with the sign-in service and has no password here.")
		}
		link, err = s.newLink(ctx, tx, bowline.StaffLink{Kind: bowline.LinkReset, UserID: user})
		if err != nil {
			return err
		}
		return s.record(ctx, tx, change{caller.Instance, caller.Actor(), "user.resetLink", user, ""})
	})
	return link, err
}

// vouched is edit for what only an administrator of all the person's instances
// may do.
func (s *Staff) vouched(ctx context.Context, caller Caller, user bowline.ID, do func(*store.Tx, bowline.Member) error) error {
	return s.edit(ctx, caller, user, func(tx *store.Tx, m bowline.Member) error {
		if ok, err := vouches(ctx, tx, caller, user); err != nil || !ok {
			return errors.Join(err, unless(ok, errWorksElsewhere))
		}
		return do(tx, m)
	})
}

// UserSessions lists where somebody is signed in. A session is good for all that
// they do, so it takes an administrator of all the person's instances.
func (s *Staff) UserSessions(ctx context.Context, caller Caller, user bowline.ID) ([]bowline.StaffSession, error) {
	if err := s.vouched(ctx, caller, user, func(*store.Tx, bowline.Member) error { return nil }); err != nil {
		return nil, err
	}
	return s.sessions(ctx, caller, user)
}

// EndUserSessions signs somebody out everywhere.
func (s *Staff) EndUserSessions(ctx context.Context, caller Caller, user bowline.ID) error {
	return s.vouched(ctx, caller, user, func(tx *store.Tx, _ bowline.Member) error {
		if err := tx.DeleteStaffSessions(ctx, user, ""); err != nil {
			return err
		}
		return s.record(ctx, tx, change{caller.Instance, caller.Actor(), "user.sessionsEnded", user, ""})
	})
}

func (s *Staff) sessions(ctx context.Context, caller Caller, user bowline.ID) ([]bowline.StaffSession, error) {
	all, err := s.Store.StaffSessions(ctx, user)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	list := []bowline.StaffSession{}
	for _, session := range all {
		if !session.Over(now) {
			session.Current = session.ID == caller.Session
			list = append(list, session)
		}
	}
	return list, nil
}
