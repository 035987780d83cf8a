package api

import (
	"context"
	"errors"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/query"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// CompanyCreate is the body of creation and replacement (platform-api section
// 1.1). The members that do nothing are accepted because old clients send them,
// and stay out of the document.
type CompanyCreate struct {
	Name        string            `json:"name" doc:"Name of the business. Characters other than letters, digits, white space and - ' , & @ . ? ! are removed; letters and digits are those of ASCII unless this deployment is set up to keep others. Names that people type in the Portal keep all letters."`
	Description string            `json:"description,omitempty" doc:"Free text about the company, at most 2000 characters."`
	Tags        map[string]string `json:"tags,omitempty" doc:"Up to 10 labels: keys of 1 to 27 characters, values of at most 100."`
	Products    []string          `json:"products,omitempty" doc:"Products to enable. At creation only."`

	Parent       *RelatedCompany  `json:"referenceParentCompany,omitempty" doc:"The company that this one belongs to."`
	Subsidiaries []RelatedCompany `json:"referenceSubsidiaryCompanies,omitempty" maxItems:"100" doc:"The companies that belong to this one, in place of all present ones. None of them may belong to another one."`

	Owners []string `json:"owners,omitempty" doc:"Ids of the people of the fintech who look after the company, in place of all present ones; at most 50."`

	PlatformKey  any `json:"platformKey,omitempty" hidden:"true"`
	PlatformType any `json:"platformType,omitempty" hidden:"true"`
	OwnerUserIDs any `json:"ownerUserIds,omitempty" hidden:"true"`
}

// CompanyUpdate is the body of an update: what is absent or null stays as it is.
type CompanyUpdate struct {
	Name        *string           `json:"name,omitempty" doc:"New name; characters are removed as at creation."`
	Description *string           `json:"description,omitempty" doc:"New description; an empty one clears it."`
	Tags        map[string]string `json:"tags,omitempty" doc:"New tags, in place of all present ones; an empty object clears them."`
	Owners      []string          `json:"owners,omitempty" doc:"Ids of the people of the fintech who look after the company, in place of all present ones, at most 50; an empty list leaves none."`
}

type (
	companyOutput struct{ Body *bowline.Company }
	companyPage   struct {
		Body rest.PageOf[bowline.Company]
	}
)

func (a *API) listCompanies(ctx context.Context, in *struct {
	ListParams
	Tags string `query:"tags" doc:"Filter by tags, such as region=emea&&tier!=free. Keys and values are case-sensitive; operators: = != ~."`
}) (*companyPage, error) {
	if visible, err := a.visibleTo(ctx); err != nil {
		return nil, err
	} else if visible != "" {
		return nil, errOwnedOnly
	}
	filter, err := in.filter()
	if err != nil {
		return nil, err
	}
	tags, err := query.Parse(in.Tags)
	if err != nil {
		return nil, err
	}
	companies, total, err := a.Store.Companies(ctx, store.CompanyList{
		InstanceID: auth.From(ctx).Instance, Query: filter, Tags: tags, OrderBy: in.OrderBy, Page: in.page(),
	})
	if err != nil {
		return nil, err
	}
	if err := a.showCompanies(ctx, pointers(companies)...); err != nil {
		return nil, err
	}
	listing := in.listing("/companies", rest.Param{Name: "tags", Value: in.Tags})
	return &companyPage{rest.NewPage(listing, companies, total)}, nil
}

func (a *API) createCompany(ctx context.Context, in *struct{ Body CompanyCreate }) (*companyOutput, error) {
	caller, now := auth.From(ctx), a.Now().UTC()
	company := bowline.Company{
		ID: bowline.NewID(now), InstanceID: caller.Instance, Created: now, CreatedByUserName: caller.Name,
		Name: a.cleanName(caller, in.Body.Name), Description: in.Body.Description, Tags: in.Body.Tags,
	}
	if len(in.Body.Products) > 0 && caller.Staff() && !caller.Role.May(editProducts) {
		return nil, caller.Role.Refuse(editProducts)
	}
	for _, id := range in.Body.Products {
		if _, known := bowline.FindProduct(id); !known {
			return nil, bowline.Errorf(bowline.CodeInvalid, "products holds an identifier that is not known.")
		}
		if !slices.Contains(company.Products, id) {
			company.Products = append(company.Products, id)
		}
	}
	if err := company.Validate(); err != nil {
		return nil, err
	}
	relations, err := in.Body.relations()
	if err != nil {
		return nil, err
	}
	if err := a.mayRelate(ctx, relations); err != nil {
		return nil, err
	}
	if company.OwnerUserIDs, err = a.firstOwners(ctx, in.Body.Owners); err != nil {
		return nil, err
	}
	err = a.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.RoomForCompany(ctx, caller.Instance, a.CompanyLimit); err != nil {
			return err
		}
		company.SetRelations(bowline.Relations{}) // this may be a second run
		if !relations.Empty() {
			if err := tx.Relate(ctx, &company, relations); err != nil {
				return err
			}
		}
		return tx.CreateCompany(ctx, company, a.change(ctx, caller))
	})
	if err != nil {
		return nil, err
	}
	return &companyOutput{&company}, a.showCompanies(ctx, &company)
}

