package api

import (
	"context"
	"errors"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
)

// deleteCompany deletes a company, and those below it where the caller says how
// many these are (link.md 5.8): a number that is no longer right was read, and
// agreed to, before somebody else changed the family. Clients that know nothing
// of it leave subsidiaries standing by themselves.
func (a *API) deleteCompany(ctx context.Context, in *struct {
	CompanyPath
	Subsidiaries int `query:"subsidiaries" minimum:"0" doc:"How many companies below this one go with it, on all levels: there must be exactly so many, 200 at most. Without it they stay and belong to nobody."`
}) (*struct{}, error) {
	instance, id, err := in.company(ctx)
	if err != nil {
		return nil, err
	}
	visible, err := a.visibleTo(ctx)
	if err != nil {
		return nil, err
	}
	change := a.change(ctx, auth.From(ctx))
	err = a.Store.Write(ctx, func(tx *store.Tx) error {
		if in.Subsidiaries > 0 {
			return deleteFamily(ctx, tx, family{instance, id, in.Subsidiaries, visible}, change)
		}
		company, err := tx.LockFamily(ctx, instance, id)
		if err != nil {
			return err
		}
		return tx.RemoveCompany(ctx, company, change)
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, notFound("company", id)
	case errors.Is(err, store.ErrConflict):
		return nil, errFamilyChanged
	}
	return nil, err
}

// family is a company with the number of those below it that somebody has seen;
// visible is the person who sees only the companies that they own, if it is one.
type family struct {
	instance, id bowline.ID
	below        int
	visible      bowline.ID
}

var (
	errFamilyChanged error = bowline.Errorf(bowline.CodeConflict, "The companies below this one are not those that you saw. Look at them again.")
	errFamilyLarge   error = bowline.Errorf(bowline.CodeConflict, "More than %d companies belong to this one, which is more than can be deleted at once. Delete some of them first.", store.MaxBelow)
	errFamilyHidden  error = bowline.Errorf(bowline.CodeForbidden, "Companies of other owners belong to this one. Ask somebody who sees all of them to delete it.")
)

func deleteFamily(ctx context.Context, tx *store.Tx, f family, change store.Change) error {
	top, below, err := tx.LockBelow(ctx, f.instance, f.id)
	switch {
	case err != nil:
		return err
	case len(below) > store.MaxBelow:
		return errFamilyLarge
	case f.visible != "" && slices.ContainsFunc(below, func(c bowline.Company) bool { return !slices.Contains(c.OwnerUserIDs, f.visible) }):
		return errFamilyHidden
	case len(below) != f.below:
		return errFamilyChanged
	}
	for _, c := range append(below, top) {
		if err := tx.RemoveCompany(ctx, c, change); err != nil {
			return err
		}
	}
	return nil
}
