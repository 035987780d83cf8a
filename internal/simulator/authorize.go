package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// fault is a refusal. At the authorization endpoint a fault goes back to the
// client in the redirect, unless it is shown: then the person reads the text.
type fault struct {
	status int
	code   string // RFC 6749, or the provider's own
	text   string
	shown  bool
}

func badRequest(code, text string) *fault {
	return &fault{status: http.StatusBadRequest, code: code, text: text}
}

func shownFault(text string) *fault {
	return &fault{status: http.StatusBadRequest, code: "invalid_request", text: text, shown: true}
}

// authorize answers GET at the authorization endpoint: it checks the request
// and shows the consent page.
func (c *call) authorize() {
	if _, ok := c.checked(); ok {
		c.showConsent()
	}
}

// decide answers the form of the consent page. The request rides in the query
// and is checked again.
func (c *call) decide() {
	redirect, ok := c.checked()
	if !ok {
		return
	}
	role := c.form.Get("decision")
	switch {
	case role == "deny":
		c.sendBack(redirect, url.Values{"error": {"access_denied"}, "error_description": {"The person said no."}})
		return
	case role == "not-admin" && !c.p.denyAtAPI:
		c.sendBack(redirect, url.Values{"error": {"access_denied"}, "error_description": {"The person may not connect apps here."}})
		return
	case role != "allow" && role != "not-admin":
		c.showPage(http.StatusBadRequest, "This form was not filled in.")
		return
	}
	chosen, f := c.chosen()
	if f != nil {
		c.showPage(f.status, f.text)
		return
	}
	c.allow(redirect, chosen)
}

// checked looks at an authorization request. When it is not in order the
// answer has been given.
func (c *call) checked() (redirect string, ok bool) {
	if f := c.findClient(); f != nil {
		c.showPage(f.status, f.text)
		return "", false
	}
	redirect, f := c.redirectURI()
	if f == nil {
		f = c.requestFault()
		if f != nil && !f.shown {
			c.sendBack(redirect, url.Values{"error": {f.code}, "error_description": {f.text}})
			return "", false
		}
	}
	if f != nil {
		c.showPage(f.status, f.text)
		return "", false
	}
	return redirect, true
}

func (c *call) query(name string) string { return c.r.URL.Query().Get(name) }

// findClient settles whose provider is meant.
func (c *call) findClient() *fault {
	for _, p := range c.at {
		given := c.query("client_id")
		want := p.client.ID
		if p.clientOf != nil {
			given, want = p.clientOf(c), p.client.Values["applicationId"]
		}
		if given == want {
			c.p = p
			return nil
		}
	}
	return shownFault("No app with this client id is registered here.")
}

// redirectURI compares the redirect URI with the registered one, exactly.
func (c *call) redirectURI() (string, *fault) {
	registered := c.s.o.RedirectURI(c.p.key)
	values, given := c.r.URL.Query()["redirect_uri"]
	switch {
	case !given && c.p.redirectMay:
		return registered, nil
	case !given:
		return "", shownFault("The redirect_uri is missing.")
	case len(values) != 1 || values[0] != registered:
		return "", shownFault("The redirect_uri is not the one that is registered for this app.")
	}
	return registered, nil
}

func (c *call) requestFault() *fault {
	q := c.r.URL.Query()
	for name, values := range q {
		if len(values) > 1 {
			return badRequest("invalid_request", "The parameter "+name+" is repeated.")
		}
	}
	if q.Get("response_type") != "code" && (q.Has("response_type") || !c.p.typeMay) {
		return badRequest("unsupported_response_type", "Only response_type=code is supported.")
	}
	if f := c.scopeFault(); f != nil {
		return f
	}
	if f := c.challengeFault(); f != nil {
		return f
	}
	if c.p.check != nil {
		return c.p.check(c)
	}
	return nil
}

// asked are the scopes of the request.
func (c *call) asked() []string {
	text := c.query("scope")
	if c.p.comma {
		return strings.FieldsFunc(text, func(r rune) bool { return r == ',' })
	}
	return strings.FieldsFunc(text, func(r rune) bool { return r == ' ' })
}

