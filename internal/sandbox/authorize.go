package sandbox

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// startAuthorize answers GET /authorize: it checks the request and shows the
// sign-in page, or misbehaves if this browser's switches say so.
func (p *Provider) startAuthorize(w http.ResponseWriter, r *http.Request) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		p.refuse(w, r, &fault{code: "invalid_request", description: "the query cannot be read"})
		return
	}
	if request, ok := p.checked(w, r, query); ok {
		p.showSignIn(w, r, request, http.StatusOK, "")
	}
}

// continueAuthorize answers POST /authorize. With a decision or an account in
// the form it is the browser carrying on from one of our pages, and must come
// from our origin; without, it is an authorization request by POST, which any
// site may send (OpenID Connect Core section 3.1.2.1).
func (p *Provider) continueAuthorize(w http.ResponseWriter, r *http.Request) {
	form, ok := p.readForm(w, r)
	if !ok {
		return
	}
	stepping := form.Has("decision") || form.Has("account") || form.Has("email")
	if stepping {
		if err := p.origin.Check(r); err != nil {
			p.showProblem(w, r, http.StatusForbidden, "This page was sent from another site", "", "cross-origin form refused")
			return
		}
	}
	request, ok := p.checked(w, r, form)
	if !ok {
		return
	}
	if !stepping {
		p.showSignIn(w, r, request, http.StatusOK, "")
		return
	}
	if form.Get("decision") == "deny" {
		p.refuse(w, r, &fault{code: "access_denied", description: "the person declined", answer: request.answer()})
		return
	}
	who, ok := p.signedIn(w, r, form, request)
	if !ok {
		return
	}
	if form.Get("decision") == "allow" {
		p.allow(w, r, form, request, who)
		return
	}
	p.toConsent(w, r, request, who)
}

// checked parses the request and applies the switches that strike before
// anybody signs in. When it reports false the answer is already written.
func (p *Provider) checked(w http.ResponseWriter, r *http.Request, q url.Values) (authorizeRequest, bool) {
	request, f := parseAuthorize(q, p.clients)
	if f == nil {
		switch s := p.browser(r).Switches; {
		case s.Deny:
			f = &fault{code: "access_denied", description: "the switch for denial is on", answer: request.answer()}
		case s.ServerError:
			f = &fault{code: "server_error", description: "the switch for server errors is on", answer: request.answer()}
		}
	}
	if f != nil {
		p.refuse(w, r, f)
		return authorizeRequest{}, false
	}
	return request, true
}

// signedIn finds out who is acting: from the sealed outcome of the sign-in
// page, from a picked account, or from a typed address. When it reports false
// the answer is already written.
func (p *Provider) signedIn(w http.ResponseWriter, r *http.Request, form url.Values, request authorizeRequest) (signedIn, bool) {
	now := p.now()
	if form.Has("as") {
		who, err := openFresh[signedIn](p.keys, forSignedIn, form.Get("as"), now)
		if err != nil {
			p.toSignIn(w, r, request)
			return signedIn{}, false
		}
		return who, true
	}
	who := signedIn{At: now.Unix(), Expires: now.Add(signedInLife).Unix()}
	if a := p.demo.account(form.Get("account")); a != nil {
		who.Person = a.person()
		return who, true
	}
	var ok bool
	if who.Person, ok = p.demo.signIn(form.Get("email")); !ok {
		request.loginHint = form.Get("email") // to correct rather than to type again
		p.showSignIn(w, r, request, http.StatusUnprocessableEntity, "Enter an email address, such as name@example.com.")
		return signedIn{}, false
	}
	return who, true
}

// showConsent answers GET /consent, where sign-in leads.
func (p *Provider) showConsent(w http.ResponseWriter, r *http.Request) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		p.refuse(w, r, &fault{code: "invalid_request", description: "the query cannot be read"})
		return
	}
	request, ok := p.checked(w, r, query)
	if !ok {
		return
	}
	who, err := openFresh[signedIn](p.keys, forSignedIn, query.Get("as"), p.now())
	if err != nil {
		p.toSignIn(w, r, request)
		return
	}
	p.showConsentPage(w, r, consentView{request: request, who: who, as: query.Get("as")})
}

