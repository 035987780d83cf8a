package sandbox

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

var (
	//go:embed pages/*.html
	pageFiles embed.FS
	//go:embed pages/style.css
	stylesheet []byte
	//go:embed pages/mark.svg
	mark []byte
)

// pageSet is parsed on first use: most starts of the process never show a page.
var pageSet = sync.OnceValues(func() (*template.Template, error) {
	return template.New("").ParseFS(pageFiles, "pages/*.html")
})

// stylesheetVersion is part of the style sheet's address, which browsers may
// therefore keep for good.
var stylesheetVersion = sync.OnceValue(func() string {
	sum := sha256.Sum256(stylesheet)
	return hex.EncodeToString(sum[:6])
})

// page is what every template gets. View is the page's own part.
type page struct {
	Title   string
	Product *product // nil where no client is involved
	Prefix  string
	Version string   // of the style sheet
	On      []string // switches of this browser that are on
	View    any
}

type hidden struct{ Name, Value string }

type signInView struct {
	Action   string
	Request  []hidden
	Client   string
	Accounts []signInChoice
	Hint     string
	Fault    string
}

type signInChoice struct{ Key, Name, Email, Role, Portrait string }

// consentView is the input of the consent page; consentModel what it draws.
type consentView struct {
	request    authorizeRequest
	who        signedIn
	as         string
	noneChosen bool
}

type consentModel struct {
	Action        string
	Request       []hidden
	Client        string
	Name, Email   string
	Reads         string
	Asks          []string
	AsksForData   bool
	Many          string
	Organisations []*organisation
	NoneChosen    bool
	Another       string
}

func (p *Provider) showSignIn(w http.ResponseWriter, r *http.Request, request authorizeRequest, status int, faultText string) {
	v := signInView{Action: p.prefix + "/authorize", Request: hiddenFields(request), Client: request.client.Name,
		Hint: request.loginHint, Fault: faultText}
	for _, a := range p.demo.People {
		v.Accounts = append(v.Accounts, signInChoice{Key: a.Key, Name: a.name(), Email: a.email(), Role: a.Role,
			Portrait: p.prefix + "/assets/people/" + a.Key + ".svg"})
	}
	p.render(w, r, rendering{name: "signin.html", status: status, leaves: true,
		page: page{Title: "Sign in", Product: request.client.product, View: v}})
}

func (p *Provider) showConsentPage(w http.ResponseWriter, r *http.Request, v consentView) {
	status := http.StatusOK
	if v.noneChosen {
		status = http.StatusUnprocessableEntity
	}
	product := v.request.client.product
	m := consentModel{
		Action: p.prefix + "/authorize", Request: append(hiddenFields(v.request), hidden{"as", v.as}),
		Client: v.request.client.Name, Name: p.demo.name(v.who.Person), Email: v.who.Person.Email,
		Reads: product.Reads, Asks: asks(v.request.scopes), AsksForData: v.request.asksForData(), Many: product.Many,
		Organisations: product.of(v.who.Person), NoneChosen: v.noneChosen,
		Another: p.prefix + "/authorize?" + v.request.values().Encode(),
	}
	p.render(w, r, rendering{name: "consent.html", status: status, leaves: true,
		page: page{Title: "Allow access", Product: product, View: m}})
}

// asks puts the scopes that are not about organisations into plain words.
func asks(s scopes) []string {
	var out []string
	for _, line := range []struct{ scope, words string }{
		{"profile", "Your name and profile"},
		{"email", "Your email address"},
		{"phone", "Your phone number"},
		{"address", "Your address"},
	} {
		if s.has(line.scope) {
			out = append(out, line.words)
		}
	}
	if len(out) == 0 && s.has("openid") {
		out = append(out, "That it is you who signed in")
	}
	if s.has("offline_access") {
		out = append(out, "To stay connected until you take access back")
	}
	return out
}

type switchesView struct {
	Action string
	Note   string
	Knobs  []knobView
	Slow   []slowView
	Grants []grantView
}

type knobView struct {
	Field, Label, Hint string
	On                 bool
}

type slowView struct {
	Seconds int
	On      bool
}

type grantView struct {
	ID, Name, Product, Client, At string
	Revoked                       bool
}

var notes = map[string]string{
	"saved":   "Saved. The switches hold for every connection you make from now on in this browser.",
	"reset":   "All switches are off.",
	"revoked": "Access revoked. The program that was connected can no longer use it.",
}

