package auth

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// What people and strangers did at the door. There can be many of these lines, so
// that they are bounded and go in time; all others stay.
const (
	lineSignedIn = "signIn.succeeded" // detail: by which way
	lineFailed   = "signIn.failed"    // a wrong password, or an identity that is not theirs
	lineLocked   = "signIn.locked"    // too many of them
)

// The ways to sign in, as lines name them.
const (
	byPassword = "password"
	bySSO      = "singleSignOn"
)

// How many lines of a person's sign-ins are written down in a window of
// throttling, over all replicas.
const (
	notedSignIns  = 20
	notedFailures = 3
)

// change is a line for the history.
type change struct {
	instance bowline.ID
	actor    bowline.Actor
	what     string
	subject  bowline.ID
	detail   string
}

// record adds a line to the history of an instance.
func (s *Staff) record(ctx context.Context, tx *store.Tx, c change) error {
	now := s.Now().UTC().Truncate(time.Microsecond)
	return tx.InsertStaffChange(ctx, bowline.StaffChange{
		ID: bowline.NewID(now), InstanceID: c.instance, At: now, Actor: c.actor, What: c.what, Subject: c.subject, Detail: c.detail,
	})
}

// recordEverywhere adds a line about a person to each instance that they work in.
func (s *Staff) recordEverywhere(ctx context.Context, tx *store.Tx, c change) error {
	memberships, err := tx.Memberships(ctx, c.subject)
	if err != nil {
		return err
	}
	for _, m := range memberships {
		c.instance = m.InstanceID
		if err := s.record(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}

// recordSignIn writes down that somebody has signed in, unless they do so all the
// time.
func (s *Staff) recordSignIn(ctx context.Context, tx *store.Tx, person bowline.ID, way string) error {
	few, err := s.throttle.few(ctx, tx, bucket{s.throttle.name("noted", "in", string(person)), notedSignIns})
	if err != nil || !few {
		return err
	}
	return s.recordEverywhere(ctx, tx, change{"", bowline.ActorUser(person), lineSignedIn, person, way})
}

// recordFailure writes down that somebody else than its owner may have tried an
// account. Nothing tells from outside whether there is an account: the same is
// counted, and committed, for an address that nobody has.
func (s *Staff) recordFailure(ctx context.Context, email, what, way string) error {
	return s.Store.Write(ctx, func(tx *store.Tx) error {
		few, err := s.throttle.few(ctx, tx, bucket{s.throttle.name("noted", what, email), notedFailures})
		if err != nil || !few {
			return err
		}
		person, err := tx.PersonByEmail(ctx, email)
		if err != nil {
			return orNobody(err)
		}
		return s.recordEverywhere(ctx, tx, change{"", bowline.ActorSystem, what, person.ID, way})
	})
}

// mayMake says whether somebody could make a key now.
func mayMake(m bowline.Membership, key bowline.APIKey) bool {
	role := m.Role()
	return !m.Disabled && role.May(bowline.ActionDevelop) && (len(key.Permissions) == 0 || role == bowline.RoleAdministrator)
}

// recordKeys writes down which keys are left behind by somebody who could make
// them before a change and cannot after it. The keys work on: they belong to the
// instance, and whose servers use them is not for us to guess.
func (s *Staff) recordKeys(ctx context.Context, tx *store.Tx, actor bowline.Actor, before, after bowline.Membership) error {
	keys, err := tx.APIKeysBy(ctx, before.InstanceID, before.UserID)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if !mayMake(before, key) || mayMake(after, key) {
			continue
		}
		if err := s.record(ctx, tx, change{before.InstanceID, actor, "key.makerGone", key.ID, shownKey(key)}); err != nil {
			return err
		}
	}
	return nil
}

// shownKey is how lines call a key.
func shownKey(key bowline.APIKey) string { return strings.TrimSpace(key.Prefix + " " + key.Name) }

// recordSignInChange writes down, in every instance, which settings of signing in
// have another value.
func (s *Staff) recordSignInChange(ctx context.Context, tx *store.Tx, actor bowline.Actor, before, after bowline.SignIn) error {
	instances, err := tx.Instances(ctx)
	if err != nil {
		return err
	}
	for _, i := range instances {
		if err := s.record(ctx, tx, change{i.ID, actor, "signIn.changed", "", strings.Join(changedSignIn(before, after), ", ")}); err != nil {
			return err
		}
	}
	return nil
}

// changedSignIn names what is different, and repeats no value but the issuer.
func changedSignIn(before, after bowline.SignIn) (list []string) {
	add := func(changed bool, what string) {
		if changed {
			list = append(list, what)
		}
	}
	add(!before.Password && after.Password, "password on")
	add(before.Password && !after.Password, "password off")
	add(before.Message != after.Message, "message")
	switch b, a := before.SSO, after.SSO; {
	case b == nil && a != nil:
		add(true, "sso on: "+a.Issuer)
	case b != nil && a == nil:
		add(true, "sso off: "+b.Issuer)
	case b != nil && a != nil:
		add(b.Issuer != a.Issuer, "sso.issuer: "+a.Issuer)
		add(b.ClientID != a.ClientID, "sso.clientId")
		add(b.ClientSecret != a.ClientSecret, "sso.clientSecret")
		add(b.Label != a.Label, "sso.label")
		add(b.GroupsClaim != a.GroupsClaim, "sso.groupsClaim")
		add(!slices.Equal(b.Scopes, a.Scopes), "sso.scopes")
		add(!slices.EqualFunc(b.Mapping, a.Mapping, sameMapping), "sso.mapping")
		add(!b.TrustEmail && a.TrustEmail, "sso.trustEmail on")
		add(b.TrustEmail && !a.TrustEmail, "sso.trustEmail off")
	}
	return list
}

func sameMapping(a, b bowline.GroupMapping) bool {
	same := a.InstanceID == nil && b.InstanceID == nil || a.InstanceID != nil && b.InstanceID != nil && *a.InstanceID == *b.InstanceID
	return same && a.Group == b.Group && a.Role == b.Role
}
