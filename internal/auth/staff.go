package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/seal"
	"github.com/bowline/bowline/internal/store"
)

// StaffOptions are what Staff needs. Everything without a note is required.
type StaffOptions struct {
	Store  *store.Store
	Sealer *seal.Sealer
	Links  bowline.Links
	// Key is a secret of the deployment, the same on every replica.
	Key    []byte
	HTTP   *http.Client     // to the sign-in service
	Now    func() time.Time // time.Now when nil
	Logger *slog.Logger     // slog.Default when nil
	Cost   Cost             // of a password; zero: what is safe
}

// Staff lets the fintech's people in, and keeps who they are and what they may
// do. It is safe for concurrent use.
type Staff struct {
	StaffOptions
	passwords *passwords
	throttle  *throttle
	providers providers
}

// NewStaff returns a Staff.
func NewStaff(o StaffOptions) *Staff {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &Staff{
		StaffOptions: o, passwords: newPasswords(o.Cost),
		throttle: &throttle{store: o.Store, key: o.Key, now: o.Now},
	}
}

// Refusals. The one of a sign-in is the same whatever the cause is.
var (
	errWrongSignIn  = bowline.Errorf(bowline.CodeUnauthorized, "The e-mail address or the password is not right.")
	errSignedOut    = bowline.Errorf(bowline.CodeUnauthorized, "Please sign in.")
	errNoPasswords  = bowline.Errorf(bowline.CodeForbidden, "Signing in with a password is switched off here. Use single sign-on.")
	errWhichPlace   = bowline.Errorf(bowline.CodeInvalid, "You work in several instances. Name one in the header Bowline-Instance.")
	errOtherPlace   = bowline.Errorf(bowline.CodeNotFound, "No instance exists with this ID, or you do not work in it.")
	errSpentLink    = bowline.Errorf(bowline.CodeExpired, "This link has been used before, or its time is over. Ask an administrator for a new one.")
	errNoPassword   = bowline.Errorf(bowline.CodeConflict, "You sign in with the sign-in service and have no password here.")
	errWrongCurrent = bowline.Errorf(bowline.CodeInvalid, "The current password is not right.")
)

// Browser is what is known of where somebody sits.
type Browser struct {
	Address   string // of the network
	UserAgent string
	Device    string // the cookie of a browser in which somebody signed in before
	Session   string // the cookie of a session that a new one takes the place of

	external bool // came by way of the sign-in service
}

// SignedIn is a session that has begun. Token and Device go into cookies.
type SignedIn struct {
	Token  string
	Device string
	Person bowline.Person
}

// String prints no secret.
func (s SignedIn) String() string { return "SignedIn[" + string(s.Person.ID) + "]" }

// GoString prints no secret.
func (s SignedIn) GoString() string { return s.String() }

// SignIn begins a session for whoever knows the password of an account. A wrong
// one, an unknown account, and one that may not sign in are CodeUnauthorized, in
// one sentence and in about the same time; too many tries are a [TooManyError].
func (s *Staff) SignIn(ctx context.Context, email, password string, from Browser) (SignedIn, error) {
	settings, err := s.Store.SignIn(ctx)
	if err != nil {
		return SignedIn{}, err
	}
	if !settings.Password {
		return SignedIn{}, errNoPasswords
	}
	email = bowline.EmailKey(email)
	if len(email) > bowline.MaxUserEmail || utf8.RuneCountInString(password) > bowline.MaxPassword {
		return SignedIn{}, errWrongSignIn
	}
	tries := s.throttle.buckets(email, from.Address, from.Device)
	if err := s.throttle.take(ctx, tries); err != nil {
		return SignedIn{}, s.refuseTry(ctx, email, err)
	}
	person, err := s.Store.PersonByEmail(ctx, email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return SignedIn{}, err
	}
	ok, outdated, err := s.passwords.matches(ctx, password, person.Password)
	if err != nil {
		return SignedIn{}, err
	}
	memberships, err := s.Store.Memberships(ctx, person.ID)
	if err != nil {
		return SignedIn{}, err
	}
	if !ok || len(active(memberships)) == 0 {
		return SignedIn{}, s.refuseTry(ctx, email, errWrongSignIn)
	}
	fresh := ""
	if outdated {
		if fresh, err = s.passwords.hash(ctx, password); err != nil {
			return SignedIn{}, err
		}
	}
	return s.begin(ctx, person, from, func(tx *store.Tx, p *bowline.Person) error {
		if p.Password != person.Password { // changed meanwhile
			return errWrongSignIn
		}
		if fresh != "" {
			p.Password = fresh
		}
		for _, b := range tries {
			if err := tx.GiveBackTry(ctx, b.name); err != nil {
				return err
			}
		}
		return nil
	})
}

// refuseTry writes a wrong try down, or that there begin to be too many, and
// returns the refusal.
func (s *Staff) refuseTry(ctx context.Context, email string, refusal error) error {
	what := lineFailed
	var many *TooManyError
	if errors.As(refusal, &many) {
		what = lineLocked
		if !many.begins {
			return refusal
		}
	}
	if err := s.recordFailure(ctx, email, what, byPassword); err != nil {
		return fmt.Errorf("write a wrong try down: %w", err)
	}
	return refusal
}

