package api

import (
	"context"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/query"
	"github.com/bowline/bowline/internal/rest"
)

// ListParams are the parameters of every paged list.
type ListParams struct {
	Page     int    `query:"page" minimum:"1" maximum:"1000000000" default:"1" doc:"Number of the page, counted from 1. A page past the end is empty."`
	PageSize int    `query:"pageSize" minimum:"1" maximum:"5000" default:"100" doc:"Results per page."`
	Query    string `query:"query" doc:"Filter, such as status=Linked&&sourceType=Accounting. Operators: = != ~ > < >= <=, joined by && and ||, grouped by braces. At most 2047 characters."`
	OrderBy  string `query:"orderBy" doc:"Property to sort by; a leading minus reverses the order."`
}

func (l ListParams) page() bowline.Page { return bowline.Page{Number: l.Page, Size: l.PageSize} }

// listing describes the page for its links.
func (l ListParams) listing(path string, more ...rest.Param) rest.Listing {
	params := append([]rest.Param{{Name: "query", Value: l.Query}, {Name: "orderBy", Value: l.OrderBy}}, more...)
	return rest.Listing{Path: path, Page: l.page(), Params: params}
}

// filter parses the query parameter.
func (l ListParams) filter() (query.Expr, error) { return query.Parse(l.Query) }

// CompanyPath are the parameters of everything below one company.
type CompanyPath struct {
	CompanyID string `path:"companyId" doc:"The company's id."`
}

// ConnectionPath are the parameters of everything below one connection.
type ConnectionPath struct {
	CompanyPath
	ConnectionID string `path:"connectionId" doc:"The connection's id."`
}

// idOf reads an id from a path. One that is not a UUID belongs to nothing, so
// it is not found rather than refused: 404 is declared for every such path and
// 400 is not (platform-api section 1).
func idOf(noun, text string) (bowline.ID, error) {
	id, err := bowline.ParseID(text)
	if err != nil {
		return "", bowline.Errorf(bowline.CodeNotFound, "No %s exists with this ID", noun)
	}
	return id, nil
}

func notFound(noun string, id bowline.ID) error {
	return bowline.Errorf(bowline.CodeNotFound, "No %s exists with ID %s", noun, id)
}

// company reads the path's company id together with the caller's instance.
func (in CompanyPath) company(ctx context.Context) (instance, company bowline.ID, err error) {
	company, err = idOf("company", in.CompanyID)
	return auth.From(ctx).Instance, company, err
}
