package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
)

// Directory is a page of the directory of companies.
type Directory struct {
	Results      []DirectoryCompany `json:"results" doc:"The companies of this page. It may hold fewer than asked for although there are more."`
	Next         *string            `json:"next,omitempty" doc:"Cursor of the next page; absent at the end."`
	Total        int64              `json:"total" doc:"Companies on all pages, as they were when the first one was read."`
	TotalIsExact bool               `json:"totalIsExact" doc:"false: there are more than total. Of more than 1,500 that q may find, 100 are counted."`
	Building     bool               `json:"building" doc:"true while very many companies were just added or changed, or those from before an update are taken in: some are missing."`
}

// DirectoryCompany is a company as it stands in the directory.
type DirectoryCompany struct {
	ID            bowline.ID              `json:"id"`
	Name          string                  `json:"name"`
	Description   string                  `json:"description"`
	Created       time.Time               `json:"created"`
	CreatedBy     string                  `json:"createdBy" doc:"Name of the person who created it; empty for an API key."`
	LastSync      *time.Time              `json:"lastSync,omitempty" doc:"When data was last exchanged over any of its connections."`
	Status        bowline.CompanyStatus   `json:"status" enum:"NoConnections,Linked,Pending,Deauthorized,Unlinked,Partial" doc:"The first of statuses."`
	Statuses      []bowline.CompanyStatus `json:"statuses" doc:"All that apply. Partial: of its subsidiaries some are linked, but not all."`
	Platforms     []DirectoryPlatform     `json:"platforms" doc:"Its connections, at most 50: linked ones first."`
	PlatformCount int                     `json:"platformCount" doc:"How many connections there are."`
	Subsidiaries  int                     `json:"subsidiaries" doc:"How many companies belong to it."`
	Parent        *NamedCompany           `json:"parent,omitempty" doc:"The company that it belongs to."`
	Tags          map[string]string       `json:"tags"`
	Products      []string                `json:"products"`
	Owners        []NamedPerson           `json:"owners" doc:"The people who look after it."`
	Redirect      string                  `json:"redirect" doc:"Its Link URL. Empty where one-time links are on: make links then."`
	Match         []string                `json:"match,omitempty" doc:"Where q was found: name, createdBy, id, connectionId or platform."`
}

// DirectoryPlatform is a connection in the directory.
type DirectoryPlatform struct {
	ConnectionID   bowline.ID         `json:"connectionId"`
	IntegrationKey string             `json:"integrationKey"`
	Name           string             `json:"name"`
	SourceType     bowline.SourceType `json:"sourceType"`
	Status         bowline.Status     `json:"status"`
}

// NamedCompany is a company by its name.
type NamedCompany struct {
	ID   bowline.ID `json:"id"`
	Name string     `json:"name"`
}

// NamedPerson is a person by name; empty for somebody who works here no more.
type NamedPerson struct {
	ID   bowline.ID `json:"id"`
	Name string     `json:"name"`
}

// DirectoryCounts say how many companies there are.
type DirectoryCounts struct {
	Total    int64                           `json:"total"`
	ByStatus map[bowline.CompanyStatus]int64 `json:"byStatus" doc:"By each status that applies: a company can count several times."`
	Building bool                            `json:"building" doc:"true while very many companies were just added or changed, or those from before an update are taken in."`
	Invite   string                          `json:"invite" doc:"Link by which new companies name themselves and connect. Empty where one-time links are on."`
}

type (
	directoryOutput struct{ Body Directory }
	countsOutput    struct{ Body DirectoryCounts }
)

// DirectoryParams choose from the directory.
type DirectoryParams struct {
	Text        string   `query:"q" maxLength:"200" doc:"Text to find: in names, platforms, the names of those who created companies, and ids of companies and connections. Case and accents do not matter. One or two characters are looked for at the beginning of words, more anywhere."`
	Statuses    []string `query:"status" doc:"Statuses with commas between: NoConnections, Linked, Pending, Deauthorized, Unlinked, Partial. One of them must apply."`
	Integration string   `query:"integration" maxLength:"100" doc:"Key of an integration that the company must have a connection to."`
	Tag         string   `query:"tag" maxLength:"200" doc:"A tag as key:value. The key ends at the first colon."`
	Owner       string   `query:"owner" doc:"Id of a person who must own the company."`
	Parent      string   `query:"parent" doc:"Id of a company: lists its subsidiaries."`
	Sort        string   `query:"sort" doc:"created, name or lastSync; a leading minus reverses the order, and -created is the default. Companies without an exchange come last either way."`
	Cursor      string   `query:"cursor" doc:"next of the page before, with the same parameters."`
	Limit       int      `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"Results per page."`
}

