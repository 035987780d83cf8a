package catalogdocs

import (
	"fmt"
	"strings"
)

// cliffs says where a connection can fall although nobody did anything.
func (s subject) cliffs(p *page) {
	p.heading(2, "Cliffs")
	var facts []string
	add := func(when bool, format string, args ...any) {
		if when {
			facts = append(facts, fmt.Sprintf(format, args...))
		}
	}
	o, r, l := s.OAuth, s.OAuth.Refresh, s.Limits
	if !s.UsesCredentials() {
		add(r.Never, "The access token does not end; nothing is refreshed.")
		add(!r.Never && r.Rotates && r.Grace == 0, "A refresh replaces the refresh token. What a second use of the former one does is up to the provider; Bowline keeps the new one before it uses anything.")
		add(!r.Never && r.Rotates && r.Grace > 0, "A refresh replaces the refresh token; the former one works for another %s.", seconds(r.Grace))
		add(!r.Never && !r.Rotates, "A refresh keeps the refresh token.")
		add(r.Window > 0, "A refresh is accepted only in the last %s of the access token; an earlier one is refused.", seconds(r.Window))
		add(r.IdleDays > 0, "A refresh token that nobody uses for %s ends, and with it the connection.", count(r.IdleDays, "day"))
		add(r.EndDays > 0, "All refresh tokens end %s after the consent, whatever was done in between.", count(r.EndDays, "day"))
		add(r.Rate.Requests > 0, "The provider allows an app %s for refreshes in %s.", count(r.Rate.Requests, "request"), seconds(r.Rate.Seconds))
		add(o.RefreshExpires != nil, "The provider says with each answer when the refresh token ends.")
	}
	add(l.CodeSeconds > 0, "The code is good for %s.", seconds(l.CodeSeconds))
	add(l.AccessTokenSeconds > 0, "An access token usually lives %s.", seconds(l.AccessTokenSeconds))
	add(l.Connections > 0, "A new app may connect %s; after that the provider wants a review or another plan.", businesses(l.Connections))
	add(l.ConsentDays > 0, "Every %s the customer has to agree again.", count(l.ConsentDays, "day"))
	if len(facts) == 0 {
		facts = []string{"None is known."}
	}
	p.list(facts...)
	if len(s.Notes) > 0 {
		p.heading(3, "Notes")
		p.list(s.Notes...)
	}
}

func businesses(n int) string {
	if n == 1 {
		return "1 business"
	}
	return fmt.Sprintf("%d businesses", n)
}

// proof says what was checked and how, and what was not.
func (s subject) proof(p *page) {
	p.heading(2, "What was checked, and how")
	how := s.how()
	rows := [][]string{}
	add := func(what, how string) { rows = append(rows, []string{what, how}) }
	if s.UsesCredentials() {
		add("the form, and the check of what was typed", how)
	} else {
		add("sign-in, and a customer who says no", how)
		add("exchange of the code", how)
		switch {
		case s.OAuth.Refresh.Never:
			add("refresh", "there is none")
		default:
			add("refresh", how)
		}
		if s.Tenants != nil {
			add("list of organizations", how)
		}
		if s.Company != nil {
			add("name of the business", how)
		}
		switch {
		case s.OAuth.Revoke == nil && s.OAuth.RevokeURL == "" && !s.OAuth.Discovery:
			add("end of the permission", "the provider is not known to have a call for it")
		default:
			add("end of the permission", how)
		}
	}
	switch {
	case s.ownSandbox():
		add("against a real provider", "there is none: the data is invented")
	default:
		add("against the real provider", "**never**: no account was used")
	}
	p.table([]string{"what", "how"}, rows)
	if s.emulated && !s.ownSandbox() {
		p.paragraph("The emulator was written from public documentation, apart from this integration's file. It shows that two readings of that documentation agree and that Bowline copes with the provider's known misbehavior. It cannot show that the provider does what its documentation says.")
	}
	if s.ownSandbox() {
		return
	}
	p.heading(3, "What nobody could verify")
	if len(s.Unverified) == 0 {
		p.paragraph("The file names no such fact.")
		return
	}
	p.paragraph("No public source was found for these facts of the file:")
	p.list(s.Unverified...)
}

// how names the evidence in a sentence's place.
func (s subject) how() string {
	switch {
	case s.ownSandbox():
		return "by tests, with Bowline's own sandbox provider"
	case s.emulated:
		return "by tests, with an emulator"
	}
	return "**not at all**: there is no emulator of this provider"
}

// checkedBy is how in a word, for the index.
func (s subject) checkedBy() string {
	switch {
	case s.ownSandbox():
		return "own sandbox"
	case s.emulated:
		return "emulator"
	}
	return "**nothing**"
}

// ownSandbox says whether the provider is the one in Bowline itself.
func (s subject) ownSandbox() bool {
	const sandbox = "${server.sandbox}"
	if s.UsesCredentials() {
		return strings.HasPrefix(s.Credentials.Probe.URL, sandbox)
	}
	return strings.HasPrefix(s.OAuth.Issuer, sandbox)
}
