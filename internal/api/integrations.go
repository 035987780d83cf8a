package api

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/query"
	"github.com/bowline/bowline/internal/rest"
)

// Integration is a piece of software that a company can connect (platform-api
// section 4). Members that are not sent do not apply.
type Integration struct {
	Key                string             `json:"key"`
	LogoURL            string             `json:"logoUrl"`
	Name               string             `json:"name"`
	Enabled            bool               `json:"enabled"`
	SourceID           bowline.ID         `json:"sourceId,omitempty"`
	SourceType         bowline.SourceType `json:"sourceType,omitempty"`
	IntegrationID      bowline.ID         `json:"integrationId,omitempty"`
	IsOfflineConnector bool               `json:"isOfflineConnector"`
	IsBeta             bool               `json:"isBeta"`
	DataProvidedBy     string             `json:"dataProvidedBy,omitempty"`
}

// Branding is what a page needs to show an integration.
type Branding struct {
	Logo     BrandingLogo   `json:"logo"`
	Button   BrandingButton `json:"button"`
	SourceID bowline.ID     `json:"sourceId"`
}

// BrandingLogo holds a logo in two shapes.
type BrandingLogo struct {
	Full   BrandingImage `json:"full"`
	Square BrandingImage `json:"square"`
}

// BrandingButton holds the picture of a button in two states.
type BrandingButton struct {
	Default BrandingImage `json:"default"`
	Hover   BrandingImage `json:"hover"`
}

// BrandingImage wraps an image, as the contract has it.
type BrandingImage struct {
	Image Image `json:"image"`
}

// Image is a picture with its text for those who do not see it.
type Image struct {
	Src string `json:"src"`
	Alt string `json:"alt"`
}

type (
	integrationOutput struct{ Body Integration }
	brandingOutput    struct{ Body Branding }
	integrationPage   struct {
		Body rest.PageOf[Integration]
	}
)

// integrationProperties are what query and orderBy know of an integration.
var integrationProperties = map[string]struct {
	kind  query.Kind
	value func(Integration) any
}{
	"key":                {query.String, func(i Integration) any { return i.Key }},
	"name":               {query.String, func(i Integration) any { return i.Name }},
	"enabled":            {query.Bool, func(i Integration) any { return i.Enabled }},
	"sourceid":           {query.UUID, func(i Integration) any { return string(i.SourceID) }},
	"sourcetype":         {query.Enum, func(i Integration) any { return string(i.SourceType) }},
	"integrationid":      {query.UUID, func(i Integration) any { return string(i.IntegrationID) }},
	"isbeta":             {query.Bool, func(i Integration) any { return i.IsBeta }},
	"isofflineconnector": {query.Bool, func(i Integration) any { return i.IsOfflineConnector }},
	"dataprovidedby":     {query.String, func(i Integration) any { return i.DataProvidedBy }},
}

// integrationSchema uses the property's own name as its column, because these
// lists are in memory.
var integrationSchema = func() query.Schema {
	fields := map[string]query.Field{}
	for name, p := range integrationProperties {
		field := query.Field{Column: name, Kind: p.kind}
		if p.kind == query.Enum {
			field.Enum = sourceTypes
		}
		fields[name] = field
	}
	return query.Schema{Noun: "Integration", Fields: fields}
}()

func (a *API) listIntegrations(ctx context.Context, in *ListParams) (*integrationPage, error) {
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	if err := query.Check(filter, integrationSchema); err != nil {
		return nil, err
	}
	order, desc, err := query.ParseOrder(in.OrderBy, integrationSchema)
	if err != nil {
		return nil, err
	}
	offered, err := a.offered(ctx)
	if err != nil {
		return nil, err
	}
	var found []Integration
	for _, entry := range offered.All() {
		shown := a.showIntegration(entry)
		ok, err := query.Match(filter, integrationSchema, func(path string) []any {
			return []any{integrationProperties[path].value(shown)}
		})
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, shown)
		}
	}
	if order != "" {
		value := integrationProperties[order].value
		slices.SortStableFunc(found, func(x, y Integration) int {
			if c := compareValues(value(x), value(y)); !desc {
				return c
			} else {
				return -c
			}
		})
	}
	from := min(in.page().Offset(), int64(len(found)))
	until := min(from+int64(in.PageSize), int64(len(found)))
	return &integrationPage{rest.NewPage(in.listing("/integrations"), found[from:until], int64(len(found)))}, nil
}

// compareValues orders texts bytewise, as the database does, and false before
// true.
func compareValues(x, y any) int {
	if b, ok := x.(bool); ok {
		c, _ := y.(bool)
		switch {
		case b == c:
			return 0
		case b:
			return 1
		}
		return -1
	}
	s, _ := x.(string)
	t, _ := y.(string)
	return cmp.Compare(s, t)
}

func (a *API) showIntegration(in catalog.Integration) Integration {
	return Integration{
		Key: in.Key, LogoURL: a.Links.Logo(in.Key), Name: in.Name, Enabled: in.Enabled,
		SourceID: bowline.ID(in.SourceID), SourceType: bowline.SourceType(in.SourceType), IntegrationID: bowline.ID(in.ID),
		IsBeta: in.Beta, DataProvidedBy: in.DataProvidedBy,
	}
}

// IntegrationPath are the parameters of everything about one integration.
type IntegrationPath struct {
	Key string `path:"platformKey" doc:"Key of the integration: four lower-case letters."`
}

var errNoIntegration error = bowline.Errorf(bowline.CodeNotFound, "No integration exists with this key")

// integration finds one as the caller's instance has set it up.
func (a *API) integration(ctx context.Context, in *IntegrationPath) (catalog.Integration, error) {
	offered, err := a.offered(ctx)
	if err != nil {
		return catalog.Integration{}, err
	}
	entry, ok := offered.Get(in.Key)
	if !ok {
		return entry, errNoIntegration
	}
	return entry, nil
}

// offered is the catalog as the caller's instance has set it up.
func (a *API) offered(ctx context.Context) (*catalog.Catalog, error) {
	if a.Offer == nil {
		return a.Catalog, nil
	}
	return a.Offer(ctx, auth.From(ctx).Instance)
}

func (a *API) getIntegration(ctx context.Context, in *IntegrationPath) (*integrationOutput, error) {
	entry, err := a.integration(ctx, in)
	if err != nil {
		return nil, err
	}
	return &integrationOutput{a.showIntegration(entry)}, nil
}

func (a *API) getBranding(ctx context.Context, in *IntegrationPath) (*brandingOutput, error) {
	entry, err := a.integration(ctx, in)
	if err != nil {
		return nil, err
	}
	logo := BrandingImage{Image{Src: a.Links.Logo(entry.Key), Alt: strings.TrimSpace(entry.Name + " logo")}}
	button := BrandingImage{Image{Src: a.Links.Logo(entry.Key), Alt: "Connect " + entry.Name}}
	hover := button
	if entry.Button.Exists() {
		button.Image.Src, hover.Image.Src = a.Links.Button(entry.Key, false), a.Links.Button(entry.Key, true)
	}
	return &brandingOutput{Branding{
		Logo:     BrandingLogo{Full: logo, Square: logo},
		Button:   BrandingButton{Default: button, Hover: hover},
		SourceID: bowline.ID(entry.SourceID),
	}}, nil
}
