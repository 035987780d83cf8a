package api

import (
	"context"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
)

// pathErasures is where the proofs of what was deleted are.
const pathErasures = "/erasures"

type (
	erasurePage        struct{ Body rest.PageOf[bowline.Erasure] }
	erasureCheckOutput struct{ Body bowline.ErasureCheck }
)

// listErasures lists the proofs, the first erased first: a client that keeps a
// copy goes on where it stopped.
func (a *API) listErasures(ctx context.Context, in *struct {
	Page     int `query:"page" minimum:"1" maximum:"1000000000" default:"1" doc:"Number of the page, counted from 1. A page past the end is empty."`
	PageSize int `query:"pageSize" minimum:"1" maximum:"5000" default:"100" doc:"Results per page."`
}) (*erasurePage, error) {
	page := bowline.Page{Number: in.Page, Size: in.PageSize}
	list, total, err := a.Store.Erasures(ctx, auth.From(ctx).Instance, page)
	if err != nil {
		return nil, err
	}
	return &erasurePage{rest.NewPage(rest.Listing{Path: pathErasures, Page: page}, list, total)}, nil
}

func (a *API) checkErasures(ctx context.Context, _ *struct{}) (*erasureCheckOutput, error) {
	check, err := a.Store.CheckErasures(ctx, auth.From(ctx).Instance)
	if err != nil {
		return nil, err
	}
	return &erasureCheckOutput{check}, nil
}
