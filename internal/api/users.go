package api

import (
	"context"
	"errors"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
)

// Users are the people of an instance, all of them.
type Users struct {
	Results []bowline.User `json:"results"`
}

// Owners are the people who can be owners of companies.
type Owners struct {
	Results []Owner `json:"results"`
}

// Owner is somebody by name.
type Owner struct {
	ID   bowline.ID `json:"id"`
	Name string     `json:"name"`
}

// UserCreate invites somebody.
type UserCreate struct {
	Name  string       `json:"name" doc:"Name, at most 100 characters."`
	Email string       `json:"email" doc:"E-mail address; nobody is written to."`
	Role  bowline.Role `json:"role" doc:"What they may do in this instance."`
}

// UserUpdate changes somebody; what it leaves out stays.
type UserUpdate struct {
	Name     *string       `json:"name,omitempty" doc:"Name, at most 100 characters."`
	Role     *bowline.Role `json:"role,omitempty" doc:"What they may do in this instance."`
	Disabled *bool         `json:"disabled,omitempty" doc:"Whether they are kept out of this instance. Their history stays."`
}

// InvitedUser is somebody who was invited, with their link.
type InvitedUser struct {
	bowline.User
	InvitationURL string     `json:"invitationUrl,omitempty" doc:"Link by which they choose a password, once; absent for somebody who can sign in already."`
	Expires       *time.Time `json:"expires,omitempty" doc:"When the link ends, UTC."`
}

// OneTimeLink is a link to hand on.
type OneTimeLink struct {
	URL     string    `json:"url" format:"uri" doc:"The link; it works once."`
	Expires time.Time `json:"expires" doc:"When it ends, UTC."`
}

// StaffSessions are where somebody is signed in.
type StaffSessions struct {
	Results []bowline.StaffSession `json:"results"`
}

// StaffHistory is a part of the history of people, keys, instances and sign-in.
type StaffHistory struct {
	Results []bowline.StaffChange `json:"results"`
	Next    string                `json:"next,omitempty" doc:"The cursor with which the list goes on; absent at its end."`
}

// UserPath are the parameters of everything below one person.
type UserPath struct {
	UserID string `path:"userId" doc:"The person's id."`
}

type (
	usersOutput    struct{ Body Users }
	userOutput     struct{ Body bowline.User }
	ownersOutput   struct{ Body Owners }
	invitedOutput  struct{ Body InvitedUser }
	linkOutput     struct{ Body OneTimeLink }
	sessionsOutput struct{ Body StaffSessions }
	historyOutput  struct{ Body StaffHistory }
)

func (a *API) listUsers(ctx context.Context, _ *struct{}) (*usersOutput, error) {
	members, err := a.Store.Members(ctx, auth.From(ctx).Instance)
	if err != nil {
		return nil, err
	}
	list := []bowline.User{}
	for _, m := range members {
		list = append(list, m.User())
	}
	return &usersOutput{Users{list}}, nil
}

// listOwners tells everybody who may be chosen as an owner: names alone, because
// users are for administrators.
func (a *API) listOwners(ctx context.Context, _ *struct{}) (*ownersOutput, error) {
	members, err := a.Store.Members(ctx, auth.From(ctx).Instance)
	if err != nil {
		return nil, err
	}
	list := []Owner{}
	for _, m := range members {
		if m.User().Status != bowline.UserDisabled {
			list = append(list, Owner{m.ID, m.Name})
		}
	}
	return &ownersOutput{Owners{list}}, nil
}

func (a *API) createUser(ctx context.Context, in *struct{ Body UserCreate }) (*invitedOutput, error) {
	user, link, err := a.Staff.Invite(ctx, auth.From(ctx), in.Body.Name, in.Body.Email, in.Body.Role)
	if err != nil {
		return nil, err
	}
	out := InvitedUser{User: user}
	if link != nil {
		out.InvitationURL, out.Expires = link.URL, &link.Expires
	}
	return &invitedOutput{out}, nil
}