func (p *Provider) toSignIn(w http.ResponseWriter, r *http.Request, request authorizeRequest) {
	http.Redirect(w, r, p.prefix+"/authorize?"+request.values().Encode(), http.StatusSeeOther) //nolint:gosec // our own page
}

func (p *Provider) toConsent(w http.ResponseWriter, r *http.Request, request authorizeRequest, who signedIn) {
	as, err := p.keys.seal(forSignedIn, who)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	q := request.values()
	q.Set("as", as)
	noStore(w)
	http.Redirect(w, r, p.prefix+"/consent?"+q.Encode(), http.StatusSeeOther)
}

// allow makes the grant, remembers it in the browser's cookie and sends the
// code to the client.
func (p *Provider) allow(w http.ResponseWriter, r *http.Request, form url.Values, request authorizeRequest, who signedIn) {
	chosen, ok := p.choose(form, request, who.Person)
	if !ok {
		p.showConsentPage(w, r, consentView{request: request, who: who, as: form.Get("as"), noneChosen: true})
		return
	}
	b := p.browser(r)
	now := p.now()
	c := code{
		Grant: grant{
			ID: newGrantID(), ClientID: request.client.ID, Person: who.Person, Organisations: chosen,
			Scopes: request.scopes, AuthTime: who.At, Switches: b.Switches,
		},
		RedirectURI: request.redirectURI,
		Challenge:   request.challenge,
		Nonce:       request.nonce,
		Expires:     now.Add(codeLife).Unix(),
	}
	if b.Switches.ExpiredCode {
		c.Expires = now.Add(-time.Second).Unix()
	}
	sealed, err := p.keys.seal(forCode, c)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	b.remember(given{ID: c.Grant.ID, ClientID: c.Grant.ClientID, Name: p.demo.name(who.Person), At: now.Unix()})
	if err := p.setBrowser(w, b); err != nil {
		p.fail(w, r, err)
		return
	}
	p.respond(w, r, request.answer(), url.Values{"code": {sealed}})
}

// choose reads the ticked organisations, in the order of the product. It
// reports false when there is something to tick and nothing was.
func (p *Provider) choose(form url.Values, request authorizeRequest, who person) ([]string, bool) {
	if !request.asksForData() {
		return nil, true
	}
	picked := form["organisation"]
	var chosen []string
	has := request.client.product.of(who)
	for _, o := range has {
		// A program that takes both steps in one names none and means all.
		if slices.Contains(picked, o.ID) || (len(picked) == 0 && !form.Has("as")) {
			chosen = append(chosen, o.ID)
		}
	}
	return chosen, len(chosen) > 0 || len(has) == 0
}

// respond sends an authorization response to the client's redirect URI.
func (p *Provider) respond(w http.ResponseWriter, r *http.Request, to *answer, params url.Values) {
	issuer := p.issuer
	if p.browser(r).Switches.WrongIssuer {
		issuer = wrongIssuer
	}
	noStore(w)
	// 303, so that a browser never posts the form on (RFC 9700 section 4.12).
	http.Redirect(w, r, to.location(issuer, params), http.StatusSeeOther) //nolint:gosec // a registered redirect URI
}

// refuse sends a fault to the client if it has an answer, and otherwise shows
// it to the person.
func (p *Provider) refuse(w http.ResponseWriter, r *http.Request, f *fault) {
	p.log.DebugContext(r.Context(), "sandbox: authorization refused", "error", f.code, "reason", f.description)
	if f.answer == nil {
		p.showProblem(w, r, http.StatusBadRequest, "This sign-in link does not work",
			"Please go back to where you came from and start again.", f.description)
		return
	}
	p.respond(w, r, f.answer, url.Values{"error": {f.code}, "error_description": {f.description}})
}

// readForm parses a form body, never the query. When it reports false the
// answer is already written.
func (p *Provider) readForm(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	if err := r.ParseForm(); err != nil {
		status := http.StatusBadRequest
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
		p.showProblem(w, r, status, "This form could not be read", "Please go back and try again.", "unreadable form")
		return nil, false
	}
	return r.PostForm, true
}

func noStore(w http.ResponseWriter) { w.Header().Set("Cache-Control", "no-store") }
