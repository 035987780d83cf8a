package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
)

// SettingsChange is one change of settings that can be undone.
type SettingsChange struct {
	ID        bowline.ID           `json:"id" doc:"Id of the settings as they were before the change: restored, they undo it and all later changes of the kind."`
	Kind      bowline.SettingsKind `json:"kind" enum:"link,branding,profile,origins,deprecations" doc:"What was changed."`
	At        time.Time            `json:"at" doc:"When, UTC."`
	Actor     bowline.Actor        `json:"actor" doc:"Who: user: or key: and an id."`
	ActorName string               `json:"actorName,omitempty" doc:"Name of the person or of the API key; absent when the key is gone."`
	Summary   []string             `json:"summary" doc:"The members that the change was about, at most 40."`
}

// SettingsHistory lists changes, the latest first.
type SettingsHistory struct {
	Results []SettingsChange `json:"results"`
}

// RestoredSettings are settings as they are again. The member of their kind is
// there.
type RestoredSettings struct {
	Kind     bowline.SettingsKind    `json:"kind" enum:"link,branding,profile,origins,deprecations" doc:"What was restored."`
	Link     *LinkSettings           `json:"link,omitempty"`
	Branding *LinkBranding           `json:"branding,omitempty"`
	Profile  *bowline.Profile        `json:"profile,omitempty"`
	Origins  *bowline.AllowedOrigins `json:"origins,omitempty"`

	Deprecations *Deprecations `json:"deprecations,omitempty"`
}

type (
	settingsHistoryOutput  struct{ Body SettingsHistory }
	restoredSettingsOutput struct {
		Tagged
		Body RestoredSettings
	}
)

func (a *API) listSettingsHistory(ctx context.Context, in *struct {
	Kind string `query:"kind" enum:"link,branding,profile,origins,deprecations" doc:"Changes of this kind only."`
}) (*settingsHistoryOutput, error) {
	instance := auth.From(ctx).Instance
	versions, err := a.Store.SettingsVersions(ctx, instance, bowline.SettingsKind(in.Kind))
	if err != nil {
		return nil, err
	}
	names, err := a.keyNames(ctx, instance)
	if err != nil {
		return nil, err
	}
	out := &settingsHistoryOutput{SettingsHistory{Results: make([]SettingsChange, len(versions))}}
	for i, v := range versions {
		shown := SettingsChange{ID: v.ID, Kind: v.Kind, At: v.At, Actor: v.Actor, ActorName: v.ByName, Summary: v.Changed}
		if shown.ActorName == "" {
			shown.ActorName = names[v.Actor]
		}
		if shown.Summary == nil {
			shown.Summary = []string{}
		}
		out.Body.Results[i] = shown
	}
	return out, nil
}

// keyNames are the names of the API keys, by how histories name them.
func (a *API) keyNames(ctx context.Context, instance bowline.ID) (map[bowline.Actor]string, error) {
	keys, err := a.Auth.Keys(ctx, instance)
	if err != nil {
		return nil, err
	}
	names := map[bowline.Actor]string{}
	for _, key := range keys {
		names[bowline.ActorKey(key.ID)] = key.Name
	}
	return names, nil
}

// restoreSettings brings former settings back, as a change like any other: it can
// be undone, too. What would be refused today stays as it is.
func (a *API) restoreSettings(ctx context.Context, in *struct {
	IfMatch
	ID string `path:"versionId" doc:"Id of the change to undo."`
}) (*restoredSettingsOutput, error) {
	id, err := idOf("former settings", in.ID)
	if err != nil {
		return nil, err
	}
	version, err := a.Store.SettingsVersion(ctx, auth.From(ctx).Instance, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, bowline.Errorf(bowline.CodeNotFound, "There are no former settings with this id. The last %d changes of each kind are kept.", bowline.MaxSettingsVersions)
	}
	if err != nil {
		return nil, err
	}
	out := &restoredSettingsOutput{Body: RestoredSettings{Kind: version.Kind}}
	restore := map[bowline.SettingsKind]func(context.Context, bowline.SettingsVersion, IfMatch, *restoredSettingsOutput) error{
		bowline.SettingsLink: a.restoreLink, bowline.SettingsBranding: a.restoreBranding,
		bowline.SettingsProfile: a.restoreProfile, bowline.SettingsOrigins: a.restoreOrigins,
		bowline.SettingsDeprecations: a.restoreOptIns,
	}[version.Kind]
	if restore == nil {
		return nil, fmt.Errorf("restore settings: unknown kind %q", version.Kind)
	}
	return out, restore(ctx, version, in.IfMatch, out)
}

func (a *API) restoreLink(ctx context.Context, v bowline.SettingsVersion, m IfMatch, out *restoredSettingsOutput) error {
	var tag Tagged
	settings, err := readLinkSettings(v.Body)
	if err == nil {
		tag, err = a.replaceLinkSettings(ctx, settings, m)
	}
	shown, err := a.showLinkSettings(ctx, settings, tag, err)
	if err == nil {
		out.Tagged, out.Body.Link = shown.Tagged, &shown.Body
	}
	return err
}

func (a *API) restoreBranding(ctx context.Context, v bowline.SettingsVersion, m IfMatch, out *restoredSettingsOutput) error {
	var branding bowline.Branding
	var tag Tagged
	err := json.Unmarshal(v.Body, &branding)
	if err == nil {
		err = branding.Validate()
	}
	if err == nil {
		err = a.forgetGone(ctx, &branding.HeroURL)
	}
	if err == nil {
		tag, err = a.replaceBranding(ctx, branding, m)
	}
	shown, err := a.showLinkBranding(branding, tag, err)
	if err == nil {
		out.Tagged, out.Body.Branding = shown.Tagged, &shown.Body
	}
	return err
}

func (a *API) restoreProfile(ctx context.Context, v bowline.SettingsVersion, m IfMatch, out *restoredSettingsOutput) error {
	var profile bowline.Profile
	var tag Tagged
	err := json.Unmarshal(v.Body, &profile)
	profile.AlertAuthHeader = v.Secret
	if err == nil {
		err = profile.Validate()
	}
	if err == nil {
		err = a.forgetGone(ctx, &profile.LogoURL, &profile.IconURL)
	}
	if err == nil {
		tag, err = a.replaceProfile(ctx, profile, m)
	}
	shown, err := a.showProfile(profile, tag, err)
	if err == nil {
		out.Tagged, out.Body.Profile = shown.Tagged, &shown.Body
	}
	return err
}

func (a *API) restoreOrigins(ctx context.Context, v bowline.SettingsVersion, m IfMatch, out *restoredSettingsOutput) error {
	var origins bowline.AllowedOrigins
	var tag Tagged
	err := json.Unmarshal(v.Body, &origins)
	if err == nil {
		err = origins.Validate()
	}
	if err == nil {
		tag, err = a.replaceOrigins(ctx, origins, m)
	}
	shown, err := showOrigins(origins, tag, err)
	if err == nil {
		out.Tagged, out.Body.Origins = shown.Tagged, &shown.Body
	}
	return err
}

// forgetGone empties the addresses of uploaded pictures that are no longer kept:
// an empty place is better than a broken picture.
func (a *API) forgetGone(ctx context.Context, addresses ...*string) error {
	for _, address := range addresses {
		hash, ours := bowline.BrandPictureHash(*address)
		if !ours {
			continue
		}
		_, err := a.Store.BrandImage(ctx, hash)
		if errors.Is(err, store.ErrNotFound) {
			*address, err = "", nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}
