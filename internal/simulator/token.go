package simulator

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// issued is a token answer in the making.
type issued struct {
	g       *grant
	fields  map[string]any
	renewed bool // it answers a refresh
	access  *token
	refresh *token // nil when none is handed out
}

// token answers the token endpoint, for codes and, when it takes them, for
// refresh tokens.
func (c *call) token(refreshesToo bool) {
	if f := c.prove(); f != nil {
		c.refuseToken(*f)
		return
	}
	if c.tokenTrouble() {
		return
	}
	kind := c.form.Get("grant_type")
	switch {
	case c.p.noGrantType || kind == "authorization_code":
		c.redeem()
	case kind == "refresh_token" && refreshesToo:
		c.renew()
	default:
		c.refuseToken(fault{status: http.StatusBadRequest, code: "unsupported_grant_type", text: "This grant_type is not supported here."})
	}
}

// refreshOnly answers an address of its own for refreshes.
func (c *call) refreshOnly() {
	if f := c.prove(); f != nil {
		c.refuseToken(*f)
	} else if !c.tokenTrouble() {
		c.renew()
	}
}

// tokenTrouble applies the pathologies that strike before anything is done.
func (c *call) tokenTrouble() bool {
	switch key := c.p.key; {
	case c.s.strikesNow(key, TokenStorm):
		c.throttle()
	case c.s.strikesNow(key, ErrorWith200):
		// The words with which Zoho answers too many token requests.
		c.writeJSON(http.StatusOK, map[string]string{"error": "Access Denied",
			"error_description": "You have made too many requests continuously. Please try again after some time.", "status": "failure"})
	case c.s.on(key, TokenBroken):
		c.breakDown()
	default:
		return false
	}
	return true
}

// prove authenticates the client, exactly in the way that the provider wants.
func (c *call) prove() *fault {
	if len(c.at) == 1 {
		c.p = c.at[0]
	}
	id, secret, basic := c.r.BasicAuth()
	if basic {
		// RFC 6749 section 2.3.1: both parts are form encoded.
		id, secret = unescape(id), unescape(secret)
	} else {
		id, secret = c.form.Get("client_id"), c.form.Get("client_secret")
	}
	for _, p := range c.at {
		if p.client.ID == id || p.secretAlone && same256(secret, p.client.Secret) {
			c.p = p
		}
	}
	if c.p == nil {
		return &fault{status: http.StatusUnauthorized, code: "invalid_client", text: "No such client."}
	}
	return c.proveAs(id, secret, basic)
}

func (c *call) proveAs(id, secret string, basic bool) *fault {
	refused := func(text string) *fault {
		return &fault{status: http.StatusUnauthorized, code: "invalid_client", text: text}
	}
	public := c.p.publicMay != nil && c.p.publicMay(c)
	switch {
	case !c.fine:
		return badRequest("invalid_request", "The body cannot be read.")
	case c.p.body == jsonBody && !c.json:
		return badRequest("invalid_request", "The body must be JSON.")
	case c.p.body == formBody && c.json:
		return badRequest("invalid_request", "The body must be a form.")
	case c.p.auth == basicOnly && !basic:
		return refused("The client must use HTTP Basic.")
	case c.p.auth == basicOnly && (c.form.Has("client_secret")):
		return refused("The client must not send its secret twice.")
	case c.p.auth == secretInBody && basic:
		return refused("The client must send its secret in the body.")
	case c.p.secretAlone && c.form.Has("client_id") && id != c.p.client.ID:
		return refused("The client id is of another app.")
	case !c.p.secretAlone && id != c.p.client.ID:
		return refused("No such client.")
	case public:
		return nil
	case !same256(secret, c.p.client.Secret):
		return refused("The client secret is wrong.")
	}
	return nil
}

func unescape(s string) string {
	out, err := url.QueryUnescape(s)
	if err != nil {
		return s
	}
	return out
}

