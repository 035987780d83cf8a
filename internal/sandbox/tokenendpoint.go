package sandbox

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
)

// tokens is the successful answer of the token endpoint, RFC 6749 section 5.1.
type tokens struct {
	AccessToken  string `json:"access_token"`
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"` // seconds
	RefreshToken string `json:"refresh_token,omitempty"`
	IDToken      string `json:"id_token,omitempty"`
	Scope        string `json:"scope"`
}

// issue says what to put into an answer.
type issue struct {
	grant      grant
	narrowed   scopes // of the access token
	generation int    // of the refresh token
	nonce      string
	withID     bool
}

// A verifier has 43 to 128 unreserved characters (RFC 7636 section 4.1).
var pkceVerifier = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)

// token answers POST /token.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	form, f := readBackchannel(r)
	if f != nil {
		p.answerRefusal(w, r, f)
		return
	}
	if !p.misbehave(w, r, form) {
		return
	}
	answer, err := p.exchange(r, form)
	if err != nil {
		p.answerRefusal(w, r, asRefusal(err))
		return
	}
	p.writeJSON(w, http.StatusOK, answer)
}

// misbehave applies the switches that strike a server as a whole, before it
// has looked at anything: being down and being slow. They ride in the code or
// refresh token. It reports false when the request is over.
func (p *Provider) misbehave(w http.ResponseWriter, r *http.Request, form url.Values) bool {
	var c code
	var t refreshToken
	s := switches{}
	if p.keys.open(forCode, form.Get("code"), &c) == nil {
		s = c.Grant.Switches
	} else if p.keys.open(forRefresh, form.Get("refresh_token"), &t) == nil {
		s = t.Grant.Switches
	}
	if s.TokenDown {
		w.Header().Set("Retry-After", "30")
		noStore(w)
		http.Error(w, "The token endpoint is down: the switch for it is on.", http.StatusServiceUnavailable)
		return false
	}
	if s.SlowSeconds > 0 {
		// A client that hangs up first has spent nothing: its code stays good.
		return p.sleep(r.Context(), time.Duration(s.SlowSeconds)*time.Second) == nil
	}
	return true
}

func (p *Provider) exchange(r *http.Request, form url.Values) (tokens, error) {
	client, f := p.authenticate(r, form)
	if f != nil {
		return tokens{}, f
	}
	switch form.Get("grant_type") {
	case "":
		return tokens{}, badRequest("invalid_request", "grant_type is missing")
	case "authorization_code":
		return p.redeem(client, form)
	case "refresh_token":
		return p.refresh(client, form)
	}
	return tokens{}, badRequest("unsupported_grant_type", "only authorization_code and refresh_token are supported")
}

// redeem exchanges a code. What is wrong with the request itself leaves the
// code usable; the ledger is asked last, so that a stranger without the
// verifier cannot burn it.
func (p *Provider) redeem(client *registration, form url.Values) (tokens, error) {
	now := p.now()
	switch {
	case form.Get("code") == "":
		return tokens{}, badRequest("invalid_request", "code is missing")
	case form.Get("redirect_uri") == "":
		return tokens{}, badRequest("invalid_request", "redirect_uri is missing")
	case !pkceVerifier.MatchString(form.Get("code_verifier")):
		return tokens{}, badRequest("invalid_request", "code_verifier is missing or malformed")
	}
	c, err := openFresh[code](p.keys, forCode, form.Get("code"), now)
	switch {
	case err != nil:
		return tokens{}, badRequest("invalid_grant", "the code is not valid or no longer valid")
	case c.Grant.ClientID != client.ID:
		return tokens{}, badRequest("invalid_grant", "the code was issued to another client")
	case c.RedirectURI != form.Get("redirect_uri"):
		return tokens{}, badRequest("invalid_grant", "redirect_uri differs from the one of the authorization request")
	case !verifies(form.Get("code_verifier"), c.Challenge):
		return tokens{}, badRequest("invalid_grant", "code_verifier does not match")
	}
	switch p.ledger.redeem(c.Grant.ID, now, time.Unix(c.Expires, 0)) {
	case replayed:
		return tokens{}, badRequest("invalid_grant", "the code was used before; its tokens are revoked")
	case ended:
		return tokens{}, badRequest("invalid_grant", "access was revoked")
	case accepted:
	}
	return p.issue(issue{grant: c.Grant, narrowed: c.Grant.Scopes, generation: 1, nonce: c.Nonce, withID: c.Grant.Scopes.has("openid")}, now)
}

