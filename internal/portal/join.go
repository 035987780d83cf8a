package portal

import (
	"net/http"

	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
)

// setUp makes the first administrator.
func (h *Handler) setUp(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Token    string `json:"token"`
		Name     string `json:"name"`
		Email    string `json:"email"`
		Password string `json:"password"` //nolint:gosec // what somebody types, never shown
	}
	if err := h.readSecret(w, r, &in); err != nil {
		rest.WriteError(w, r, err)
		return
	}
	who := auth.Newcomer{Name: in.Name, Email: in.Email, Password: in.Password}
	session, err := h.Staff.SetUp(r.Context(), in.Token, who, h.browser(r))
	h.welcome(w, r, session, err)
}

// invitation reads what a link invites to. It is a POST, so that the token stands
// in no address.
func (h *Handler) invitation(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Token string `json:"token"`
	}
	if err := rest.ReadJSON(w, r, &in); err != nil {
		rest.WriteError(w, r, err)
		return
	}
	invitation, err := h.Staff.Invitation(r.Context(), in.Token)
	if err != nil {
		rest.WriteError(w, r, err)
		return
	}
	rest.WriteJSON(w, http.StatusOK, invitation)
}

func (h *Handler) accept(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Token    string `json:"token"`
		Name     string `json:"name"`
		Password string `json:"password"` //nolint:gosec // what somebody types, never shown
	}
	if err := h.readSecret(w, r, &in); err != nil {
		rest.WriteError(w, r, err)
		return
	}
	session, err := h.Staff.Accept(r.Context(), in.Token, in.Name, in.Password, h.browser(r))
	h.welcome(w, r, session, err)
}

func (h *Handler) reset(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Token    string `json:"token"`
		Password string `json:"password"` //nolint:gosec // what somebody types, never shown
	}
	if err := h.readSecret(w, r, &in); err != nil {
		rest.WriteError(w, r, err)
		return
	}
	session, err := h.Staff.ResetPassword(r.Context(), in.Token, in.Password, h.browser(r))
	h.welcome(w, r, session, err)
}