// same256 compares secrets without telling how much of them fits.
func same256(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// redeem exchanges a code.
func (c *call) redeem() {
	k := c.s.ledger.codes[c.form.Get("code")]
	if f := c.redeemFault(k); f != nil {
		c.refuseToken(*f)
		return
	}
	k.used = true
	t := c.issue(k.g, nil, k)
	if c.s.strikesNow(c.p.key, LostExchange) {
		c.w.lost = true
		return
	}
	c.writeTokens(t)
	if c.s.on(c.p.key, RevokedBeforeTenants) {
		k.g.over = true
		c.s.ledger.disconnect(k.g)
	}
}

func (c *call) redeemFault(k *code) *fault {
	sent := c.form.Get("redirect_uri")
	switch {
	case c.form.Get("code") == "":
		return badRequest("invalid_request", "The code is missing.")
	case k == nil || k.g.p != c.p || k.g.over:
		return badRequest("invalid_grant", "The code is not valid.")
	case k.used:
		return badRequest("invalid_grant", "The code was used before.")
	case !c.s.now().Before(k.expires):
		return badRequest("invalid_grant", "The code has expired.")
	case sent == "" && !c.p.redirectMay:
		return badRequest("invalid_request", "The redirect_uri is missing.")
	case sent != "" && sent != k.redirect && sent != c.s.o.RedirectURI(c.p.key):
		return badRequest("invalid_grant", "The redirect_uri differs from the one before.")
	case !c.verifies(k):
		return badRequest("invalid_grant", "The code_verifier does not fit.")
	}
	if c.p.exchange != nil {
		return c.p.exchange(c, k.g)
	}
	return nil
}

// verifies checks a PKCE verifier (RFC 7636 section 4.6), where PKCE is known.
func (c *call) verifies(k *code) bool {
	verifier := c.form.Get("code_verifier")
	if c.p.pkce != checksPKCE && c.p.pkce != checksPKCES256 {
		return true
	}
	if k.challenge == "" {
		return verifier == ""
	}
	if k.method != "S256" {
		return verifier == k.challenge
	}
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:]) == k.challenge
}

// renew answers a refresh.
func (c *call) renew() {
	old := c.s.ledger.tokens[c.form.Get("refresh_token")]
	if f := c.renewFault(old); f != nil {
		c.refuseToken(*f)
		return
	}
	old.g.refreshed = append(old.g.refreshed, c.s.now())
	t := c.issue(old.g, old, nil)
	if c.s.strikesNow(c.p.key, LostRefresh) {
		c.w.lost = true
		return
	}
	c.writeTokens(t)
}

func (c *call) renewFault(t *token) *fault {
	now := c.s.now()
	single := c.s.on(c.p.key, SingleUseRefresh)
	switch {
	case c.p.noSecretAgain && c.form.Has("client_secret"):
		return badRequest("invalid_request", "A refresh must not carry the client secret.")
	case c.form.Get("refresh_token") == "":
		return badRequest("invalid_request", "The refresh_token is missing.")
	case t == nil || !t.refresh || t.g.p != c.p || t.g.over:
		return badRequest("invalid_grant", "The refresh token is not valid.")
	case !t.expires.IsZero() && !now.Before(t.expires):
		return badRequest("invalid_grant", "The refresh token has expired.")
	case !t.spent.IsZero() && (single || t.single) && (t.sealed || !now.Before(t.spent.Add(c.p.grace))):
		return badRequest("invalid_grant", "The refresh token was used before.")
	case c.s.on(c.p.key, PlanLapsed):
		return &fault{status: http.StatusForbidden, code: "access_denied", text: "The plan of this business has lapsed."}
	case c.s.on(c.p.key, EarlyRefreshRefused) && t.partner != nil && now.Before(t.partner.expires.Add(-30*time.Second)):
		return &fault{status: http.StatusUnauthorized, code: "access_denied", text: "Rate limit exceeded: access_token not expired"}
	}
	if c.p.exchange != nil {
		return c.p.exchange(c, t.g)
	}
	return nil
}

