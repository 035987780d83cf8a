package api

import (
	"context"
	"errors"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
)

// CompanySettings say who sees which companies (link.md 5.5).
type CompanySettings struct {
	OwnedOnly bool `json:"ownedOnly" doc:"Whether people with the roles onboarding, advisor and analyst see only the companies that they own. API keys see all."`
}

type companySettingsOutput struct{ Body CompanySettings }

func (a *API) getCompanySettings(ctx context.Context, _ *struct{}) (*companySettingsOutput, error) {
	on, err := a.Store.OwnedOnly(ctx, auth.From(ctx).Instance)
	return &companySettingsOutput{CompanySettings{on}}, err
}

func (a *API) setCompanySettings(ctx context.Context, in *struct{ Body CompanySettings }) (*companySettingsOutput, error) {
	instance, on := auth.From(ctx).Instance, in.Body.OwnedOnly
	err := a.Store.Write(ctx, func(tx *store.Tx) error {
		before, err := tx.OwnedOnly(ctx, instance)
		if err != nil || before == on {
			return err
		}
		if err := tx.SetOwnedOnly(ctx, instance, on); err != nil {
			return err
		}
		return a.noteSwitches(ctx, tx, "companies.ownedOnly", map[string]bool{"ownedOnly": on})
	})
	return &companySettingsOutput{in.Body}, err
}

// errOwnedOnly refuses a list that nobody's companies can be picked from.
var errOwnedOnly = bowline.Errorf(bowline.CodeForbidden, "You see only the companies that you own: they are in the directory.")

// visibleTo returns the person who sees only the companies that they own; empty
// for a caller who sees all.
func (a *API) visibleTo(ctx context.Context) (bowline.ID, error) {
	caller := auth.From(ctx)
	if !caller.Staff() || !caller.Role.OwnedOnly() {
		return "", nil
	}
	on, err := a.Store.OwnedOnly(ctx, caller.Instance)
	if err != nil || !on {
		return "", err
	}
	return caller.User, nil
}

// sees says whether the caller may know of a company. One that does not exist is
// left to be missed by whoever looks for it.
func (a *API) sees(ctx context.Context, company string) error {
	visible, err := a.visibleTo(ctx)
	if err != nil || visible == "" {
		return err
	}
	id, err := idOf("company", company)
	if err != nil {
		return err
	}
	owners, err := a.Store.CompanyOwners(ctx, auth.From(ctx).Instance, id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if !slices.Contains(owners, visible) {
		return notFound("company", id)
	}
	return nil
}

// errOwnRelations refuses to arrange companies of which one sees some only.
var errOwnRelations = bowline.Errorf(bowline.CodeForbidden, "You see only the companies that you own, so you cannot say which belong together.")

// mayRelate says whether the caller may set relations: others would be changed,
// and shown, that somebody who sees a part only must not know of.
func (a *API) mayRelate(ctx context.Context, relations bowline.Relations) error {
	if relations.Empty() {
		return nil
	}
	if visible, err := a.visibleTo(ctx); err != nil || visible != "" {
		return errors.Join(err, errOwnRelations)
	}
	return nil
}

// hideRelations leaves out of a company's relations what the caller may not know of.
func (a *API) hideRelations(ctx context.Context, companies ...*bowline.Company) error {
	visible, err := a.visibleTo(ctx)
	if err != nil || visible == "" {
		return err
	}
	hidden := func(id bowline.ID) bool {
		owners, fault := a.Store.CompanyOwners(ctx, auth.From(ctx).Instance, id)
		if fault != nil && !errors.Is(fault, store.ErrNotFound) {
			err = fault
		}
		return !slices.Contains(owners, visible)
	}
	for _, c := range companies {
		if parent := c.ReferenceParentCompany; parent != nil && hidden(parent.ID) {
			c.ReferenceParentCompany = nil
		}
		c.ReferenceSubsidiaryCompanies = slices.DeleteFunc(c.ReferenceSubsidiaryCompanies, func(r bowline.CompanyReference) bool { return hidden(r.ID) })
	}
	return err
}

// owners reads who is to own a company: people who work in the instance.
func (a *API) owners(ctx context.Context, list []string) ([]bowline.ID, error) {
	refuse := func(message string) error {
		return &bowline.Error{Code: bowline.CodeInvalid, Message: message, Items: []bowline.ValidationItem{
			{ItemID: "owners", Message: message, ValidatorName: "Company"},
		}}
	}
	if len(list) > bowline.MaxOwners {
		return nil, refuse("A company has at most 50 owners.")
	}
	owners := []bowline.ID{}
	for _, text := range list {
		id, err := bowline.ParseID(text)
		if err == nil {
			_, err = a.Store.Member(ctx, auth.From(ctx).Instance, id)
		}
		switch {
		case errors.Is(err, bowline.ErrBadID), errors.Is(err, store.ErrNotFound):
			return nil, refuse("owners names somebody who does not work here.")
		case err != nil:
			return nil, err
		}
		if !slices.Contains(owners, id) {
			owners = append(owners, id)
		}
	}
	return owners, nil
}

// firstOwners are those of a new company. Who sees only what they own becomes an
// owner of what they create.
func (a *API) firstOwners(ctx context.Context, list []string) ([]bowline.ID, error) {
	owners, err := a.owners(ctx, list)
	if err != nil {
		return nil, err
	}
	visible, err := a.visibleTo(ctx)
	if visible != "" && !slices.Contains(owners, visible) {
		owners = append(owners, visible)
	}
	return owners, err
}
