package api

import (
	"context"
	"encoding/json"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
)

// Me is the person who asks.
type Me struct {
	ID            bowline.ID     `json:"id" doc:"Id of the person."`
	Name          string         `json:"name" doc:"Their name."`
	Email         string         `json:"email" doc:"Their e-mail address."`
	External      bool           `json:"external" doc:"Whether they sign in with the sign-in service."`
	HasPassword   bool           `json:"hasPassword" doc:"Whether they can sign in with a password."`
	SignInService string         `json:"signInService,omitempty" doc:"What the sign-in service is called here; absent when there is none."`
	KnownAs       string         `json:"knownAs,omitempty" doc:"The address that the sign-in service last told of them; absent when it told none."`
	Locale        string         `json:"locale" doc:"Language of the Portal; empty for that of the browser."`
	Preferences   map[string]any `json:"preferences" doc:"What the Portal keeps for them."`
	InstanceID    bowline.ID     `json:"instanceId" doc:"The instance that the request is about."`
	Role          bowline.Role   `json:"role" doc:"What they may do there."`
}

// SelfUpdate changes the person who asks; what it leaves out stays.
type SelfUpdate struct {
	Name        *string        `json:"name,omitempty" doc:"Name, at most 100 characters."`
	Locale      *string        `json:"locale,omitempty" doc:"en-US, fr-CA, or empty for the language of the browser."`
	Preferences map[string]any `json:"preferences,omitempty" doc:"Any JSON object of at most 8192 bytes. It takes the place of the one before."`
}

// PasswordChange chooses another password.
type PasswordChange struct {
	Current  string `json:"current" doc:"The password until now."`
	Password string `json:"password" doc:"The new one, 12 to 128 characters."`
}

type meOutput struct{ Body Me }

func (a *API) getMe(ctx context.Context, _ *struct{}) (*meOutput, error) {
	caller := auth.From(ctx)
	person, err := a.Store.Person(ctx, caller.User)
	if err != nil {
		return nil, err
	}
	return a.shownMe(ctx, person)
}

func (a *API) shownMe(ctx context.Context, p bowline.Person) (*meOutput, error) {
	caller := auth.From(ctx)
	settings, err := a.Store.SignIn(ctx)
	if err != nil {
		return nil, err
	}
	me := Me{
		ID: p.ID, Name: p.Name, Email: p.Email, External: p.External(), HasPassword: p.Password != "", KnownAs: p.KnownAs, Locale: p.Locale,
		Preferences: map[string]any{}, InstanceID: caller.Instance, Role: caller.Role,
	}
	if settings.SSO != nil {
		me.SignInService = settings.SSO.Label
	}
	if p.Preferences != "" {
		if err := json.Unmarshal([]byte(p.Preferences), &me.Preferences); err != nil {
			return nil, err
		}
	}
	return &meOutput{me}, nil
}

func (a *API) updateMe(ctx context.Context, in *struct{ Body SelfUpdate }) (*meOutput, error) {
	caller := auth.From(ctx)
	c := auth.SelfChange{Name: in.Body.Name, Locale: in.Body.Locale}
	if in.Body.Preferences != nil {
		var err error
		if c.Preferences, err = json.Marshal(in.Body.Preferences); err != nil {
			return nil, err
		}
	}
	person, err := a.Staff.ChangeSelf(ctx, caller, c)
	if err != nil {
		return nil, err
	}
	return a.shownMe(ctx, person)
}

// LinkOwnIdentity is the proof that the person at the session is who it is of.
type LinkOwnIdentity struct {
	Current string `json:"current" doc:"The password of the person who asks."`
}

func (a *API) linkOwnIdentity(ctx context.Context, in *struct{ Body LinkOwnIdentity }) (*linkOutput, error) {
	link, err := a.Staff.StartLink(ctx, auth.From(ctx), in.Body.Current)
	if err != nil {
		return nil, err
	}
	return &linkOutput{OneTimeLink{link.URL, link.Expires}}, nil
}

// UnlinkOwnIdentity is the proof that the person can come in without the sign-in service.
type UnlinkOwnIdentity struct {
	Current string `json:"current" doc:"The password of the person who asks."`
}

func (a *API) unlinkOwnIdentity(ctx context.Context, in *struct{ Body UnlinkOwnIdentity }) (*struct{}, error) {
	return nil, a.Staff.Unlink(ctx, auth.From(ctx), in.Body.Current)
}

func (a *API) changePassword(ctx context.Context, in *struct{ Body PasswordChange }) (*struct{}, error) {
	return nil, a.Staff.ChangePassword(ctx, auth.From(ctx), in.Body.Current, in.Body.Password)
}

func (a *API) listOwnSessions(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
	list, err := a.Staff.OwnSessions(ctx, auth.From(ctx))
	if err != nil {
		return nil, err
	}
	return &sessionsOutput{StaffSessions{list}}, nil
}

func (a *API) endOwnSession(ctx context.Context, in *struct {
	ID string `path:"sessionId" doc:"The session's id."`
}) (*struct{}, error) {
	id, err := idOf("session", in.ID)
	if err != nil {
		return nil, err
	}
	return nil, a.Staff.EndOwnSession(ctx, auth.From(ctx), id)
}

func (a *API) endOtherSessions(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, a.Staff.EndOtherSessions(ctx, auth.From(ctx))
}
