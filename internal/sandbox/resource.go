package sandbox

import (
	"net/http"
	"slices"
	"strings"
)

// bearer opens the access token of a request and checks that it allows the
// scope. When it reports false the answer is already written, with the
// challenge of RFC 6750 section 3.
func (p *Provider) bearer(w http.ResponseWriter, r *http.Request, allowed func(accessToken) bool) (accessToken, bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		// Without any credentials the challenge names no error.
		w.Header().Set("WWW-Authenticate", `Bearer realm="sandbox"`)
		p.writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "missing_token"})
		return accessToken{}, false
	}
	t, err := openFresh[accessToken](p.keys, forAccess, token, p.now())
	if err != nil || p.ledger.revoked(t.Grant.ID) || p.clients[t.Grant.ClientID] == nil {
		p.challenge(w, http.StatusUnauthorized, "invalid_token", "the access token is not valid, has expired or was revoked")
		return accessToken{}, false
	}
	if !allowed(t) {
		p.challenge(w, http.StatusForbidden, "insufficient_scope", "the access token does not allow this")
		return accessToken{}, false
	}
	return t, true
}

func (p *Provider) challenge(w http.ResponseWriter, status int, code, description string) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="sandbox", error="`+code+`", error_description="`+description+`"`)
	p.writeJSON(w, status, map[string]string{"error": code, "error_description": description})
}

// userinfo answers GET and POST /userinfo, OpenID Connect Core section 5.3.
func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	t, ok := p.bearer(w, r, func(t accessToken) bool { return t.Grant.Scopes.has("openid") })
	if !ok {
		return
	}
	who := t.Grant.Person
	p.writeJSON(w, http.StatusOK, t.Grant.Scopes.claims(p.keys.subject(who.Email), p.demo.claims(who, p.issuer)))
}

func (p *Provider) mayRead(t accessToken) bool {
	return t.Grant.Scopes.has(p.clients[t.Grant.ClientID].product.Scope)
}

// listOrganisations answers GET /api/organisations with those that the person
// chose to share.
func (p *Provider) listOrganisations(w http.ResponseWriter, r *http.Request) {
	t, ok := p.bearer(w, r, p.mayRead)
	if !ok {
		return
	}
	type item struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		Country string `json:"country"`
	}
	items := []item{}
	for _, o := range p.shared(t) {
		items = append(items, item{ID: o.ID, Name: o.CompanyName, Country: o.Address.Country})
	}
	p.writeJSON(w, http.StatusOK, map[string]any{"organisations": items})
}

// getOrganisation answers GET /api/organisations/{id}. One that exists but was
// not shared is no different from one that does not exist.
func (p *Provider) getOrganisation(w http.ResponseWriter, r *http.Request) {
	t, ok := p.bearer(w, r, p.mayRead)
	if !ok {
		return
	}
	for _, o := range p.shared(t) {
		if o.ID == r.PathValue("id") {
			p.writeJSON(w, http.StatusOK, o)
			return
		}
	}
	p.writeJSON(w, http.StatusNotFound, map[string]string{"error": "not_found"})
}

// shared are the organisations behind a token; none when the switch for
// missing ones is on.
func (p *Provider) shared(t accessToken) []*organisation {
	if t.Grant.Switches.NoTenants {
		return nil
	}
	var out []*organisation
	for _, o := range p.clients[t.Grant.ClientID].product.Organisations {
		if slices.Contains(t.Grant.Organisations, o.ID) {
			out = append(out, o)
		}
	}
	return out
}
