package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// admit lets an API call through, or answers it.
func (c *call) admit() *grant {
	value := bearer(c.r)
	if of := c.at[0].accessOf; of != nil {
		value = of(c.r)
	}
	t := c.s.ledger.tokens[value]
	if t != nil && !slices.Contains(c.at, t.g.p) {
		t = nil // of another provider
	}
	if t != nil {
		c.p = t.g.p
	} else if c.p == nil {
		c.p = c.at[0]
	}
	key := c.p.key
	switch {
	case c.apiTrouble():
	case t == nil || t.refresh || t.g.over || !t.expires.IsZero() && !c.s.now().Before(t.expires):
		c.refuseCall(fault{status: http.StatusUnauthorized, code: c.whyNot(t), text: "The access token is not valid."})
	case c.s.on(key, PlanLapsed):
		c.refuseCall(fault{status: http.StatusForbidden, code: "forbidden", text: "The plan of this business has lapsed."})
	case t.g.wrongRole && c.p.denyAtAPI:
		c.refuseCall(fault{status: http.StatusForbidden, code: "AccessDenied", text: "The user may not do this."})
	default:
		c.s.calls[key]++
		return t.g
	}
	return nil
}

// apiTrouble applies the pathologies that strike before anything is looked at.
func (c *call) apiTrouble() bool {
	switch key := c.p.key; {
	case c.s.strikesNow(key, Storm):
		c.throttle()
	case c.s.on(key, Broken):
		c.breakDown()
	case c.s.strikesNow(key, ThrottledAs403):
		c.refuseCall(fault{status: http.StatusForbidden, code: "RateLimitError", text: "API access limit has been exceeded"})
	default:
		return false
	}
	return true
}

// revokeToken ends the grant of a token that a proven client sends. A token that
// means nothing is answered like one that was revoked, as RFC 7009 section 2.2
// has it.
func (c *call) revokeToken(ended func(found bool)) {
	if f := c.prove(); f != nil {
		c.refuseToken(*f)
		return
	}
	if c.tokenTrouble() {
		return
	}
	t := c.s.ledger.tokens[c.form.Get("token")]
	found := t != nil && t.g.p == c.p && !t.g.over
	if found {
		c.s.ledger.end(func(g *grant) bool { return g == t.g })
	}
	ended(found)
}

// needs answers an API call whose grant lacks a scope.
func (c *call) needs(g *grant, scope string) bool {
	if slices.Contains(g.scopes, scope) {
		return true
	}
	c.refuseCall(fault{status: http.StatusForbidden, code: "insufficient_scope", text: "The scope " + scope + " is missing."})
	return false
}

// whyNot tells an expired token from one that was taken back.
func (c *call) whyNot(t *token) string {
	switch {
	case t == nil || t.refresh:
		return "invalid_token"
	case t.g.over:
		return "revoked"
	}
	return "expired"
}

// refuseCall sends an error of the API.
func (c *call) refuseCall(f fault) {
	if c.p.apiFault != nil {
		c.p.apiFault(c, f)
		return
	}
	code := f.code
	if code == "revoked" || code == "expired" {
		code = "invalid_token"
	}
	c.writeJSON(f.status, map[string]string{"error": code, "error_description": f.text})
}

func bearer(r *http.Request) string {
	value, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return value
}

// wantsJSON tells whether a client of an API that speaks XML unless told
// otherwise has told otherwise.
func wantsJSON(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "json") }

// pageSize is how much of a list comes at once, where lists come in pages.
const pageSize = 60

// paged is the page of a list that a parameter names by its number, the first
// without one.
func (c *call) paged(all []tenant, parameter string) (number int, part []tenant, more bool) {
	number = atLeastOne(c.query(parameter))
	from := min((number-1)*pageSize, len(all))
	to := min(from+pageSize, len(all))
	return number, all[from:to], to < len(all)
}

// pageAt is the address of another page of what was asked for.
func (c *call) pageAt(parameter string, number int) string {
	query := c.r.URL.Query()
	query.Set(parameter, strconv.Itoa(number))
	return "https://" + c.r.Host + c.r.URL.EscapedPath() + "?" + query.Encode()
}

func atLeastOne(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n > 1000 {
		return 1
	}
	return max(n, 1)
}
