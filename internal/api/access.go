package api

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

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
	for i := range entries {
		entries[i].Reason = rest.Said(ctx, entries[i].Reason)
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
		changed := map[string]bool{}
		for _, p := range bowline.Permissions() {
			if on[p] == slices.Contains(before, p) {
				changed[string(p)] = on[p]
			}
			switch {
			case !on[p]:
				off = append(off, p)
			case slices.Contains(before, p) && !caller.May(p):
				return bowline.Errorf(bowline.CodeForbidden, "Switching %s on takes an API key that has this permission.", p)
			}
		}
		if err := tx.PutAccessOff(ctx, caller.Instance, off); err != nil {
			return err
		}
		return a.noteSwitches(ctx, tx, "access.changed", changed)
	})
	if err != nil {
		return nil, err
	}
	return shownAccess(off), nil
}

// noteSwitches adds a line to the history of people, with what was switched on or
// off; none where nothing was.
func (a *API) noteSwitches(ctx context.Context, tx *store.Tx, what string, changed map[string]bool) error {
	if len(changed) == 0 {
		return nil
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		state := " off"
		if changed[name] {
			state = " on"
		}
		list = append(list, name+state)
	}
	caller, now := auth.From(ctx), a.Now().UTC().Truncate(time.Microsecond)
	return tx.InsertStaffChange(ctx, bowline.StaffChange{
		ID: bowline.NewID(now), InstanceID: caller.Instance, At: now, Actor: caller.Actor(), What: what, Detail: strings.Join(list, ", "),
	})
}

func shownAccess(off []bowline.Permission) *accessOutput {
	on := func(p bowline.Permission) bool { return !slices.Contains(off, p) }
	return &accessOutput{AccessSettings{
		Credentials: on(bowline.PermissionCredentials), Proxy: on(bowline.PermissionProxy), Export: on(bowline.PermissionExport),
	}}
}