// showSwitches answers GET /switches.
func (p *Provider) showSwitches(w http.ResponseWriter, r *http.Request) {
	b := p.browser(r)
	v := switchesView{Action: p.prefix + "/switches", Note: notes[r.URL.Query().Get("done")]}
	for _, k := range knobs {
		v.Knobs = append(v.Knobs, knobView{Field: k.field, Label: k.label, Hint: k.hint, On: *k.of(&b.Switches)})
	}
	for _, n := range slowChoices {
		v.Slow = append(v.Slow, slowView{Seconds: n, On: n == b.Switches.SlowSeconds})
	}
	for _, g := range b.Grants {
		c := p.clients[g.ClientID]
		if c == nil {
			continue
		}
		v.Grants = append(v.Grants, grantView{ID: g.ID, Name: g.Name, Product: c.product.Name, Client: c.Name,
			At: time.Unix(g.At, 0).UTC().Format("2 Jan 2006, 15:04 UTC"), Revoked: p.ledger.revoked(g.ID)})
	}
	p.render(w, r, rendering{name: "switches.html", status: http.StatusOK, page: page{Title: "Switches", View: v}})
}

type problemView struct{ Heading, Advice, Detail string }

// showProblem is the page for what cannot be sent to any client. The detail is
// for developers and says nothing that the request did not.
func (p *Provider) showProblem(w http.ResponseWriter, r *http.Request, status int, heading, advice string, detail string) {
	p.render(w, r, rendering{name: "problem.html", status: status,
		page: page{Title: heading, View: problemView{heading, advice, detail}}})
}

func (p *Provider) fail(w http.ResponseWriter, r *http.Request, err error) {
	p.log.ErrorContext(r.Context(), "sandbox: page failed", "error", err)
	p.showProblem(w, r, http.StatusInternalServerError, "Something went wrong here", "Please go back and try again.", "internal error")
}

type rendering struct {
	name   string
	status int
	// leaves says that a form of the page ends at another origin. Chromium
	// holds redirects after a form against form-action too, along the whole
	// chain, and where the client sends people next is not ours to know; such
	// pages go without the directive.
	leaves bool
	page   page
}

func (p *Provider) render(w http.ResponseWriter, r *http.Request, what rendering) {
	what.page.Prefix, what.page.Version, what.page.On = p.prefix, stylesheetVersion(), p.browser(r).Switches.on()
	set, err := pageSet()
	var body bytes.Buffer
	if err == nil {
		err = set.ExecuteTemplate(&body, what.name, what.page)
	}
	if err != nil {
		p.log.ErrorContext(r.Context(), "sandbox: draw a page", "page", what.name, "error", err)
		http.Error(w, "Something went wrong here.", http.StatusInternalServerError)
		return
	}
	policy := "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
	if !what.leaves {
		policy += "; form-action 'self'"
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Frame-Options", "DENY")
	// Not no-referrer: with that a browser also hides the Origin of our own
	// forms, and over plain HTTP nothing else tells them from foreign ones.
	h.Set("Referrer-Policy", "same-origin")
	noStore(w)
	w.WriteHeader(what.status)
	w.Write(body.Bytes()) //nolint:errcheck // the client has gone; there is nobody to tell
}

func hiddenFields(request authorizeRequest) []hidden {
	values := request.values()
	out := make([]hidden, 0, len(values)+1)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		out = append(out, hidden{name, values.Get(name)})
	}
	return out
}

// servePortrait answers GET /assets/people/{key}.svg, the `picture` claim of a
// demo account: initials on a tile.
func (p *Provider) servePortrait(w http.ResponseWriter, r *http.Request) {
	a := p.demo.account(strings.TrimSuffix(r.PathValue("key"), ".svg"))
	if a == nil {
		http.NotFound(w, r)
		return
	}
	var initials []byte
	for _, claim := range []string{"given_name", "family_name"} {
		s, _ := a.Claims[claim].(string)
		_, size := utf8.DecodeRuneInString(s)
		initials = append(initials, s[:size]...)
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="24" fill="#3f4a5a"/>` + //nolint:errcheck // as above
		`<text x="24" y="30" text-anchor="middle" font-family="system-ui,sans-serif" font-size="17" font-weight="600" fill="#fff">` +
		template.HTMLEscapeString(string(initials)) + `</text></svg>`))
}
