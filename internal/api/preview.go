package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store"
)

// PreviewDraft is settings that are not saved yet. What is left out is as it is
// saved.
type PreviewDraft struct {
	ID          string          `json:"id,omitempty" maxLength:"36" doc:"Id of an earlier preview of the same session, to change what it shows. One that is over gives way to a new one."`
	Link        *LinkSettings   `json:"link,omitempty"`
	Branding    *LinkBranding   `json:"branding,omitempty"`
	Profile     *PreviewProfile `json:"profile,omitempty"`
	Locale      string          `json:"locale,omitempty" maxLength:"10" doc:"Language to begin in. One that customers cannot choose gives way to the default."`
	ColorScheme string          `json:"colorScheme,omitempty" enum:"light,dark" doc:"For a branding that leaves it to the device."`
	Screen      string          `json:"screen,omitempty" maxLength:"30" doc:"Screen to begin with: landing, invite, main, picker, consent (both also with .accounting, .banking or .commerce), guide, credentials, tenants, success, notListed, manage, managed, disconnect, exit or done. One that the draft does not have gives way to where customers begin."`
}

// PreviewProfile is what customers see of a profile.
type PreviewProfile struct {
	Name    string `json:"name,omitempty" doc:"Name of the instance."`
	LogoURL string `json:"logoUrl,omitempty" doc:"Logo, absolute URL."`
	IconURL string `json:"iconUrl,omitempty" doc:"Icon, absolute URL."`
}

// PreviewPage says where a draft can be looked at.
type PreviewPage struct {
	ID      bowline.ID `json:"id" doc:"Send it with the next draft, so that the page shows that."`
	URL     string     `json:"url" doc:"A page for a frame on this origin. Until it expires, or the session that made it ends, whoever has the URL can see the draft."`
	Expires time.Time  `json:"expires" doc:"When the draft is forgotten and the URL ends, UTC. Sending the draft again gives another hour and another URL."`
}

// previewInput has the body twice, as settings have.
type previewInput struct {
	Body    PreviewDraft
	RawBody []byte
}

type previewOutput struct{ Body PreviewPage }

// createPreview keeps a draft. Its parts are checked like those that are saved,
// so that what can be looked at can be saved.
func (a *API) createPreview(ctx context.Context, in *previewInput) (*previewOutput, error) {
	caller := auth.From(ctx)
	draft := link.Draft{Locale: in.Body.Locale, ColorScheme: in.Body.ColorScheme, Screen: in.Body.Screen}
	if draft.Screen != "" && !slices.Contains(link.PreviewScreens(), draft.Screen) {
		return nil, bowline.Errorf(bowline.CodeInvalid, "screen is none that can be shown; leave it out to begin where customers do.")
	}
	err := errors.Join(a.draftLink(ctx, in, &draft), a.draftBranding(ctx, in, &draft), a.draftProfile(ctx, in, &draft))
	if err != nil {
		return nil, firstRefusal(err)
	}
	var id bowline.ID
	if in.Body.ID != "" {
		if id, err = idOf("preview", in.Body.ID); err != nil {
			return nil, err
		}
	}
	kept, err := a.Journey.KeepDraft(ctx, link.DraftKey{Instance: caller.Instance, Session: caller.Session, ID: id}, draft)
	if err != nil {
		return nil, err
	}
	return &previewOutput{PreviewPage{kept.ID, a.Links.Preview(kept.ID, kept.Token, draft.Screen == "exit"), kept.Expires}}, nil
}

// firstRefusal is the first of joined errors that is for the caller.
func firstRefusal(err error) error {
	var refusal *bowline.Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return err
}

func (a *API) draftLink(ctx context.Context, in *previewInput, draft *link.Draft) (err error) {
	if in.Body.Link == nil {
		draft.Link, err = a.Store.LinkSettings(ctx, auth.From(ctx).Instance)
		return err
	}
	var raw struct {
		Link json.RawMessage `json:"link"`
	}
	if err := json.Unmarshal(in.RawBody, &raw); err != nil {
		return fmt.Errorf("read settings that were checked: %w", err)
	}
	draft.Link, err = readLinkSettings(raw.Link)
	return err
}

func (a *API) draftBranding(ctx context.Context, in *previewInput, draft *link.Draft) (err error) {
	if in.Body.Branding == nil {
		draft.Branding, err = a.Store.Branding(ctx, auth.From(ctx).Instance)
		return err
	}
	draft.Branding = in.Body.Branding.Branding
	return draft.Branding.Validate()
}

func (a *API) draftProfile(ctx context.Context, in *previewInput, draft *link.Draft) error {
	if in.Body.Profile != nil {
		draft.Profile = link.DraftProfile(*in.Body.Profile)
		profile := bowline.Profile{Name: draft.Profile.Name, LogoURL: draft.Profile.LogoURL, IconURL: draft.Profile.IconURL}
		return profile.Validate()
	}
	saved, err := a.Store.Profile(ctx, auth.From(ctx).Instance)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	draft.Profile = link.DraftProfile{Name: saved.Name, LogoURL: saved.LogoURL, IconURL: saved.IconURL}
	return nil
}