func (a *API) getUser(ctx context.Context, in *UserPath) (*userOutput, error) {
	id, err := idOf("user", in.UserID)
	if err != nil {
		return nil, err
	}
	member, err := a.Store.Member(ctx, auth.From(ctx).Instance, id)
	if err != nil {
		return nil, orNotFound(err, "user", id)
	}
	return &userOutput{member.User()}, nil
}

func (a *API) updateUser(ctx context.Context, in *struct {
	UserPath
	Body UserUpdate
}) (*userOutput, error) {
	id, err := idOf("user", in.UserID)
	if err != nil {
		return nil, err
	}
	user, err := a.Staff.ChangeUser(ctx, auth.From(ctx), id, auth.UserChange{Name: in.Body.Name, Role: in.Body.Role, Disabled: in.Body.Disabled})
	if err != nil {
		return nil, err
	}
	return &userOutput{user}, nil
}

func (a *API) deleteUser(ctx context.Context, in *UserPath) (*struct{}, error) {
	id, err := idOf("user", in.UserID)
	if err != nil {
		return nil, err
	}
	return nil, a.Staff.RemoveUser(ctx, auth.From(ctx), id)
}

func (a *API) renewInvitation(ctx context.Context, in *UserPath) (*linkOutput, error) {
	return a.oneTimeLink(ctx, in, a.Staff.RenewInvitation)
}

func (a *API) resetLink(ctx context.Context, in *UserPath) (*linkOutput, error) {
	return a.oneTimeLink(ctx, in, a.Staff.ResetLink)
}

func (a *API) oneTimeLink(ctx context.Context, in *UserPath, make func(context.Context, auth.Caller, bowline.ID) (auth.OneTimeLink, error)) (*linkOutput, error) {
	id, err := idOf("user", in.UserID)
	if err != nil {
		return nil, err
	}
	link, err := make(ctx, auth.From(ctx), id)
	if err != nil {
		return nil, err
	}
	return &linkOutput{OneTimeLink{link.URL, link.Expires}}, nil
}

func (a *API) listUserSessions(ctx context.Context, in *UserPath) (*sessionsOutput, error) {
	id, err := idOf("user", in.UserID)
	if err != nil {
		return nil, err
	}
	list, err := a.Staff.UserSessions(ctx, auth.From(ctx), id)
	if err != nil {
		return nil, err
	}
	return &sessionsOutput{StaffSessions{list}}, nil
}

func (a *API) endUserSessions(ctx context.Context, in *UserPath) (*struct{}, error) {
	id, err := idOf("user", in.UserID)
	if err != nil {
		return nil, err
	}
	return nil, a.Staff.EndUserSessions(ctx, auth.From(ctx), id)
}

// historyPage is how many lines one answer holds.
const historyPage = 100

func (a *API) listStaffHistory(ctx context.Context, in *struct {
	Kind   bowline.StaffChangeKind `query:"kind" enum:"people,keys,signIns,settings" doc:"Lines of this kind alone: people, keys, signIns for who came in or failed to, or settings for all others."`
	Cursor string                  `query:"cursor" doc:"From next of the answer before."`
}) (*historyOutput, error) {
	before := bowline.ID("")
	if in.Cursor != "" {
		id, err := bowline.ParseID(in.Cursor)
		if err != nil {
			return nil, bowline.Errorf(bowline.CodeInvalid, "cursor is not from an answer of this list.")
		}
		before = id
	}
	list, err := a.Store.StaffHistory(ctx, store.StaffLines{Instance: auth.From(ctx).Instance, Kind: in.Kind, Before: before, Limit: historyPage + 1})
	if err != nil {
		return nil, err
	}
	out := StaffHistory{Results: append([]bowline.StaffChange{}, list...)}
	if len(list) > historyPage {
		out.Results = out.Results[:historyPage]
		out.Next = string(out.Results[historyPage-1].ID)
	}
	return &historyOutput{out}, nil
}

// orNotFound turns what the store says of a row that is not there into the
// caller's words.
func orNotFound(err error, noun string, id bowline.ID) error {
	if errors.Is(err, store.ErrNotFound) {
		return notFound(noun, id)
	}
	return err
}