// issue makes the tokens that answer a code or, with old, a refresh.
func (c *call) issue(g *grant, old *token, k *code) *issued {
	now := c.s.now()
	t := &issued{g: g, renewed: old != nil, access: &token{g: g, born: now}}
	if c.p.accessTTL > 0 {
		t.access.expires = now.Add(c.p.accessTTL)
	}
	if c.p.accessValue != nil {
		t.access.value = c.p.accessValue(c, g)
	} else {
		t.access.value = c.s.mint("access")
	}
	c.s.ledger.tokens[t.access.value] = t.access
	c.rotate(t, old)
	kind := c.p.tokenType
	if kind == "" {
		kind = "Bearer"
	}
	t.fields = map[string]any{"access_token": t.access.value, "token_type": kind}
	if c.p.accessTTL > 0 {
		t.fields["expires_in"] = int(c.p.accessTTL / time.Second)
	}
	if t.refresh != nil {
		t.fields["refresh_token"] = t.refresh.value
	}
	if len(g.scopes) > 0 {
		t.fields["scope"] = g.scopeText
	}
	if c.p.issuer != "" && (c.p.alwaysID || slices.Contains(g.scopes, "openid")) && k != nil {
		t.fields["id_token"] = c.idToken(g, k.nonce)
	}
	if c.p.answer != nil {
		c.p.answer(c, t)
	}
	return t
}

// rotate settles the refresh token of an answer.
func (c *call) rotate(t *issued, old *token) {
	if c.p.handsRefresh != nil && !c.p.handsRefresh(t.g) || c.p.offline != "" && !slices.Contains(t.g.scopes, c.p.offline) {
		return
	}
	now := c.s.now()
	if old == nil {
		t.refresh = c.newRefresh(t, nil)
		return
	}
	if c.p.killsAccess && old.partner != nil {
		old.partner.expires = now
	}
	if old.before != nil {
		old.before.sealed = true // its grace ends with the first use of what replaced it
	}
	keep := c.p.rotation == same || c.p.rotation == daily && now.Sub(old.born) < 24*time.Hour
	switch {
	case c.p.rotation == untold:
		old.partner = t.access
	case c.s.on(c.p.key, NoRefreshToken):
		old.partner = t.access
	case keep && !old.single:
		old.partner, t.refresh = t.access, old
	default:
		if old.spent.IsZero() { // a second use does not start the grace again
			old.spent = now
		}
		t.refresh = c.newRefresh(t, old)
	}
}

func (c *call) newRefresh(t *issued, old *token) *token {
	r := &token{value: c.s.mint("refresh"), g: t.g, refresh: true, born: c.s.now(), before: old, partner: t.access}
	if c.p.refreshTTL > 0 {
		r.expires = r.born.Add(c.p.refreshTTL)
	}
	if old != nil && old.single {
		r.single, r.expires = true, old.expires
	}
	c.s.ledger.tokens[r.value] = r
	return r
}

// writeTokens sends a token answer, in the encoding that the pathologies ask for.
func (c *call) writeTokens(t *issued) {
	if c.s.on(c.p.key, StringNumbers) {
		for name, value := range t.fields {
			switch n := value.(type) {
			case int:
				t.fields[name] = strconv.Itoa(n)
			case int64:
				t.fields[name] = strconv.FormatInt(n, 10)
			}
		}
	}
	if !c.s.on(c.p.key, FormTokens) {
		c.writeJSON(http.StatusOK, t.fields)
		return
	}
	form := url.Values{}
	for name, value := range t.fields {
		if _, nested := value.(map[string]any); !nested {
			form.Set(name, fmt.Sprint(value))
		}
	}
	c.w.header.Set("Content-Type", "application/x-www-form-urlencoded")
	c.finish(http.StatusOK, []byte(form.Encode()))
}

// refuseToken sends an error of the token endpoint, RFC 6749 section 5.2 unless
// the provider has its own way.
func (c *call) refuseToken(f fault) {
	words := c.at[0]
	if c.p != nil {
		words = c.p
	}
	if words.tokenFault != nil {
		words.tokenFault(c, f)
		return
	}
	if f.status == http.StatusUnauthorized && words.auth == basicOnly {
		c.w.header.Set("WWW-Authenticate", `Basic realm="token"`)
	}
	c.writeJSON(f.status, map[string]string{"error": f.code, "error_description": f.text})
}
