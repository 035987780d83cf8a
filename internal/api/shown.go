package api

import (
	"context"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
)

// showCompanies fills the addresses of companies and their connections. Where
// the fintech has one-time links on, each Link URL gets a password of its own,
// good for one use (link.md 4.3); that is one write for the whole answer. With
// the setting off it costs nothing.
func (a *API) showCompanies(ctx context.Context, companies ...*bowline.Company) error {
	for _, c := range companies {
		c.Show(a.Links)
		for i := range c.DataConnections {
			sayErrors(ctx, &c.DataConnections[i])
		}
	}
	if err := a.hideRelations(ctx, companies...); err != nil {
		return err
	}
	if on, err := a.oneTimeLinks(ctx); err != nil || !on {
		return err
	}
	var links []linkURL
	for _, c := range companies {
		links = append(links, linkURL{&c.Redirect, c.ID, ""})
		for i := range c.DataConnections {
			links = append(links, connectionURL(&c.DataConnections[i]))
		}
	}
	return a.addPasswords(ctx, links)
}

// showConnections is showCompanies for connections alone.
func (a *API) showConnections(ctx context.Context, connections ...*bowline.Connection) error {
	for _, conn := range connections {
		conn.Show(a.Links)
		sayErrors(ctx, conn)
	}
	if on, err := a.oneTimeLinks(ctx); err != nil || !on {
		return err
	}
	var links []linkURL
	for _, conn := range connections {
		links = append(links, connectionURL(conn))
	}
	return a.addPasswords(ctx, links)
}

// sayErrors puts what went wrong with a connection into the language of whoever
// reads it.
func sayErrors(ctx context.Context, c *bowline.Connection) {
	c.DataConnectionErrors = slices.Clone(c.DataConnectionErrors) // others may hold the same
	for i := range c.DataConnectionErrors {
		c.DataConnectionErrors[i].ErrorMessage = rest.Said(ctx, c.DataConnectionErrors[i].ErrorMessage)
	}
}

func (a *API) oneTimeLinks(ctx context.Context) (bool, error) {
	if a.OneTime == nil {
		return false, nil
	}
	return a.OneTime.Enabled(ctx, auth.From(ctx).Instance)
}

// linkURL is an address in an answer: a company's, or a connection's.
type linkURL struct {
	text                *string
	company, connection bowline.ID
}

func connectionURL(c *bowline.Connection) linkURL { return linkURL{&c.LinkURL, c.CompanyID, c.ID} }

func (a *API) addPasswords(ctx context.Context, links []linkURL) error {
	companies := make([]bowline.ID, len(links))
	for i, l := range links {
		companies[i] = l.company
	}
	passwords, err := a.OneTime.Issue(ctx, companies)
	if err != nil {
		return err
	}
	for i, l := range links {
		if l.connection == "" {
			*l.text = a.Links.CompanyOnce(l.company, passwords[i])
		} else {
			*l.text = a.Links.ConnectionOnce(l.company, l.connection, passwords[i])
		}
	}
	return nil
}

// pointers lists the elements of a page.
func pointers[T any](list []T) []*T {
	all := make([]*T, len(list))
	for i := range list {
		all[i] = &list[i]
	}
	return all
}
