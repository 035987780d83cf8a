package api

import (
	"context"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// AccessSettings says which uses of the grants behind connections are switched
// on, for all keys of the instance.
type AccessSettings struct {
	Credentials bool `json:"credentials" doc:"Whether keys with that permission may read tokens and credentials."`
	Proxy       bool `json:"proxy" doc:"Whether keys with that permission may send requests to providers."`
	Export      bool `json:"export" doc:"Whether keys with that permission may export authorizations."`
}

func (s AccessSettings) on() map[bowline.Permission]bool {
	return map[bowline.Permission]bool{
		bowline.PermissionCredentials: s.Credentials, bowline.PermissionProxy: s.Proxy, bowline.PermissionExport: s.Export,
	}
}

type (
	credentialsOutput struct{ Body bowline.Credentials }
	exportOutput      struct{ Body map[string]string }
	timelinePage      struct {
		Body rest.PageOf[bowline.TimelineEntry]
	}
	accessOutput struct{ Body AccessSettings }
)

func (a *API) getCredentials(ctx context.Context, in *ConnectionPath) (*credentialsOutput, error) {
	t, err := in.target(ctx)
	if err != nil {
		return nil, err
	}
	credentials, err := a.Connections.Credentials(ctx, t)
	if err != nil {
		return nil, err
	}
	return &credentialsOutput{credentials}, nil
}

func (a *API) exportAuthorization(ctx context.Context, in *ConnectionPath) (*exportOutput, error) {
	t, err := in.target(ctx)
	if err != nil {
		return nil, err
	}
	members, err := a.Connections.Export(ctx, t)
	if err != nil {
		return nil, err
	}
	return &exportOutput{members}, nil
}

func (a *API) listTimeline(ctx context.Context, in *struct {
	ConnectionPath
	Page     int `query:"page" minimum:"1" maximum:"1000000000" default:"1" doc:"Number of the page, counted from 1. A page past the end is empty."`
	PageSize int `query:"pageSize" minimum:"1" maximum:"5000" default:"100" doc:"Results per page."`
}) (*timelinePage, error) {
	t, err := in.target(ctx)
	if err != nil {
		return nil, err
	}
	page := bowline.Page{Number: in.Page, Size: in.PageSize}
	entries, total, err := a.Connections.Timeline(ctx, t, page)
	if err != nil {
		return nil, err
	}
	path := "/companies/" + string(t.Company) + "/connections/" + string(t.Connection) + "/timeline"
	return &timelinePage{rest.NewPage(rest.Listing{Path: path, Page: page}, entries, total)}, nil
}

func (a *API) getAccessSettings(ctx context.Context, _ *struct{}) (*accessOutput, error) {
	off, err := a.Store.AccessOff(ctx, auth.From(ctx).Instance)
	if err != nil {
		return nil, err
	}
	return shownAccess(off), nil
}

// setAccessSettings asks for a permission only where something is switched on:
// whoever finds a key misused can switch off with any other.
func (a *API) setAccessSettings(ctx context.Context, in *struct{ Body AccessSettings }) (*accessOutput, error) {
	caller, on := auth.From(ctx), in.Body.on()
	var off []bowline.Permission
	err := a.Store.Write(ctx, func(tx *store.Tx) error {
		before, err := tx.AccessOff(ctx, caller.Instance)
		if err != nil {
			return err
		}
		off = nil // the store may run this again
		for _, p := range bowline.Permissions() {
			switch {
			case !on[p]:
				off = append(off, p)
			case slices.Contains(before, p) && !caller.May(p):
				return bowline.Errorf(bowline.CodeForbidden, "Switching %s on takes an API key that has this permission.", p)
			}
		}
		return tx.PutAccessOff(ctx, caller.Instance, off)
	})
	if err != nil {
		return nil, err
	}
	return shownAccess(off), nil
}

func shownAccess(off []bowline.Permission) *accessOutput {
	on := func(p bowline.Permission) bool { return !slices.Contains(off, p) }
	return &accessOutput{AccessSettings{
		Credentials: on(bowline.PermissionCredentials), Proxy: on(bowline.PermissionProxy), Export: on(bowline.PermissionExport),
	}}
}