func (a *API) listDirectory(ctx context.Context, in *DirectoryParams) (*directoryOutput, error) {
	l, err := in.list(ctx)
	if err != nil {
		return nil, err
	}
	if l.VisibleTo, err = a.visibleTo(ctx); err != nil {
		return nil, err
	}
	page, err := a.Store.Directory(ctx, l)
	if err != nil {
		return nil, err
	}
	once, err := a.oneTimeLinks(ctx)
	if err != nil {
		return nil, err
	}
	people, err := a.ownersOf(ctx, page.Companies)
	if err != nil {
		return nil, err
	}
	body := Directory{Results: []DirectoryCompany{}, Total: page.Total, TotalIsExact: page.Exact, Building: page.Building}
	if page.Next != "" {
		body.Next = &page.Next
	}
	for i := range page.Companies {
		if err := a.hideRelations(ctx, &page.Companies[i].Company); err != nil {
			return nil, err
		}
		c := directoryCompany(&page.Companies[i], people)
		if !once {
			c.Redirect = a.Links.Company(c.ID)
		}
		body.Results = append(body.Results, c)
	}
	return &directoryOutput{body}, nil
}

func (a *API) countDirectory(ctx context.Context, _ *struct{}) (*countsOutput, error) {
	visible, err := a.visibleTo(ctx)
	if err != nil {
		return nil, err
	}
	found, err := a.Store.DirectoryCounts(ctx, auth.From(ctx).Instance, visible)
	if err != nil {
		return nil, err
	}
	once, err := a.oneTimeLinks(ctx)
	if err != nil {
		return nil, err
	}
	counts := DirectoryCounts{Total: found.Total, ByStatus: found.ByStatus, Building: found.Building}
	if !once {
		counts.Invite = a.Links.Invite(auth.From(ctx).Instance)
	}
	return &countsOutput{counts}, nil
}

// list reads the parameters.
func (in *DirectoryParams) list(ctx context.Context) (store.DirectoryList, error) {
	l := store.DirectoryList{
		InstanceID: auth.From(ctx).Instance, IntegrationKey: in.Integration, Query: in.Text, Cursor: in.Cursor, Limit: in.Limit,
	}
	for _, text := range in.Statuses {
		status := bowline.CompanyStatus(text)
		if !slices.Contains(bowline.AllCompanyStatuses, status) {
			return l, bowline.Errorf(bowline.CodeInvalid, "status must be NoConnections, Linked, Pending, Deauthorized, Unlinked or Partial.")
		}
		l.Statuses |= bowline.NewCompanyStatuses(status)
	}
	if in.Tag != "" {
		var ok bool
		if l.TagKey, l.Tag, ok = strings.Cut(in.Tag, ":"); !ok || l.TagKey == "" {
			return l, bowline.Errorf(bowline.CodeInvalid, "tag must be a key and a value with a colon between.")
		}
	}
	for name, id := range map[string]struct {
		text string
		into *bowline.ID
	}{"owner": {in.Owner, &l.Owner}, "parent": {in.Parent, &l.Parent}} {
		if id.text == "" {
			continue
		}
		var err error
		if *id.into, err = bowline.ParseID(id.text); err != nil {
			return l, bowline.Errorf(bowline.CodeInvalid, "%s must be a UUID.", name)
		}
	}
	sort := in.Sort
	if sort == "" {
		sort = "-created"
	}
	key, descending := strings.CutPrefix(sort, "-")
	l.Sort, l.Descending = bowline.DirectorySort(key), descending
	return l, nil
}

// maxPlatforms is how many connections of a company the directory shows.
const maxPlatforms = 50

func directoryCompany(c *store.DirectoryCompany, people map[bowline.ID]string) DirectoryCompany {
	out := DirectoryCompany{
		ID: c.ID, Name: c.Name, Description: c.Description, Created: c.Created, CreatedBy: c.CreatedByUserName, LastSync: c.Synced(),
		Statuses: c.Statuses.List(), PlatformCount: len(c.DataConnections), Subsidiaries: len(c.ReferenceSubsidiaryCompanies),
		Tags: c.Tags, Products: c.Products, Platforms: []DirectoryPlatform{}, Owners: []NamedPerson{}, Match: c.Match,
	}
	out.Status = out.Statuses[0]
	if out.Tags == nil {
		out.Tags = map[string]string{}
	}
	if out.Products == nil {
		out.Products = []string{}
	}
	if parent := c.ReferenceParentCompany; parent != nil {
		out.Parent = &NamedCompany{parent.ID, parent.Name}
	}
	for _, id := range c.OwnerUserIDs {
		out.Owners = append(out.Owners, NamedPerson{id, people[id]})
	}
	rank := map[bowline.Status]int{bowline.Deauthorized: 1, bowline.PendingAuth: 2, bowline.Unlinked: 3}
	connections := slices.Clone(c.DataConnections)
	slices.SortStableFunc(connections, func(a, b bowline.Connection) int { return rank[a.Status] - rank[b.Status] })
	for _, n := range connections[:min(len(connections), maxPlatforms)] {
		out.Platforms = append(out.Platforms, DirectoryPlatform{n.ID, n.IntegrationKey, n.PlatformName, n.SourceType, n.Status})
	}
	return out
}

// ownersOf reads the names of the owners, if there are any.
func (a *API) ownersOf(ctx context.Context, companies []store.DirectoryCompany) (map[bowline.ID]string, error) {
	if !slices.ContainsFunc(companies, func(c store.DirectoryCompany) bool { return len(c.OwnerUserIDs) > 0 }) {
		return nil, nil
	}
	members, err := a.Store.Members(ctx, auth.From(ctx).Instance)
	names := make(map[bowline.ID]string, len(members))
	for _, m := range members {
		names[m.ID] = m.Name
	}
	return names, err
}
