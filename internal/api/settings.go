package api

import (
	"context"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
)

// ProfileUpdate is the body of an update of the profile. It replaces the whole
// profile: what is absent is cleared (platform-api section 5).
type ProfileUpdate struct {
	Name               string   `json:"name" doc:"Name of the instance, 1 to 50 characters; customers see it."`
	RedirectURL        string   `json:"redirectUrl" doc:"Where customers go at the end of the journey. Placeholders such as {companyId} are filled in. Empty: they see a closing page."`
	LogoURL            string   `json:"logoUrl,omitempty" doc:"Logo, absolute URL."`
	IconURL            string   `json:"iconUrl,omitempty" doc:"Icon, absolute URL."`
	WhiteListURLs      []string `json:"whiteListUrls,omitempty" doc:"URLs whose origins a placeholder in the host of redirectUrl may lead to. None: no such placeholder works; a fixed host needs no entry."`
	AlertAuthHeader    string   `json:"alertAuthHeader,omitempty" doc:"Kept for old clients."`
	ConfirmCompanyName bool     `json:"confirmCompanyName,omitempty" doc:"Kept for old clients."`
	APIKey             any      `json:"apiKey,omitempty" hidden:"true"`
}

type (
	profileOutput struct {
		Tagged
		Body bowline.Profile
	}
	originsOutput struct {
		Tagged
		Body bowline.AllowedOrigins
	}
)

func (a *API) getProfile(ctx context.Context, _ *struct{}) (*profileOutput, error) {
	caller := auth.From(ctx)
	tag, err := a.tagged(ctx, bowline.SettingsProfile)
	if err != nil {
		return nil, err
	}
	profile, err := a.Store.Profile(ctx, caller.Instance)
	if caller.Staff() && !caller.Role.May(bowline.ActionConfigureLink) {
		profile.AlertAuthHeader = "" // everybody may see how the instance presents itself, and no secrets
	}
	return a.showProfile(profile, tag, err)
}

func (a *API) updateProfile(ctx context.Context, in *struct {
	IfMatch
	Body ProfileUpdate
}) (*profileOutput, error) {
	b := in.Body
	profile := bowline.Profile{
		Name: b.Name, RedirectURL: b.RedirectURL, LogoURL: b.LogoURL, IconURL: b.IconURL, WhiteListURLs: b.WhiteListURLs,
		AlertAuthHeader: b.AlertAuthHeader, ConfirmCompanyName: b.ConfirmCompanyName,
	}
	if err := profile.Validate(); err != nil {
		return nil, err
	}
	tag, err := a.replaceProfile(ctx, profile, in.IfMatch)
	return a.showProfile(profile, tag, err)
}

func (a *API) replaceProfile(ctx context.Context, profile bowline.Profile, m IfMatch) (Tagged, error) {
	return a.changeSettings(ctx, bowline.SettingsProfile, m, func(tx *store.Tx, instance bowline.ID, by store.Editor) error {
		if err := tx.ReplaceProfile(ctx, instance, profile, by); err != nil {
			return err
		}
		return tx.PruneBrandImages(ctx, instance)
	})
}

func (a *API) showProfile(p bowline.Profile, tag Tagged, err error) (*profileOutput, error) {
	if err != nil {
		return nil, err
	}
	if p.WhiteListURLs == nil {
		p.WhiteListURLs = []string{}
	}
	p.LogoURL, p.IconURL = a.Links.Current(p.LogoURL), a.Links.Current(p.IconURL)
	return &profileOutput{tag, p}, nil
}

func (a *API) getOrigins(ctx context.Context, _ *struct{}) (*originsOutput, error) {
	tag, err := a.tagged(ctx, bowline.SettingsOrigins)
	if err != nil {
		return nil, err
	}
	origins, err := a.Store.AllowedOrigins(ctx, auth.From(ctx).Instance)
	return showOrigins(origins, tag, err)
}

// maxOrigins keeps the list small enough to be searched on every request of a
// browser.
const maxOrigins = 100

func (a *API) setOrigins(ctx context.Context, in *struct {
	IfMatch
	Body bowline.AllowedOrigins
}) (*originsOutput, error) {
	origins := in.Body
	if err := origins.Validate(); err != nil {
		return nil, err
	}
	if len(origins.AllowedOrigins) > maxOrigins {
		return nil, bowline.Errorf(bowline.CodeInvalid, "allowedOrigins has at most %d entries.", maxOrigins).At("allowedOrigins")
	}
	unique := bowline.AllowedOrigins{}
	for _, origin := range origins.AllowedOrigins {
		if !slices.Contains(unique.AllowedOrigins, origin) {
			unique.AllowedOrigins = append(unique.AllowedOrigins, origin)
		}
	}
	tag, err := a.replaceOrigins(ctx, unique, in.IfMatch)
	return showOrigins(unique, tag, err)
}

func (a *API) replaceOrigins(ctx context.Context, origins bowline.AllowedOrigins, m IfMatch) (Tagged, error) {
	return a.changeSettings(ctx, bowline.SettingsOrigins, m, func(tx *store.Tx, instance bowline.ID, by store.Editor) error {
		return tx.ReplaceAllowedOrigins(ctx, instance, origins, by)
	})
}

func showOrigins(o bowline.AllowedOrigins, tag Tagged, err error) (*originsOutput, error) {
	if err != nil {
		return nil, err
	}
	if o.AllowedOrigins == nil {
		o.AllowedOrigins = []string{}
	}
	return &originsOutput{tag, o}, nil
}
