package portal

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/peer"
	"github.com/bowline/bowline/internal/rest"
)

// entrance is what the sign-in page draws.
type entrance struct {
	SignIn signInWays `json:"signIn"`
	SetUp  bool       `json:"setUp"` // nobody is an administrator yet
}

type signInWays struct {
	Password bool    `json:"password"`
	SSO      *ssoWay `json:"sso"`
	Message  string  `json:"message"`
}

type ssoWay struct {
	Label string `json:"label"`
}

// shownSession is somebody who is signed in.
type shownSession struct {
	User      shownUser    `json:"user"`
	Instances []shownPlace `json:"instances"`
	Locale    string       `json:"locale"`
	entrance
}

type shownUser struct {
	ID       bowline.ID `json:"id"`
	Name     string     `json:"name"`
	Email    string     `json:"email"`
	External bool       `json:"external"`
}

type shownPlace struct {
	ID      bowline.ID           `json:"id"`
	Name    string               `json:"name"`
	Kind    bowline.InstanceKind `json:"kind"`
	Role    bowline.Role         `json:"role"`
	Actions []bowline.Action     `json:"actions"`
}

// signedOut is an error, with what the sign-in page needs.
type signedOut struct {
	rest.Envelope
	entrance
}

func (h *Handler) entrance(ctx context.Context) (entrance, error) {
	settings, err := h.Staff.Store.SignIn(ctx)
	if err != nil {
		return entrance{}, err
	}
	e := entrance{SignIn: signInWays{Password: settings.Password, Message: settings.Message}}
	if settings.SSO != nil {
		e.SignIn.SSO = &ssoWay{settings.SSO.Label}
	}
	e.SetUp, err = h.Staff.NeedsSetUp(ctx)
	return e, err
}

// session tells who is signed in, or how to.
func (h *Handler) session(w http.ResponseWriter, r *http.Request) {
	session, err := h.Staff.Session(r.Context(), h.cookie(r, sessionCookie))
	if bowline.CodeOf(err) == bowline.CodeUnauthorized {
		e, fault := h.entrance(r.Context())
		if fault != nil {
			rest.WriteError(w, r, fault)
			return
		}
		rest.WriteJSON(w, http.StatusUnauthorized, signedOut{rest.NewEnvelope(r.Context(), err).In(r.Context()), e})
		return
	}
	if err != nil {
		rest.WriteError(w, r, err)
		return
	}
	h.show(w, r, session)
}

func (h *Handler) show(w http.ResponseWriter, r *http.Request, session auth.Session) {
	places, err := h.Staff.Workplaces(r.Context(), session.Memberships)
	if err != nil {
		rest.WriteError(w, r, err)
		return
	}
	shown := shownSession{
		User:      shownUser{session.Person.ID, session.Person.Name, session.Person.Email, session.Person.External()},
		Instances: []shownPlace{}, Locale: session.Person.Locale,
	}
	for _, p := range places {
		shown.Instances = append(shown.Instances, shownPlace{p.ID, p.Name, p.Kind, p.Role, p.Role.Actions()})
	}
	if shown.entrance, err = h.entrance(r.Context()); err != nil {
		rest.WriteError(w, r, err)
		return
	}
	rest.WriteJSON(w, http.StatusOK, shown)
}

// welcome gives somebody who came in their cookies and tells them who they are.
func (h *Handler) welcome(w http.ResponseWriter, r *http.Request, in auth.SignedIn, err error) {
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	session, err := h.Staff.Session(r.Context(), in.Token)
	if err != nil {
		rest.WriteError(w, r, err)
		return
	}
	h.let(w, in)
	h.show(w, r, session)
}

// refuse answers with an error, and with when to come back where there were too
// many tries.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var many *auth.TooManyError
	if errors.As(err, &many) {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(many.After.Seconds()))))
	}
	rest.WriteError(w, r, err)
}

// errPlain refuses a password that went over the network in clear: the browser
// would not keep our cookie either.
var errPlain = bowline.Errorf(bowline.CodeForbidden, "This page was loaded without encryption. Open it by its https address.")

// readSecret reads a body that holds a password, unless a proxy that we trust says
// that it came in clear.
func (h *Handler) readSecret(w http.ResponseWriter, r *http.Request, in any) error {
	if h.secure() && peer.Plain(r) {
		return errPlain
	}
	return rest.ReadJSON(w, r, in)
}

func (h *Handler) signIn(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Email    string `json:"email"`
		Password string `json:"password"` //nolint:gosec // what somebody types, never shown
	}
	if err := h.readSecret(w, r, &in); err != nil {
		rest.WriteError(w, r, err)
		return
	}
	session, err := h.Staff.SignIn(r.Context(), in.Email, in.Password, h.browser(r))
	h.welcome(w, r, session, err)
}

func (h *Handler) signOut(w http.ResponseWriter, r *http.Request) {
	if token := h.cookie(r, sessionCookie); token != "" {
		if err := h.Staff.SignOut(r.Context(), token); err != nil {
			rest.WriteError(w, r, err)
			return
		}
	}
	h.set(w, sessionCookie, "", 0)
	w.Header().Set("Clear-Site-Data", `"cache"`)
	w.WriteHeader(http.StatusNoContent)
}
