package catalogdocs

import (
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

// publicURL stands for where an operator's Bowline is reached.
const publicURL = "{public_url}"

// operator says what to register where, and what to enter in Bowline.
func (s subject) operator(p *page) {
	p.heading(2, "What you register with the provider")
	if s.ownSandbox() {
		p.paragraph("Nothing: the provider is part of Bowline, and ready.")
		return
	}
	if s.UsesCredentials() && len(s.Setup.Steps)+len(s.Setup.Fields) == 0 && s.Setup.Console == "" && s.Setup.Review == "" {
		p.paragraph("Nothing: customers bring their own keys.")
		return
	}
	if s.Setup.Console != "" {
		p.paragraph("Apps are registered at <" + s.Setup.Console + ">.")
	}
	if !s.UsesCredentials() {
		p.paragraph("The redirect URI, to be registered exactly so: " + code(bowline.NewLinks(publicURL).Callback(s.Key)) + ", where `" + publicURL + "` is the address of your Bowline.")
	}
	if len(s.Setup.Steps) > 0 {
		p.steps(s.Setup.Steps)
	}
	s.notices(p)
	if s.Setup.Review != "" {
		p.paragraph("**Review to expect.** " + s.Setup.Review)
	}
	if rows := s.enter(); len(rows) > 0 {
		p.paragraph("Then enter in Bowline:")
		p.table([]string{"what", "kind", "help"}, rows)
	}
	if input := s.clientPer(); input != "" {
		p.paragraph("The provider has a registration of its own for each “" + input + "”: enter one client for each that you offer. The others cannot be chosen.")
	}
}

// notices says where the provider's notices go.
func (s subject) notices(p *page) {
	n := s.Notices
	if n == nil {
		return
	}
	text := "**Notices.** The provider can tell by itself that a customer has ended the permission there. The address for it: " +
		code(bowline.NewLinks(publicURL).Notice(s.Key, "{instance id}")) + "; the setup guide of your instance shows it in full. " + n.Register
	if n.Signature != nil {
		text += " Notices are taken once the key of their signature is entered below."
	}
	p.paragraph(text + " A notice is a hint: Bowline asks the provider at once, and believes its answer.")
}

// enter lists what an operator types into Bowline.
func (s subject) enter() [][]string {
	var rows [][]string
	o := s.OAuth
	if !s.UsesCredentials() && o.ClientID == "" {
		rows = append(rows, []string{"Client ID", "text"})
		switch o.ClientAuthentication {
		case catalog.None:
		case catalog.PrivateKeyJWT:
			rows = append(rows, []string{"Private key", "PEM, secret", "Its public half is registered with the provider."})
		default:
			rows = append(rows, []string{"Client secret", "secret"})
		}
	}
	for _, field := range s.Setup.Fields {
		kind := []string{"text"}
		if field.Secret {
			kind = []string{"secret"}
		}
		if field.Optional {
			kind = append(kind, "optional")
		}
		rows = append(rows, []string{bowline.EscapeMarkdown(field.Label), strings.Join(kind, ", "), field.Help})
	}
	for i, row := range rows {
		rows[i] = append(row, "")[:3]
	}
	return rows
}

func (s subject) clientPer() string {
	for _, field := range s.Inputs {
		if field.Name == s.Setup.ClientPer {
			return field.Label
		}
	}
	return ""
}
