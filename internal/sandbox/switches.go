package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// wrongIssuer is what the switch for a wrong issuer sends as `iss`. The name
// is reserved and can never belong to anybody (RFC 2606).
const wrongIssuer = "https://another-provider.invalid"

// switches are the ways in which the provider misbehaves on request. The zero
// value behaves.
type switches struct {
	Deny          bool `json:"deny,omitempty"`           // authorize answers access_denied at once
	ServerError   bool `json:"server_error,omitempty"`   // authorize answers server_error at once
	WrongIssuer   bool `json:"wrong_issuer,omitempty"`   // `iss` names another server
	ExpiredCode   bool `json:"expired_code,omitempty"`   // the code is born expired
	TokenDown     bool `json:"token_down,omitempty"`     // the token endpoint answers 503
	SlowSeconds   int  `json:"slow,omitempty"`           // the token endpoint waits; 0, 3 or 40
	RefuseRefresh bool `json:"refuse_refresh,omitempty"` // every refresh is invalid_grant
	NoTenants     bool `json:"no_tenants,omitempty"`     // the list of organisations is empty
}

// slowChoices are the waits on offer, in seconds: one that people notice and
// one that outlasts any sensible client.
var slowChoices = []int{0, 3, 40}

// knob ties one yes-or-no switch to its form field and its words.
type knob struct {
	field, label, hint string
	of                 func(*switches) *bool
}

var knobs = []knob{
	{"deny", "Deny at once", "You are sent back with access_denied before any page shows.", func(s *switches) *bool { return &s.Deny }},
	{"server_error", "Server error", "You are sent back with server_error before any page shows.", func(s *switches) *bool { return &s.ServerError }},
	{"wrong_issuer", "Wrong issuer", "The answer claims to come from another server.", func(s *switches) *bool { return &s.WrongIssuer }},
	{"expired_code", "Expired code", "The code is already too old when it is handed over.", func(s *switches) *bool { return &s.ExpiredCode }},
	{"token_down", "Token endpoint down", "Exchanging a code or refreshing answers 503.", func(s *switches) *bool { return &s.TokenDown }},
	{"refuse_refresh", "Refused refresh", "The connection works until it is refreshed.", func(s *switches) *bool { return &s.RefuseRefresh }},
	{"no_tenants", "Missing organizations", "The list of organizations comes back empty.", func(s *switches) *bool { return &s.NoTenants }},
}

// browser is what the sandbox remembers for one browser, in its cookie.
type browser struct {
	Switches switches `json:"w"`
	Grants   []given  `json:"g,omitempty"` // newest first
}

// given is a grant made from this browser, as its cookie lists it.
type given struct {
	ID       string `json:"i"`
	ClientID string `json:"c"`
	Name     string `json:"n"` // of the person who signed in
	At       int64  `json:"t"` // Unix seconds
}

const (
	browserCookie = "sandbox_browser"
	browserLife   = 60 * 24 * time.Hour // as long as the refresh token of its newest grant
	// Twelve entries of the largest size stay well below the 4 kB that a
	// cookie may have.
	maxGiven     = 12
	maxGivenName = 40
)

// browser reads the cookie. One that is missing, altered or from another key
// counts as a new browser.
func (p *Provider) browser(r *http.Request) browser {
	c, err := r.Cookie(browserCookie)
	if err != nil {
		return browser{}
	}
	var b browser
	if p.keys.open(forBrowser, c.Value, &b) != nil {
		return browser{}
	}
	return b
}

func (p *Provider) setBrowser(w http.ResponseWriter, b browser) error {
	value, err := p.keys.seal(forBrowser, b)
	if err != nil {
		return err
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure follows the issuer's scheme
		Name: browserCookie, Value: value, Path: p.prefix + "/", MaxAge: int(browserLife / time.Second),
		// Lax, not Strict: the authorize page is reached from another site and
		// has to see the switches.
		HttpOnly: true, Secure: p.secure, SameSite: http.SameSiteLaxMode,
	})
	return nil
}

func (b *browser) remember(g given) {
	if name := []rune(g.Name); len(name) > maxGivenName {
		g.Name = string(name[:maxGivenName-1]) + "…"
	}
	b.Grants = append([]given{g}, b.Grants...)
	if len(b.Grants) > maxGiven {
		b.Grants = b.Grants[:maxGiven]
	}
}

// changeSwitches answers POST /switches, from the page or from a test with a
// cookie jar. The field `action` is one of
//
//	save    the switches become exactly those in the form
//	reset   all switches off
//	revoke  end the grant whose id is in `grant`, made from this browser
func (p *Provider) changeSwitches(w http.ResponseWriter, r *http.Request) {
	if err := p.origin.Check(r); err != nil {
		p.showProblem(w, r, http.StatusForbidden, "This page was sent from another site", "", "cross-origin form refused")
		return
	}
	form, ok := p.readForm(w, r)
	if !ok {
		return
	}
	b := p.browser(r)
	note := ""
	switch form.Get("action") {
	case "save":
		b.Switches, ok = readSwitches(form)
		note = "saved"
	case "reset":
		b.Switches, note = switches{}, "reset"
	case "revoke":
		ok = slices.ContainsFunc(b.Grants, func(g given) bool { return g.ID == form.Get("grant") })
		if ok {
			p.ledger.revoke(form.Get("grant"), p.now())
		}
		note = "revoked"
	default:
		ok = false
	}
	if !ok {
		p.showProblem(w, r, http.StatusBadRequest, "That did not work", "Please go back and try again.", "unknown action, switch or grant")
		return
	}
	if err := p.setBrowser(w, b); err != nil {
		p.fail(w, r, err)
		return
	}
	noStore(w)
	http.Redirect(w, r, p.prefix+"/switches?done="+note, http.StatusSeeOther)
}

// readSwitches reads the form of the page. A name it does not know is refused
// rather than dropped: a test that misspells a switch should notice.
func readSwitches(form url.Values) (switches, bool) {
	var s switches
	for field := range form {
		if field == "action" {
			continue
		}
		if field == "slow" {
			n, err := strconv.Atoi(form.Get(field))
			if err != nil || !slices.Contains(slowChoices, n) {
				return switches{}, false
			}
			s.SlowSeconds = n
			continue
		}
		i := slices.IndexFunc(knobs, func(k knob) bool { return k.field == field })
		if i < 0 || form.Get(field) != "on" {
			return switches{}, false
		}
		*knobs[i].of(&s) = true
	}
	return s, true
}

// on lists the labels of the switches that are on, for the notice on the
// other pages.
func (s switches) on() []string {
	var labels []string
	for _, k := range knobs {
		if *k.of(&s) {
			labels = append(labels, k.label)
		}
	}
	if s.SlowSeconds > 0 {
		labels = append(labels, "Slow answer ("+strconv.Itoa(s.SlowSeconds)+" s)")
	}
	return labels
}
