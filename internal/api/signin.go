package api

import (
	"context"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
)

// SignIn says how people sign in.
type SignIn struct {
	Password    bool                `json:"password" doc:"Whether with e-mail address and password."`
	Message     string              `json:"message" doc:"Shown on the sign-in page."`
	SSO         *SSO                `json:"sso"`
	Tested      *bowline.SignInTest `json:"tested,omitempty" doc:"What the latest test of the service as it is set has shown; absent before one."`
	CallbackURL string              `json:"callbackUrl" format:"uri" doc:"What to register with the service as the redirect URI."`
}

// SSO is a sign-in service, without its secret.
type SSO struct {
	bowline.SSO
	HasSecret bool `json:"hasSecret" doc:"Whether a client secret is kept."`
}

// SignInUpdate replaces how people sign in.
type SignInUpdate struct {
	Password bool       `json:"password" doc:"Whether with e-mail address and password. It can be switched off once a test of the sign-in service has shown that an administrator comes in without."`
	Message  string     `json:"message,omitempty" doc:"Shown on the sign-in page, at most 250 characters."`
	SSO      *SSOUpdate `json:"sso,omitempty"`
}

// SSOUpdate is a sign-in service that speaks OpenID Connect.
type SSOUpdate struct {
	Issuer       string                 `json:"issuer" doc:"Its issuer, an https URL."`
	ClientID     string                 `json:"clientId" doc:"The client ID that it gave."`
	ClientSecret string                 `json:"clientSecret,omitempty" doc:"The client secret. Left out, the one that is kept stays, as long as issuer and client ID do."`
	Label        string                 `json:"label,omitempty" doc:"What the button says, Single sign-on if left out."`
	GroupsClaim  string                 `json:"groupsClaim,omitempty" doc:"The claim that holds the groups, groups if left out."`
	Scopes       []string               `json:"scopes,omitempty" nullable:"true" doc:"Scopes to ask for beside openid, email and profile."`
	TrustEmail   bool                   `json:"trustEmail,omitempty" doc:"Whether the service vouches for every address that it tells without saying so. An address that it says is not verified is refused all the same."`
	Mapping      []bowline.GroupMapping `json:"mapping,omitempty" nullable:"true" doc:"Which group gives which role. The highest wins; who is in none of the groups has no access by them."`
}

type signInOutput struct{ Body SignIn }

func (a *API) getSignIn(ctx context.Context, _ *struct{}) (*signInOutput, error) {
	settings, err := a.Staff.SignInSettings(ctx, auth.From(ctx))
	if err != nil {
		return nil, err
	}
	return a.shownSignIn(ctx, settings), nil
}

func (a *API) shownSignIn(ctx context.Context, s bowline.SignIn) *signInOutput {
	out := SignIn{Password: s.Password, Message: s.Message, Tested: s.Tested, CallbackURL: a.Links.PublicURL + auth.SSOCallbackPath}
	if s.Tested != nil {
		test := *s.Tested
		test.Problem, out.Tested = rest.Said(ctx, test.Problem), &test
	}
	if s.SSO != nil {
		shown := *s.SSO
		shown.ClientSecret = ""
		if shown.Mapping == nil {
			shown.Mapping = []bowline.GroupMapping{}
		}
		if shown.Scopes == nil {
			shown.Scopes = []string{}
		}
		out.SSO = &SSO{shown, s.SSO.ClientSecret != ""}
	}
	return &signInOutput{out}
}

func (a *API) setSignIn(ctx context.Context, in *struct{ Body SignInUpdate }) (*signInOutput, error) {
	next := bowline.SignIn{Password: in.Body.Password, Message: in.Body.Message}
	if s := in.Body.SSO; s != nil {
		next.SSO = &bowline.SSO{
			Issuer: s.Issuer, ClientID: s.ClientID, ClientSecret: s.ClientSecret, Label: s.Label, GroupsClaim: s.GroupsClaim,
			Scopes: s.Scopes, Mapping: s.Mapping, TrustEmail: s.TrustEmail,
		}
	}
	stored, err := a.Staff.PutSignIn(ctx, auth.From(ctx), next)
	if err != nil {
		return nil, err
	}
	return a.shownSignIn(ctx, stored), nil
}

func (a *API) testSignIn(ctx context.Context, _ *struct{}) (*linkOutput, error) {
	link, err := a.Staff.StartTest(ctx, auth.From(ctx))
	if err != nil {
		return nil, err
	}
	return &linkOutput{OneTimeLink{link.URL, link.Expires}}, nil
}
