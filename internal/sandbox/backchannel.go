package sandbox

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// refusal is an error answer of the token or revocation endpoint, RFC 6749
// section 5.2.
type refusal struct {
	status      int
	code        string
	description string
}

func (f *refusal) Error() string { return f.code + ": " + f.description }

func badRequest(code, description string) *refusal {
	return &refusal{status: http.StatusBadRequest, code: code, description: description}
}

// errClient is the one answer to every failed client authentication, so that
// nobody learns which ids exist.
var errClient = &refusal{status: http.StatusUnauthorized, code: "invalid_client", description: "client authentication failed"}

// readBackchannel reads the form of a server-to-server request: form-encoded,
// each parameter at most once (RFC 6749 section 3.2).
func readBackchannel(r *http.Request) (url.Values, *refusal) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, badRequest("invalid_request", "the body must be application/x-www-form-urlencoded")
	}
	if err := r.ParseForm(); err != nil {
		return nil, badRequest("invalid_request", "the body cannot be read")
	}
	for name, values := range r.PostForm {
		if len(values) > 1 {
			return nil, badRequest("invalid_request", "a parameter is given more than once")
		}
		if r.URL.Query().Has(name) {
			return nil, badRequest("invalid_request", "parameters belong in the body")
		}
	}
	return r.PostForm, nil
}

// authenticate finds the client by client_secret_basic or client_secret_post
// (RFC 6749 section 2.3.1), and refuses a request that uses both.
func (p *Provider) authenticate(r *http.Request, form url.Values) (*registration, *refusal) {
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if r.Header.Get("Authorization") != "" {
		if form.Has("client_secret") {
			return nil, badRequest("invalid_request", "use one way of client authentication")
		}
		user, password, ok := r.BasicAuth()
		if !ok {
			return nil, errClient
		}
		// Both halves are form-encoded before they are joined.
		var errUser, errPassword error
		user, errUser = url.QueryUnescape(user)
		password, errPassword = url.QueryUnescape(password)
		if errUser != nil || errPassword != nil || (form.Has("client_id") && id != user) {
			return nil, errClient
		}
		id, secret = user, password
	}
	c, ok := p.clients[id]
	if !ok || !c.secretMatches(secret) {
		return nil, errClient
	}
	return c, nil
}

// answerRefusal writes a refusal, with the challenge that RFC 6749 section 5.2
// wants beside a 401.
func (p *Provider) answerRefusal(w http.ResponseWriter, r *http.Request, f *refusal) {
	p.log.DebugContext(r.Context(), "sandbox: request refused", "path", r.URL.Path, "error", f.code, "reason", f.description)
	if f.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="sandbox"`)
	}
	p.writeJSON(w, f.status, map[string]string{"error": f.code, "error_description": f.description})
}

// revoke answers POST /revoke (RFC 7009). Revoking either token ends the whole
// grant. A token that is not one is no error: the client wants it gone and
// gone it is.
func (p *Provider) revoke(w http.ResponseWriter, r *http.Request) {
	form, f := readBackchannel(r)
	var client *registration
	if f == nil {
		client, f = p.authenticate(r, form)
	}
	if f == nil && form.Get("token") == "" {
		f = badRequest("invalid_request", "token is missing")
	}
	if f == nil {
		f = p.revokeToken(client, form.Get("token"))
	}
	if f != nil {
		p.answerRefusal(w, r, f)
		return
	}
	noStore(w)
	w.WriteHeader(http.StatusOK)
}

func (p *Provider) revokeToken(client *registration, token string) *refusal {
	// Expiry is not looked at: ending a family by its last, expired access
	// token is still what the client asks for.
	var g grant
	switch {
	case strings.HasPrefix(token, string(forAccess)):
		var t accessToken
		if p.keys.open(forAccess, token, &t) != nil {
			return nil
		}
		g = t.Grant
	case strings.HasPrefix(token, string(forRefresh)):
		var t refreshToken
		if p.keys.open(forRefresh, token, &t) != nil {
			return nil
		}
		g = t.Grant
	default:
		return nil
	}
	if g.ClientID != client.ID {
		return badRequest("unauthorized_client", "the token was issued to another client")
	}
	p.ledger.revoke(g.ID, p.now())
	return nil
}

// writeJSON answers with JSON that nobody may keep.
func (p *Provider) writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		p.log.Error("sandbox: write an answer", "error", err)
		http.Error(w, `{"error":"server_error"}`, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	noStore(w)
	w.WriteHeader(status)
	w.Write(body) //nolint:errcheck // the client has gone; there is nobody to tell
}

// asRefusal turns any error into an answer without passing its text on.
func asRefusal(err error) *refusal {
	var f *refusal
	if errors.As(err, &f) {
		return f
	}
	return &refusal{status: http.StatusInternalServerError, code: "server_error", description: "something went wrong here"}
}