// verifies checks a PKCE verifier, RFC 7636 section 4.6.
func verifies(verifier, challenge string) bool {
	sum := sha256.Sum256([]byte(verifier))
	given := base64.RawURLEncoding.EncodeToString(sum[:])
	return subtle.ConstantTimeCompare([]byte(given), []byte(challenge)) == 1
}

// refresh rotates a refresh token (RFC 6749 section 6, RFC 9700 section
// 4.14.2). No new id_token comes with it, as OpenID Connect Core section 12.2
// allows.
func (p *Provider) refresh(client *registration, form url.Values) (tokens, error) {
	now := p.now()
	if form.Get("refresh_token") == "" {
		return tokens{}, badRequest("invalid_request", "refresh_token is missing")
	}
	t, err := openFresh[refreshToken](p.keys, forRefresh, form.Get("refresh_token"), now)
	switch {
	case err != nil:
		return tokens{}, badRequest("invalid_grant", "the refresh token is not valid or no longer valid")
	case t.Grant.ClientID != client.ID:
		return tokens{}, badRequest("invalid_grant", "the refresh token was issued to another client")
	case t.Grant.Switches.RefuseRefresh:
		return tokens{}, badRequest("invalid_grant", "the switch for refused refreshes is on")
	}
	narrowed := t.Grant.Scopes
	if form.Get("scope") != "" {
		narrowed = narrow(form.Get("scope"))
		if !t.Grant.Scopes.covers(narrowed) {
			return tokens{}, badRequest("invalid_scope", "a refresh cannot add scopes")
		}
	}
	switch p.ledger.rotate(t.Grant.ID, t.Generation, now) {
	case replayed:
		return tokens{}, badRequest("invalid_grant", "the refresh token was used before; access is revoked")
	case ended:
		return tokens{}, badRequest("invalid_grant", "access was revoked")
	case accepted:
	}
	return p.issue(issue{grant: t.Grant, narrowed: narrowed, generation: t.Generation + 1}, now)
}

func narrow(scope string) scopes {
	var out scopes
	for _, s := range strings.Fields(scope) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func (p *Provider) issue(i issue, now time.Time) (tokens, error) {
	narrowed := i.grant
	narrowed.Scopes = i.narrowed
	access, err := p.keys.seal(forAccess, accessToken{Grant: narrowed, Expires: now.Add(accessLife).Unix()})
	if err != nil {
		return tokens{}, fmt.Errorf("issue access token: %w", err)
	}
	out := tokens{AccessToken: access, TokenType: "Bearer", ExpiresIn: int(accessLife / time.Second), Scope: i.narrowed.String()}
	if i.grant.Scopes.has("offline_access") {
		out.RefreshToken, err = p.keys.seal(forRefresh,
			refreshToken{Grant: i.grant, Generation: i.generation, Expires: now.Add(refreshLife).Unix()})
		if err != nil {
			return tokens{}, fmt.Errorf("issue refresh token: %w", err)
		}
	}
	if i.withID {
		if out.IDToken, err = p.idToken(i, access, now); err != nil {
			return tokens{}, err
		}
	}
	return out, nil
}

// idToken signs an ID token, OpenID Connect Core section 2. The claims behind
// the scopes are at the userinfo endpoint and not repeated here (section 5.4).
func (p *Provider) idToken(i issue, access string, now time.Time) (string, error) {
	half := sha256.Sum256([]byte(access)) // ES256 pairs with SHA-256, section 3.1.3.6
	claims := struct {
		jwt.Claims
		AuthTime int64  `json:"auth_time"`
		Nonce    string `json:"nonce,omitempty"`
		AtHash   string `json:"at_hash"`
	}{
		Claims: jwt.Claims{
			Issuer: p.issuer, Subject: p.keys.subject(i.grant.Person.Email), Audience: jwt.Audience{i.grant.ClientID},
			IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(idTokenLife)),
		},
		AuthTime: i.grant.AuthTime, Nonce: i.nonce,
		AtHash: base64.RawURLEncoding.EncodeToString(half[:sha256.Size/2]),
	}
	signed, err := jwt.Signed(p.keys.signer).Claims(claims).Serialize()
	if err != nil {
		return "", fmt.Errorf("sign id token: %w", err)
	}
	return signed, nil
}
