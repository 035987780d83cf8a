package api

import (
	"context"
	"errors"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// ConnectionCreate is the body of a creation.
type ConnectionCreate struct {
	PlatformKey string `json:"platformKey" doc:"Key of the integration: four lower-case letters."`
}

// ConnectionUnlink is the body of an unlink.
type ConnectionUnlink struct {
	Status string `json:"status" doc:"Unlinked is the only status that can be asked for."`
}

type (
	connectionOutput struct{ Body *bowline.Connection }
	connectionPage   struct {
		Body rest.PageOf[bowline.Connection]
	}
)

// target reads the path into what the connection service works on.
func (in ConnectionPath) target(ctx context.Context) (connection.Target, error) {
	t, err := in.CompanyPath.target(ctx)
	if err == nil {
		t.Connection, err = idOf("connection", in.ConnectionID)
	}
	return t, err
}

func (in CompanyPath) target(ctx context.Context) (connection.Target, error) {
	instance, company, err := in.company(ctx)
	return connection.Target{Instance: instance, Company: company, Actor: auth.From(ctx).Actor()}, err
}

func (a *API) listConnections(ctx context.Context, in *struct {
	CompanyPath
	ListParams
}) (*connectionPage, error) {
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	instance, company, err := in.company(ctx)
	if err != nil {
		return nil, err
	}
	connections, total, err := a.Store.Connections(ctx, store.ConnectionList{
		InstanceID: instance, CompanyID: company, Query: filter, OrderBy: in.OrderBy, Page: in.page(),
	})
	if errors.Is(err, store.ErrNotFound) { // an unknown company is no empty list
		return nil, notFound("company", company)
	}
	if err != nil {
		return nil, err
	}
	if err := a.showConnections(ctx, pointers(connections)...); err != nil {
		return nil, err
	}
	listing := in.listing("/companies/" + string(company) + "/connections")
	return &connectionPage{rest.NewPage(listing, connections, total)}, nil
}

func (a *API) createConnection(ctx context.Context, in *struct {
	CompanyPath
	Body ConnectionCreate
}) (*connectionOutput, error) {
	t, err := in.target(ctx)
	if err != nil {
		return nil, err
	}
	conn, err := a.Connections.Create(ctx, t, in.Body.PlatformKey)
	return a.shown(ctx, conn, err)
}

func (a *API) getConnection(ctx context.Context, in *ConnectionPath) (*connectionOutput, error) {
	t, err := in.target(ctx)
	if err != nil {
		return nil, err
	}
	conn, err := a.Store.Connection(ctx, t.Instance, t.Company, t.Connection)
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound("connection", t.Connection)
	}
	return a.shown(ctx, conn, err)
}

// deleteConnection answers 200 with an empty body, by contract.
func (a *API) deleteConnection(ctx context.Context, in *ConnectionPath) (*struct{}, error) {
	t, err := in.target(ctx)
	if err != nil {
		return nil, err
	}
	return nil, a.Connections.Delete(ctx, t)
}

func (a *API) unlinkConnection(ctx context.Context, in *struct {
	ConnectionPath
	Body ConnectionUnlink
}) (*connectionOutput, error) {
	t, err := in.target(ctx)
	if err != nil {
		return nil, err
	}
	conn, err := a.Connections.Unlink(ctx, t, in.Body.Status)
	return a.shown(ctx, conn, err)
}

func (a *API) authorizeConnection(ctx context.Context, in *struct {
	ConnectionPath
	Body map[string]string `doc:"What the integration needs. For OAuth integrations: accessToken, and optionally refreshToken, expiresIn and refreshExpiresIn (how long the two tokens are good for, in seconds), scope (those granted, with spaces between) and tenantId. For the others: the fields of the form that customers see, by name."`
}) (*connectionOutput, error) {
	t, err := in.target(ctx)
	if err != nil {
		return nil, err
	}
	conn, err := a.Connections.Authorize(ctx, t, in.Body)
	return a.shown(ctx, conn, err)
}

// shown answers with a connection and its addresses.
func (a *API) shown(ctx context.Context, conn bowline.Connection, err error) (*connectionOutput, error) {
	if err != nil {
		return nil, err
	}
	return &connectionOutput{&conn}, a.showConnections(ctx, &conn)
}
