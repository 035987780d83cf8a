package sandbox

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// authorizeRequest is a checked authorization request (RFC 6749 section
// 4.1.1, OpenID Connect Core section 3.1.2.1). Holding one is the proof that
// the client is known and the redirect URI is one of its own.
type authorizeRequest struct {
	client      *registration
	redirectURI string
	state       string
	nonce       string
	challenge   string
	loginHint   string
	scopes      scopes
}

// fault is a refusal of an authorization request. Only one that has an answer
// may be sent to the client; the others would make an open redirector and are
// shown to the person instead (RFC 6749 section 4.1.2.1).
type fault struct {
	code        string // an error code of RFC 6749 or OpenID Connect Core
	description string // plain ASCII, for developers
	answer      *answer
}

// answer is where and how an authorization response goes.
type answer struct {
	redirectURI string
	state       string
}

const (
	// maxParameter caps state, nonce and login_hint, in bytes: they come back
	// in URLs, and a URL much longer than this gets lost in proxies.
	maxParameter = 2048
	maxHint      = 254
)

// An S256 challenge is the unpadded base64url text of 32 bytes (RFC 7636
// section 4.2).
var s256Challenge = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// parseAuthorize checks an authorization request. The order matters: nothing
// is redirected before client and redirect URI are known to belong together.
func parseAuthorize(q url.Values, clients map[string]*registration) (authorizeRequest, *fault) {
	var a authorizeRequest
	page := func(description string) (authorizeRequest, *fault) {
		return authorizeRequest{}, &fault{code: "invalid_request", description: description}
	}
	if len(q["client_id"]) != 1 {
		return page("client_id must be given once")
	}
	if a.client = clients[q.Get("client_id")]; a.client == nil {
		return page("client_id is not registered here")
	}
	if len(q["redirect_uri"]) != 1 {
		return page("redirect_uri must be given once")
	}
	// Byte for byte, RFC 9700 section 4.1.3.
	if a.redirectURI = q.Get("redirect_uri"); !slices.Contains(a.client.RedirectURIs, a.redirectURI) {
		return page("redirect_uri is not one that this client registered")
	}

	to := &answer{redirectURI: a.redirectURI}
	if states := q["state"]; len(states) == 1 && len(states[0]) <= maxParameter {
		to.state = states[0]
	}
	if code, description := a.parseRest(q); code != "" {
		return authorizeRequest{}, &fault{code: code, description: description, answer: to}
	}
	return a, nil
}

// parseRest checks what may be refused by redirect. It returns an empty code
// when all is well.
func (a *authorizeRequest) parseRest(q url.Values) (code, description string) {
	// RFC 6749 section 3.1: no request parameter more than once.
	for _, name := range []string{"response_type", "response_mode", "scope", "state", "nonce", "code_challenge",
		"code_challenge_method", "prompt", "max_age", "login_hint", "request", "request_uri"} {
		if len(q[name]) > 1 {
			return "invalid_request", name + " is given more than once"
		}
	}
	a.state, a.nonce, a.loginHint = q.Get("state"), q.Get("nonce"), q.Get("login_hint")
	switch {
	case len(a.state) > maxParameter || len(a.nonce) > maxParameter:
		return "invalid_request", "state or nonce is too long"
	case q.Has("request"):
		return "request_not_supported", "request objects are not supported"
	case q.Has("request_uri"):
		return "request_uri_not_supported", "request objects are not supported"
	case q.Get("response_type") == "":
		return "invalid_request", "response_type is missing"
	case q.Get("response_type") != "code":
		return "unsupported_response_type", "only response_type=code is supported"
	case q.Has("response_mode") && q.Get("response_mode") != "query":
		return "invalid_request", "only response_mode=query is supported"
	}
	if len(a.loginHint) > maxHint {
		a.loginHint = "" // a hint may always be ignored
	}
	if code, description = a.parseChallenge(q); code != "" {
		return code, description
	}
	if code, description = parsePrompt(q.Get("prompt")); code != "" {
		return code, description
	}
	return a.parseScope(q.Get("scope"))
}

// parseChallenge insists on PKCE with S256 (RFC 7636, RFC 9700 section 2.1.1).
// A missing method would mean plain, which is refused like any other.
func (a *authorizeRequest) parseChallenge(q url.Values) (code, description string) {
	a.challenge = q.Get("code_challenge")
	switch {
	case a.challenge == "":
		return "invalid_request", "code_challenge is required"
	case q.Get("code_challenge_method") != "S256":
		return "invalid_request", "code_challenge_method must be S256"
	case !s256Challenge.MatchString(a.challenge):
		return "invalid_request", "code_challenge is not an S256 challenge"
	}
	return "", ""
}

// parsePrompt knows that everybody signs in afresh each time: there is no
// session here, so prompt=none can never succeed.
func parsePrompt(prompt string) (code, description string) {
	words := strings.Fields(prompt)
	if slices.Contains(words, "none") {
		if len(words) > 1 {
			return "invalid_request", "prompt=none stands alone"
		}
		return "login_required", "there is no session to continue without asking"
	}
	return "", ""
}

// parseScope keeps the scopes it understands and ignores others, as OpenID
// Connect Core section 3.1.2.1 advises. A resource scope of another kind of
// product is understood and refused.
func (a *authorizeRequest) parseScope(scope string) (code, description string) {
	for _, s := range strings.Fields(scope) {
		known := slices.Contains(allScopes, s)
		if known && strings.HasSuffix(s, ".read") && s != a.client.product.Scope {
			return "invalid_scope", "this client may not ask for " + s
		}
		if known && !a.scopes.has(s) {
			a.scopes = append(a.scopes, s)
		}
	}
	if len(a.scopes) == 0 {
		return "invalid_scope", "no scope that is known here was asked for"
	}
	return "", ""
}

// asksForData reports whether organisations have to be chosen.
func (a *authorizeRequest) asksForData() bool { return a.scopes.has(a.client.product.Scope) }

func (a *authorizeRequest) answer() *answer {
	return &answer{redirectURI: a.redirectURI, state: a.state}
}

// values gives the request back as parameters, to travel through the pages.
func (a *authorizeRequest) values() url.Values {
	q := url.Values{
		"client_id":             {a.client.ID},
		"redirect_uri":          {a.redirectURI},
		"response_type":         {"code"},
		"scope":                 {a.scopes.String()},
		"code_challenge":        {a.challenge},
		"code_challenge_method": {"S256"},
	}
	for name, v := range map[string]string{"state": a.state, "nonce": a.nonce, "login_hint": a.loginHint} {
		if v != "" {
			q.Set(name, v)
		}
	}
	return q
}

// location builds the address of an authorization response. It keeps a query
// that the redirect URI already has (RFC 6749 section 4.1.2).
func (to *answer) location(issuer string, params url.Values) string {
	if to.state != "" {
		params.Set("state", to.state)
	}
	params.Set("iss", issuer) // RFC 9207 section 2
	separator := "?"
	switch {
	case strings.HasSuffix(to.redirectURI, "?"):
		separator = ""
	case strings.Contains(to.redirectURI, "?"):
		separator = "&"
	}
	return to.redirectURI + separator + params.Encode()
}
