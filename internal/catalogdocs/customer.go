package catalogdocs

import (
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

// customer says what the owner of a business sees and does.
func (s subject) customer(p *page) {
	p.heading(2, "What the customer sees")
	p.paragraph("The consent screen says that this will be shared:")
	p.list(s.DataTypes...)
	var facts []string
	add := func(when bool, fact string) {
		if when {
			facts = append(facts, fact)
		}
	}
	add(s.ListsOwnData, "The provider lists the data itself, so the consent screen leaves the list out.")
	add(s.ConsentButton != "", "The button says “"+s.ConsentButton+"”.")
	add(s.Rows != nil, "The picker has a row for each entry of the provider's own list.")
	add(s.SignIn.Role != "", "Before the redirect, the customer is told that "+role(s.SignIn.Role)+" has to sign in.")
	add(s.SignIn.Note != "", s.SignIn.Note)
	add(s.Device.DesktopOnly, "It cannot be done on a phone; the customer is offered to go on at a computer.")
	add(s.Device.NeedsPackage, "Something has to be installed on a computer.")
	add(!s.Device.MobileOptimised && !s.Device.DesktopOnly, "The provider's pages are hard to use on a small screen; the customer is told.")
	add(s.Tenants != nil && !multiple(s.Integration), "One sign-in can reach several organizations; the customer picks one.")
	add(s.UsesCredentials() && s.Credentials.Probe.Tenants != nil, "The keys can reach several organizations; the customer picks one.")
	add(multiple(s.Integration), "One sign-in can reach several organizations; the customer may connect several at once.")
	add(s.RecommendAnother, "After the first account, one more is suggested.")
	if len(facts) > 0 {
		p.paragraph("Besides:")
		p.list(facts...)
	}
	if fields := s.fields(); len(fields) > 0 {
		when := "Before the sign-in, the customer is asked for:"
		if s.UsesCredentials() {
			when = "The customer is asked for:"
		}
		p.paragraph(when)
		p.table([]string{"what", "help", ""}, fields)
	}
	guide(p, "Guided steps beforehand", s.Before)
	guide(p, "Guided steps afterwards", s.After)
}

func multiple(in catalog.Integration) bool { return in.Tenants != nil && in.Tenants.Multiple }

func role(name string) string {
	return map[string]string{
		catalog.RoleAdministrator: "an administrator", catalog.RoleAdviser: "an adviser", catalog.RoleOwner: "the owner",
	}[name]
}

// fields are what the customer types or chooses.
func (s subject) fields() [][]string {
	asked := s.Inputs
	if s.UsesCredentials() {
		asked = s.Credentials.Fields
	}
	var rows [][]string
	for _, f := range asked {
		var kind []string
		if len(f.Options) > 0 {
			var labels []string
			for _, option := range f.Options {
				labels = append(labels, option.Label)
			}
			kind = append(kind, "one of: "+strings.Join(labels, ", "))
		}
		if f.Secret {
			kind = append(kind, "secret")
		}
		if f.Optional {
			kind = append(kind, "optional")
		}
		if f.Prefix+f.Suffix != "" {
			kind = append(kind, "as "+code(f.Prefix+"…"+f.Suffix))
		}
		help := f.Help
		if f.Docs != "" && !strings.Contains(f.Docs, "${") {
			help = strings.TrimSpace(help + " [More](" + f.Docs + ")")
		}
		rows = append(rows, []string{bowline.EscapeMarkdown(f.Label), orDash(help), strings.Join(kind, "; ")})
	}
	return rows
}

// orDash keeps a row whose second cell would be empty.
func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// guide writes the guided steps as the customer reads them.
func guide(p *page, when string, steps []catalog.GuideStep) {
	for i, step := range steps {
		if i == 0 {
			p.heading(3, when)
		}
		p.paragraph("**" + bowline.EscapeMarkdown(step.Title) + "**")
		p.quote(step.Body)
		var items []string
		for _, c := range step.Copies {
			items = append(items, "to copy: "+bowline.EscapeMarkdown(c.Label)+", "+code(c.Value))
		}
		if step.Confirm != "" {
			items = append(items, "to tick: "+bowline.EscapeMarkdown(step.Confirm))
		}
		p.list(items...)
	}
}
