package simulator

import (
	"net/url"
	"strconv"
	"time"
)

// grant is a person's consent: what was allowed, to whom, for which organisations.
type grant struct {
	p         *provider
	user      string   // subject of the person
	tenants   []tenant // chosen on the provider's screen; the first one where nothing is chosen
	scopes    []string
	params    url.Values // of the authorization request
	host      string     // where authorization was asked for
	wrongRole bool
	over      bool // taken back
	born      time.Time
	event     string      // id of this consent, where the provider has one
	refreshed []time.Time // latest refreshes
	scopeText string
}

// tenant is an organisation at a provider.
type tenant struct {
	n        int
	id, name string
}

// code is an authorization code.
type code struct {
	g         *grant
	redirect  string // "" when the request named none
	challenge string
	method    string
	nonce     string
	expires   time.Time
	used      bool
}

// token is an access or refresh token.
type token struct {
	value   string
	g       *grant
	refresh bool
	born    time.Time
	expires time.Time // zero: never
	single  bool      // works once, whatever the switches say
	spent   time.Time // a refresh token that was replaced
	sealed  bool      // and whose replacement was used
	before  *token    // the refresh token that this one replaced
	partner *token    // the access token that came with a refresh token
}

// ledger is what the providers remember.
type ledger struct {
	codes  map[string]*code
	tokens map[string]*token
	grants []*grant
	used   map[string]bool // one-time authorization links
	xero   []*connection
}

// maxLedger bounds the tokens that are remembered; then the oldest grants go.
const maxLedger = 100_000

func newLedger() ledger {
	return ledger{codes: map[string]*code{}, tokens: map[string]*token{}, used: map[string]bool{}}
}

// end takes grants back.
func (l *ledger) end(which func(*grant) bool) {
	for _, g := range l.grants {
		if !g.over && which(g) {
			g.over = true
			l.disconnect(g)
		}
	}
}

// prune forgets what is over, and the older half of what is not, once there is
// too much of it.
func (l *ledger) prune(now time.Time) {
	if len(l.tokens) < maxLedger {
		return
	}
	keep := map[*grant]bool{}
	for _, g := range l.grants[len(l.grants)/2:] {
		if !g.over {
			keep[g] = true
		}
	}
	l.grants = l.grants[len(l.grants)/2:]
	for value, t := range l.tokens {
		if !keep[t.g] || !t.expires.IsZero() && t.expires.Before(now) {
			delete(l.tokens, value)
		}
	}
	for value, c := range l.codes {
		if c.used || c.expires.Before(now) {
			delete(l.codes, value)
		}
	}
}

// firstNames are the organisations that everybody sees first.
var firstNames = []string{"Harbour Lane Bakery", "Maple & Pine Furniture"}

// listed are the organisations of the person at a provider, as the latest
// pathologies have them.
func (s *Simulator) listed(p *provider) []tenant {
	n := len(firstNames)
	switch {
	case s.on(p.key, NoTenants):
		return nil
	case s.on(p.key, ManyTenants):
		n = 150
	}
	out := make([]tenant, 0, n)
	for i := range n {
		out = append(out, s.tenant(p, i))
	}
	return out
}

func (s *Simulator) tenant(p *provider, i int) tenant {
	name := "Company " + strconv.Itoa(i+1)
	if i < len(firstNames) {
		name = firstNames[i]
	}
	return tenant{n: i, id: p.tenantID(s, i), name: name}
}

// named gives an organisation the name it has in this answer.
func (c *call) named(t tenant) string {
	if n := c.s.calls[c.p.key]; n > 1 && c.s.on(c.p.key, RenamedTenants) {
		return t.name + " (renamed " + strconv.Itoa(n-1) + ")"
	}
	return t.name
}