// active are the memberships in which somebody may do something.
func active(list []bowline.Membership) []bowline.Membership {
	return slices.DeleteFunc(slices.Clone(list), func(m bowline.Membership) bool { return m.Disabled || m.Role() == "" })
}

// begin begins a session in place of the one that the browser had.
func (s *Staff) begin(ctx context.Context, person bowline.Person, from Browser, also func(*store.Tx, *bowline.Person) error) (SignedIn, error) {
	now := s.Now().UTC()
	in := SignedIn{Token: newToken()}
	var err error
	work := func(tx *store.Tx) error {
		if in.Person, err = tx.LockPerson(ctx, person.ID); err != nil {
			return err
		}
		if err := also(tx, &in.Person); err != nil {
			return err
		}
		in.Person.LastSignIn = &now
		if err := tx.UpdatePerson(ctx, in.Person); err != nil {
			return err
		}
		way := byPassword
		if from.external {
			way = bySSO
		}
		if err := s.recordSignIn(ctx, tx, person.ID, way); err != nil {
			return err
		}
		if from.Session != "" {
			if err := tx.DropStaffSession(ctx, hashOf(from.Session).String()); err != nil {
				return err
			}
		}
		return tx.InsertStaffSession(ctx, bowline.StaffSession{
			ID: bowline.NewID(now), UserID: person.ID, Hash: hashOf(in.Token).String(), Created: now, LastSeen: now,
			Device: device(from.UserAgent), External: from.external,
		})
	}
	if err := s.Store.Write(ctx, work); err != nil {
		return SignedIn{}, fmt.Errorf("begin session: %w", err)
	}
	in.Device = from.Device
	if _, known := s.throttle.knows(from.Device, in.Person.Email); !known {
		in.Device = s.throttle.newDevice(in.Person.Email)
	}
	return in, nil
}

// newToken returns 256 random bits.
func newToken() string {
	const length = 32
	return base64.RawURLEncoding.EncodeToString(randomBytes(length))
}

// Session is somebody who is signed in.
type Session struct {
	bowline.StaffSession
	Person      bowline.Person
	Memberships []bowline.Membership // those that count
}

// seenEvery is how exactly it is known when a session was used last.
const seenEvery = time.Minute

// Session returns who is signed in by what their cookie holds; CodeUnauthorized
// when nobody is. It asks the database each time: a session that was ended, a
// person who was disabled and a role that was changed count at once, on every
// replica.
func (s *Staff) Session(ctx context.Context, token string) (Session, error) {
	const longest = 64
	if token == "" || len(token) > longest {
		return Session{}, errSignedOut
	}
	session, person, err := s.Store.StaffSession(ctx, hashOf(token).String())
	if errors.Is(err, store.ErrNotFound) {
		return Session{}, errSignedOut
	}
	if err != nil {
		return Session{}, err
	}
	now := s.Now().UTC()
	if session.Over(now) {
		return Session{}, errSignedOut
	}
	all, err := s.Store.Memberships(ctx, person.ID)
	if err != nil {
		return Session{}, err
	}
	memberships := active(all)
	if len(memberships) == 0 {
		return Session{}, errSignedOut
	}
	if now.Sub(session.LastSeen) >= seenEvery {
		err := s.Store.Write(ctx, func(tx *store.Tx) error { return tx.SeeStaffSession(ctx, session.ID, now) })
		if err != nil {
			return Session{}, err
		}
		session.LastSeen = now
	}
	return Session{session, person, memberships}, nil
}

// Caller is the person as they call the API in an instance. "" is the only one in
// which they work; who works in several must say which, so that nothing is done in
// another one than they think: CodeInvalid. An instance in which they do not work
// is CodeNotFound.
func (s Session) Caller(instance bowline.ID) (Caller, error) {
	at := 0
	switch {
	case instance == "" && len(s.Memberships) > 1:
		return Caller{}, errWhichPlace
	case instance != "":
		at = slices.IndexFunc(s.Memberships, func(m bowline.Membership) bool { return m.InstanceID == instance })
	}
	if at < 0 {
		return Caller{}, errOtherPlace
	}
	m := s.Memberships[at]
	return Caller{Instance: m.InstanceID, User: s.Person.ID, Name: s.Person.Name, Role: m.Role(), Session: s.ID}, nil
}

// SignOut ends the session that a cookie stands for; one that is over is no fault.
func (s *Staff) SignOut(ctx context.Context, token string) error {
	return s.Store.Write(ctx, func(tx *store.Tx) error { return tx.DropStaffSession(ctx, hashOf(token).String()) })
}

// Forget deletes sessions, links, counts and lines about sign-ins whose time is over, at most limit of
// each, and returns how many of the kind of which there were most.
func (s *Staff) Forget(ctx context.Context, limit int) (most int, err error) {
	now := s.Now()
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		sessions, err := tx.ForgetStaffSessions(ctx, now, limit)
		if err != nil {
			return err
		}
		links, err := tx.ForgetStaffLinks(ctx, now, limit)
		if err != nil {
			return err
		}
		tries, err := tx.ForgetTries(ctx, now.Add(-triesWindow), limit)
		if err != nil {
			return err
		}
		lines, err := tx.ForgetSignIns(ctx, now.Add(-bowline.SignInsKept), limit)
		most = max(sessions, links, tries, lines)
		return err
	})
	return most, err
}