func (c *call) scopeFault() *fault {
	asked := c.asked()
	if c.p.scopeOK != nil {
		for _, scope := range asked {
			if !c.p.scopeOK(c, scope) {
				return badRequest("invalid_scope", "There is no scope "+scope+".")
			}
		}
		return nil
	}
	if len(c.p.scopes) == 0 {
		if len(asked) > 0 {
			return badRequest("invalid_scope", "There are no scopes here.")
		}
		return nil
	}
	if len(asked) == 0 {
		return badRequest("invalid_scope", "The scope is missing.")
	}
	for _, scope := range asked {
		if !slices.Contains(c.p.scopes, scope) {
			return badRequest("invalid_scope", "There is no scope "+scope+".")
		}
	}
	if c.p.mustScope != "" && !slices.Contains(asked, c.p.mustScope) {
		return badRequest("invalid_scope", "The scope "+c.p.mustScope+" is always needed.")
	}
	return nil
}

func (c *call) challengeFault() *fault {
	challenge, method := c.query("code_challenge"), c.query("code_challenge_method")
	if challenge == "" {
		return nil
	}
	switch {
	case c.p.pkce == refusesPKCE:
		return badRequest("invalid_request", "A code_challenge is not supported.")
	case c.p.pkce == ignoresPKCE:
		return nil
	case method != "S256" && (method != "" && method != "plain" || c.p.pkce == checksPKCES256):
		return badRequest("invalid_request", "This code_challenge_method is not supported.")
	}
	return nil
}

// chosen are the organisations ticked on the consent page, by id or name.
func (c *call) chosen() ([]tenant, *fault) {
	listed := c.choices()
	if len(listed) == 0 {
		return nil, nil
	}
	ticked := c.form["tenant"]
	if len(ticked) == 0 {
		if c.p.chooses == several && c.s.on(c.p.key, ManyTenants) {
			return listed, nil
		}
		return listed[:1], nil
	}
	var out []tenant
	for _, want := range ticked {
		i := slices.IndexFunc(listed, func(t tenant) bool { return t.id == want || t.name == want })
		if i < 0 {
			return nil, shownFault("There is no such organisation.")
		}
		out = append(out, listed[i])
	}
	if len(out) > 1 && c.p.chooses != several {
		return nil, shownFault("Only one organisation can be shared.")
	}
	return out, nil
}

// choices are what the consent page offers: whatever is listed later may be
// empty, an account to sign in with is always there.
func (c *call) choices() []tenant {
	if c.p.choicesOf != nil {
		return c.p.choicesOf(c)
	}
	if c.p.chooses == several {
		return c.s.listed(c.p)
	}
	out := make([]tenant, 0, len(firstNames))
	for i := range firstNames {
		out = append(out, c.s.tenant(c.p, i))
	}
	return out
}

// allow makes the grant and sends the browser back with a code.
func (c *call) allow(redirect string, tenants []tenant) {
	now := c.s.now()
	c.s.ledger.prune(now)
	g := &grant{p: c.p, user: c.s.uuid("user " + c.p.key), tenants: tenants, scopes: c.asked(), params: c.r.URL.Query(),
		host: c.r.Host, wrongRole: c.form.Get("decision") == "not-admin", born: now, scopeText: c.query("scope")}
	c.s.ledger.grants = append(c.s.ledger.grants, g)
	if c.p.consented != nil {
		c.p.consented(c, g)
	}
	value := c.s.mint("code")
	ttl := c.p.codeTTL
	if ttl == 0 {
		ttl = 5 * time.Minute // unverified where the facts give none
	}
	k := &code{g: g, challenge: c.query("code_challenge"), method: c.query("code_challenge_method"), nonce: c.query("nonce"), expires: now.Add(ttl)}
	if c.query("redirect_uri") != "" {
		k.redirect = redirect
	}
	c.s.ledger.codes[value] = k
	if c.s.on(c.p.key, RevokedBeforeExchange) {
		g.over = true
		c.s.ledger.disconnect(g)
	}
	name := c.p.codeParam
	if name == "" {
		name = "code"
	}
	back := url.Values{name: {value}}
	if c.p.callback != nil {
		c.p.callback(g, back)
	}
	c.sendBack(redirect, back)
}

// sendBack redirects the browser to the client, with the state it came with.
func (c *call) sendBack(redirect string, back url.Values) {
	if state := c.query("state"); state != "" {
		back.Set("state", state)
	}
	if c.p.issuerBack != "" {
		back.Set("iss", c.p.issuerBack)
	}
	separator := "?"
	if strings.Contains(redirect, "?") {
		separator = "&"
	}
	c.w.header.Set("Location", redirect+separator+back.Encode())
	c.finish(http.StatusFound, nil)
}
