package api

import (
	"context"

	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/rest"
)

// SetupGuide tells an operator what to register where, and what to bring back.
type SetupGuide struct {
	Key         string        `json:"key" doc:"Key of the integration."`
	Name        string        `json:"name" doc:"Name of the integration."`
	Console     string        `json:"console,omitempty" doc:"Where apps are registered with the provider." format:"uri"`
	Steps       []string      `json:"steps" doc:"What to do there, in order: Markdown on one line each."`
	RedirectURI string        `json:"redirectUri,omitempty" doc:"The redirect URI to paste there; absent where nobody is redirected."`
	NoticeURL   string        `json:"noticeUrl,omitempty" doc:"Where the provider can tell that a customer has ended a permission there; absent where it does not." format:"uri"`
	Notices     string        `json:"notices,omitempty" doc:"Where to enter that address, and where to find the key of the signature: Markdown on one line."`
	Scopes      []string      `json:"scopes" doc:"The permissions to ask for there, as this instance asks for them."`
	Review      string        `json:"review,omitempty" doc:"What approval of the provider to expect; absent for none."`
	Fields      []SetupField  `json:"fields" doc:"What to bring back and set up."`
	Options     []SetupOption `json:"options,omitempty" doc:"There is a registration for each of these, under its value; absent where there is one."`
}

// SetupField is one thing to bring back.
type SetupField struct {
	Name     string `json:"name" doc:"Member of a registration (clientId, clientSecret, privateKey), or values followed by a dot and the name of a value."`
	Label    string `json:"label" doc:"What to call it."`
	Help     string `json:"help,omitempty" doc:"Where to find it."`
	Secret   bool   `json:"secret" doc:"Whether it is stored sealed and never shown again."`
	Optional bool   `json:"optional" doc:"Whether the integration works without."`
}

// SetupOption is an option that has a registration of its own.
type SetupOption struct {
	Value string `json:"value" doc:"Name of its registration."`
	Label string `json:"label" doc:"What customers see."`
}

type guideOutput struct{ Body SetupGuide }

func (a *API) getSetupGuide(ctx context.Context, in *IntegrationPath) (*guideOutput, error) {
	entry, err := a.integration(ctx, in)
	if err != nil {
		return nil, err
	}
	base, ok := a.Catalog.File(in.Key) // has the options that nothing was set up for
	if !ok {
		return nil, errNoIntegration
	}
	guide := &guideOutput{SetupGuide{
		Key: entry.Key, Name: entry.Name, Console: entry.Setup.Console, Steps: append([]string{}, entry.Setup.Steps...),
		RedirectURI: a.redirectURI(entry), Scopes: append([]string{}, entry.OAuth.Scopes...), Review: entry.Setup.Review,
		Fields: setupFields(base), Options: setupOptions(base),
	}}
	if n := entry.Notices; n != nil {
		guide.Body.NoticeURL, guide.Body.Notices = a.Links.Notice(entry.Key, auth.From(ctx).Instance), n.Register
	}
	guide.Body.in(ctx)
	return guide, nil
}

// in puts what the guide says into the language of whoever reads it. What an
// operator's own file says has no other.
func (g *SetupGuide) in(ctx context.Context) {
	for i, step := range g.Steps {
		g.Steps[i] = rest.Said(ctx, step)
	}
	for i := range g.Fields {
		field := &g.Fields[i]
		field.Label, field.Help = rest.Said(ctx, field.Label), rest.Said(ctx, field.Help)
	}
	for i := range g.Options {
		g.Options[i].Label = rest.Said(ctx, g.Options[i].Label)
	}
	g.Notices, g.Review = rest.Said(ctx, g.Notices), rest.Said(ctx, g.Review)
}

// setupFields lists what an operator brings back from the provider: the
// registration itself, then what the file asks for besides.
func setupFields(in catalog.Integration) []SetupField {
	fields := []SetupField{}
	if !in.UsesCredentials() {
		fields = append(fields, SetupField{Name: "clientId", Label: "Client ID"})
		switch in.OAuth.ClientAuthentication {
		case catalog.None:
		case catalog.PrivateKeyJWT:
			fields = append(fields, SetupField{
				Name: "privateKey", Label: "Private key", Help: "In PEM. Its public half is registered with the provider.", Secret: true,
			})
		default:
			fields = append(fields, SetupField{Name: "clientSecret", Label: "Client secret", Secret: true})
		}
	}
	for _, f := range in.Setup.Fields {
		fields = append(fields, SetupField{Name: "values." + f.Name, Label: f.Label, Help: f.Help, Secret: f.Secret, Optional: f.Optional})
	}
	return fields
}

// setupOptions lists the options that have a registration each, nil where there
// is one for all.
func setupOptions(in catalog.Integration) []SetupOption {
	var options []SetupOption
	for _, field := range in.Inputs {
		if in.Setup.ClientPer == "" || field.Name != in.Setup.ClientPer {
			continue
		}
		for _, o := range field.Options {
			options = append(options, SetupOption{o.Value, o.Label})
		}
	}
	return options
}
