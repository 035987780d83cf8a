package api

import (
	"context"

	"github.com/bowline/bowline"
)

// CompanyLinks are the addresses at which a company connects its software.
type CompanyLinks struct {
	Hosted      string           `json:"hosted" doc:"Link URL of the company."`
	Connections []ConnectionLink `json:"connections" doc:"One for each connection, the oldest first."`
}

// ConnectionLink is the address at which one connection begins.
type ConnectionLink struct {
	ConnectionID bowline.ID `json:"connectionId"`
	URL          string     `json:"url"`
}

type linksOutput struct{ Body CompanyLinks }

// makeLinks shows the addresses. Where one-time links are on, each has a fresh
// password: that is why it is not a GET.
func (a *API) makeLinks(ctx context.Context, in *CompanyPath) (*linksOutput, error) {
	company, err := a.readCompany(ctx, *in)
	if err != nil {
		return nil, err
	}
	if err := a.showCompanies(ctx, &company); err != nil {
		return nil, err
	}
	out := CompanyLinks{Hosted: company.Redirect, Connections: []ConnectionLink{}}
	for _, c := range company.DataConnections {
		out.Connections = append(out.Connections, ConnectionLink{c.ID, c.LinkURL})
	}
	return &linksOutput{out}, nil
}
