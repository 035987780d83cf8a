package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// LinkSettings are the settings of the journey, and what to tell about them. A
// body may bring the warnings along; nobody reads them.
type LinkSettings struct {
	bowline.LinkSettings
	Warnings []bowline.SettingsWarning `json:"warnings"`
}

// LinkBranding is the look of the journey, and how its colour reads. A body may
// bring the contrast along; nobody reads it.
type LinkBranding struct {
	bowline.Branding
	Contrast *bowline.Contrast `json:"contrast,omitempty"`
}

type (
	linkSettingsOutput struct {
		Tagged
		Body LinkSettings
	}
	linkBrandingOutput struct {
		Tagged
		Body LinkBranding
	}

	// linkSettingsInput has the body twice: checked against the schema, and as
	// it came, because only that tells what was left out.
	linkSettingsInput struct {
		IfMatch
		Body    LinkSettings
		RawBody []byte
	}
)

func (a *API) getLinkSettings(ctx context.Context, _ *struct{}) (*linkSettingsOutput, error) {
	tag, err := a.tagged(ctx, bowline.SettingsLink)
	if err != nil {
		return nil, err
	}
	settings, err := a.Store.LinkSettings(ctx, auth.From(ctx).Instance)
	return a.showLinkSettings(ctx, settings, tag, err)
}

// setLinkSettings replaces all settings: what the body leaves out gets its
// default again.
func (a *API) setLinkSettings(ctx context.Context, in *linkSettingsInput) (*linkSettingsOutput, error) {
	settings, err := readLinkSettings(in.RawBody)
	if err != nil {
		return nil, err
	}
	tag, err := a.replaceLinkSettings(ctx, settings, in.IfMatch)
	return a.showLinkSettings(ctx, settings, tag, err)
}

// readLinkSettings reads settings whose form was checked, on top of the defaults.
func readLinkSettings(text []byte) (bowline.LinkSettings, error) {
	settings := bowline.DefaultLinkSettings()
	if err := json.Unmarshal(text, &settings); err != nil {
		return settings, fmt.Errorf("read settings that were checked: %w", err)
	}
	if settings.Locales == nil { // null, which counts as left out
		settings.Locales = bowline.DefaultLinkSettings().Locales
	}
	return settings, settings.Validate()
}

func (a *API) replaceLinkSettings(ctx context.Context, settings bowline.LinkSettings, m IfMatch) (Tagged, error) {
	tag, err := a.changeSettings(ctx, bowline.SettingsLink, m, func(tx *store.Tx, instance bowline.ID, by store.Editor) error {
		return tx.ReplaceLinkSettings(ctx, instance, settings, by)
	})
	a.OneTime.Changed(auth.From(ctx).Instance)
	return tag, err
}

// editor is the caller as the history of settings names them.
func (a *API) editor(ctx context.Context) store.Editor {
	caller := auth.From(ctx)
	return store.Editor{Actor: caller.Actor(), ByName: caller.Name, Now: a.Now().UTC()}
}

// showLinkSettings answers without null (platform-api W3), and with warnings.
func (a *API) showLinkSettings(ctx context.Context, l bowline.LinkSettings, tag Tagged, err error) (*linkSettingsOutput, error) {
	if err != nil {
		return nil, err
	}
	types := &l.SourceTypes
	for _, c := range []*bowline.ConsentSettings{&types.Accounting.Consent, &types.Banking.Consent, &types.Commerce.Consent} {
		if c.DataTypes == nil {
			c.DataTypes = []string{}
		}
	}
	around, err := a.surroundings(ctx, l.ShowSandboxIntegrations)
	if err != nil {
		return nil, err
	}
	warnings := l.Warnings(around)
	for i := range warnings {
		warnings[i].Message = rest.Said(ctx, warnings[i].Message)
	}
	return &linkSettingsOutput{tag, LinkSettings{l, warnings}}, nil
}

// surroundings gathers what warnings depend on besides the settings themselves.
func (a *API) surroundings(ctx context.Context, sandbox bool) (bowline.Surroundings, error) {
	around := bowline.Surroundings{Offered: map[bowline.SourceType]int{}, OwnList: map[bowline.SourceType]string{}}
	profile, err := a.Store.Profile(ctx, auth.From(ctx).Instance)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return around, err
	}
	around.HasLogo = profile.LogoURL != ""
	offered, err := a.offered(ctx)
	if err != nil {
		return around, err
	}
	for _, in := range offered.All() {
		of := bowline.SourceType(in.SourceType)
		if !in.Enabled || in.Sandbox && !sandbox {
			continue
		}
		around.Offered[of]++
		if in.ListsOwnData && around.OwnList[of] == "" {
			around.OwnList[of] = in.Name
		}
		if of == bowline.Banking && !in.Sandbox {
			around.Suppliers++
		}
	}
	return around, nil
}

func (a *API) getLinkBranding(ctx context.Context, _ *struct{}) (*linkBrandingOutput, error) {
	tag, err := a.tagged(ctx, bowline.SettingsBranding)
	if err != nil {
		return nil, err
	}
	branding, err := a.Store.Branding(ctx, auth.From(ctx).Instance)
	return a.showLinkBranding(branding, tag, err)
}

func (a *API) setLinkBranding(ctx context.Context, in *struct {
	IfMatch
	Body LinkBranding
}) (*linkBrandingOutput, error) {
	branding := in.Body.Branding
	if err := branding.Validate(); err != nil {
		return nil, err
	}
	tag, err := a.replaceBranding(ctx, branding, in.IfMatch)
	return a.showLinkBranding(branding, tag, err)
}

func (a *API) replaceBranding(ctx context.Context, branding bowline.Branding, m IfMatch) (Tagged, error) {
	return a.changeSettings(ctx, bowline.SettingsBranding, m, func(tx *store.Tx, instance bowline.ID, by store.Editor) error {
		if err := tx.ReplaceBranding(ctx, instance, branding, by); err != nil {
			return err
		}
		return tx.PruneBrandImages(ctx, instance)
	})
}

func (a *API) showLinkBranding(b bowline.Branding, tag Tagged, err error) (*linkBrandingOutput, error) {
	if err != nil {
		return nil, err
	}
	b.HeroURL = a.Links.Current(b.HeroURL)
	contrast := b.Contrast()
	return &linkBrandingOutput{tag, LinkBranding{b, &contrast}}, nil
}