// cleanName takes away what a name may not hold. ASCII alone is what old clients
// of the API expect (platform-api section 1.1); people in the Portal keep every
// letter that they type.
func (a *API) cleanName(caller auth.Caller, name string) string {
	return bowline.CleanCompanyName(name, a.UnicodeNames || caller.Staff())
}

func (a *API) getCompany(ctx context.Context, in *CompanyPath) (*companyOutput, error) {
	company, err := a.readCompany(ctx, *in)
	if err != nil {
		return nil, err
	}
	return &companyOutput{&company}, a.showCompanies(ctx, &company)
}

func (a *API) readCompany(ctx context.Context, in CompanyPath) (bowline.Company, error) {
	instance, id, err := in.company(ctx)
	if err != nil {
		return bowline.Company{}, err
	}
	company, err := a.Store.Company(ctx, instance, id)
	if errors.Is(err, store.ErrNotFound) {
		return bowline.Company{}, notFound("company", id)
	}
	return company, err
}

// replaceCompany clears what the body does not give (platform-api section 1.1),
// but for relations, which nothing says can be cleared.
func (a *API) replaceCompany(ctx context.Context, in *struct {
	CompanyPath
	Body CompanyCreate
}) (*companyOutput, error) {
	if len(in.Body.Products) > 0 {
		return nil, bowline.Errorf(bowline.CodeInvalid, "products can be given at creation only; add and remove products with their own operations.")
	}
	relations, err := in.Body.relations()
	if err != nil {
		return nil, err
	}
	if err := a.mayRelate(ctx, relations); err != nil {
		return nil, err
	}
	owners, err := a.owners(ctx, in.Body.Owners)
	if err != nil {
		return nil, err
	}
	return a.changeCompany(ctx, in.CompanyPath, relations, func(_ *store.Tx, c *bowline.Company) error {
		if in.Body.Owners != nil { // old clients know nothing of them
			c.OwnerUserIDs = owners
		}
		c.Name, c.Description, c.Tags = a.cleanName(auth.From(ctx), in.Body.Name), in.Body.Description, in.Body.Tags
		return c.Validate()
	})
}

func (a *API) updateCompany(ctx context.Context, in *struct {
	CompanyPath
	Body CompanyUpdate
}) (*companyOutput, error) {
	owners, err := a.owners(ctx, in.Body.Owners)
	if err != nil {
		return nil, err
	}
	return a.changeCompany(ctx, in.CompanyPath, bowline.Relations{}, func(_ *store.Tx, c *bowline.Company) error {
		if in.Body.Name != nil {
			c.Name = a.cleanName(auth.From(ctx), *in.Body.Name)
		}
		if in.Body.Description != nil {
			c.Description = *in.Body.Description
		}
		if in.Body.Owners != nil {
			c.OwnerUserIDs = owners
		}
		if in.Body.Tags != nil { // absent and null leave the tags, {} clears them
			c.Tags = in.Body.Tags
		}
		return c.Validate()
	})
}

// changeCompany reads the company, lets change alter it, gives it the relations,
// if any, and stores it, with nobody else changing it in between.
func (a *API) changeCompany(ctx context.Context, in CompanyPath, relations bowline.Relations, change func(*store.Tx, *bowline.Company) error) (*companyOutput, error) {
	instance, id, err := in.company(ctx)
	if err != nil {
		return nil, err
	}
	var company bowline.Company
	err = a.Store.Write(ctx, func(tx *store.Tx) error {
		if relations.Empty() {
			company, err = tx.LockCompany(ctx, instance, id)
		} else {
			company, err = tx.LockFamily(ctx, instance, id, relations.IDs()...)
		}
		if err != nil {
			return err
		}
		if err := change(tx, &company); err != nil {
			return err
		}
		if !relations.Empty() {
			if err := tx.Relate(ctx, &company, relations); err != nil {
				return err
			}
		}
		return tx.UpdateCompany(ctx, company)
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound("company", id)
	}
	if err != nil {
		return nil, err
	}
	return &companyOutput{&company}, a.showCompanies(ctx, &company)
}

func (a *API) change(ctx context.Context, caller auth.Caller) store.Change {
	return store.Change{
		Actor: caller.Actor(), CorrelationID: rest.CorrelationID(ctx), Links: a.Links, Now: a.Now().UTC(),
	}
}
