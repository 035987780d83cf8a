package auth

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Workplace is an instance as somebody who works there sees it.
type Workplace struct {
	ID      bowline.ID           `json:"id"`
	Name    string               `json:"name"`
	Kind    bowline.InstanceKind `json:"kind"`
	Role    bowline.Role         `json:"role"`
	Slug    string               `json:"slug"` // in addresses of the journey; follows the profile's name
	Created time.Time            `json:"created"`
}

// errNotEverywhere refuses what concerns the whole deployment.
var errNotEverywhere = bowline.Errorf(bowline.CodeForbidden, "This concerns every instance. It takes an administrator of all of them.")

// Workplaces lists the instances in which a person works, live ones first, then
// the oldest.
func (s *Staff) Workplaces(ctx context.Context, memberships []bowline.Membership) ([]Workplace, error) {
	instances, err := s.Store.Instances(ctx)
	if err != nil {
		return nil, err
	}
	list := []Workplace{}
	for _, m := range memberships {
		for _, i := range instances {
			if i.ID != m.InstanceID {
				continue
			}
			list = append(list, Workplace{ID: i.ID, Name: i.Name, Kind: i.Kind, Role: m.Role(), Slug: bowline.Slug(i.Name), Created: i.Created})
		}
	}
	slices.SortStableFunc(list, func(a, b Workplace) int { return strings.Compare(string(a.Kind), string(b.Kind)) })
	return list, nil
}

// OwnWorkplaces lists the instances in which the caller works.
func (s *Staff) OwnWorkplaces(ctx context.Context, caller Caller) ([]Workplace, error) {
	memberships, err := s.Store.Memberships(ctx, caller.User)
	if err != nil {
		return nil, err
	}
	return s.Workplaces(ctx, active(memberships))
}

// everywhere says whether somebody is an administrator of every instance.
func everywhere(ctx context.Context, tx *store.Tx, user bowline.ID) (bool, error) {
	instances, err := tx.Instances(ctx)
	if err != nil {
		return false, err
	}
	memberships, err := tx.Memberships(ctx, user)
	if err != nil {
		return false, err
	}
	administered := 0
	for _, m := range active(memberships) {
		if m.Role() == bowline.RoleAdministrator {
			administered++
		}
	}
	return administered == len(instances), nil
}

// maxInstances bounds how many instances a deployment has.
const maxInstances = 20

// CreateInstance makes an instance with a profile of its own. Everybody who is an
// administrator of all the others is one of the new instance too; it takes one of
// them to make it.
func (s *Staff) CreateInstance(ctx context.Context, caller Caller, name string, kind bowline.InstanceKind) (Workplace, error) {
	name, err := bowline.CleanInstanceName(name)
	if err != nil {
		return Workplace{}, err
	}
	if kind != bowline.LiveInstance && kind != bowline.TestInstance {
		return Workplace{}, bowline.Errorf(bowline.CodeInvalid, "kind must be live or test.")
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	made := store.Instance{ID: bowline.NewID(now), Name: name, Kind: kind, Created: now}
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		_, all, err := orphaned(ctx, tx)
		if err != nil {
			return err
		}
		if ok, err := everywhere(ctx, tx, caller.User); err != nil || !ok {
			return orRefusal(err, errNotEverywhere)
		}
		if len(all) >= maxInstances {
			return bowline.Errorf(bowline.CodeConflict, "A deployment has at most %d instances.", maxInstances)
		}
		if err := freeName(ctx, tx, "", name); err != nil {
			return err
		}
		members, err := tx.Members(ctx, caller.Instance)
		if err != nil {
			return err
		}
		var administrators []bowline.ID
		for _, m := range members {
			ok, err := everywhere(ctx, tx, m.ID)
			if err != nil {
				return err
			}
			if ok {
				administrators = append(administrators, m.ID)
			}
		}
		if err := tx.InsertInstance(ctx, made); err != nil {
			return err
		}
		if err := tx.PutProfile(ctx, made.ID, bowline.Profile{Name: name, WhiteListURLs: []string{}}); err != nil {
			return err
		}
		for _, id := range administrators {
			m := bowline.Membership{InstanceID: made.ID, UserID: id, Given: bowline.RoleAdministrator, Created: now}
			if err := tx.PutMembership(ctx, m); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, change{made.ID, caller.Actor(), "instance.created", made.ID, name})
	})
	if err != nil {
		return Workplace{}, err
	}
	return Workplace{ID: made.ID, Name: name, Kind: kind, Role: bowline.RoleAdministrator, Slug: bowline.Slug(name), Created: now}, nil
}

// orRefusal is err, or else the refusal.
func orRefusal(err, refusal error) error {
	if err != nil {
		return err
	}
	return refusal
}

// freeName refuses a name whose address would be that of another instance:
// people tell instances apart by it.
func freeName(ctx context.Context, tx *store.Tx, own bowline.ID, name string) error {
	instances, err := tx.Instances(ctx)
	if err != nil {
		return err
	}
	if bowline.Slug(name) == "" {
		return bowline.Errorf(bowline.CodeInvalid, "name must hold letters or digits.")
	}
	for _, i := range instances {
		if i.ID != own && bowline.Slug(i.Name) == bowline.Slug(name) {
			return bowline.Errorf(bowline.CodeConflict, "Another instance is called %s.", i.Name)
		}
	}
	return nil
}

// RenameInstance changes how staff call an instance of which the caller is an
// administrator; any other is CodeNotFound.
func (s *Staff) RenameInstance(ctx context.Context, caller Caller, id bowline.ID, name string) (Workplace, error) {
	name, err := bowline.CleanInstanceName(name)
	if err != nil {
		return Workplace{}, err
	}
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		own, err := tx.Memberships(ctx, caller.User)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(active(own), func(m bowline.Membership) bool {
			return m.InstanceID == id && m.Role() == bowline.RoleAdministrator
		}) {
			return errOtherPlace
		}
		if err := freeName(ctx, tx, id, name); err != nil {
			return err
		}
		if err := tx.RenameInstance(ctx, id, name); err != nil {
			return err
		}
		return s.record(ctx, tx, change{id, caller.Actor(), "instance.renamed", id, name})
	})
	if err != nil {
		return Workplace{}, err
	}
	list, err := s.OwnWorkplaces(ctx, caller)
	at := slices.IndexFunc(list, func(w Workplace) bool { return w.ID == id })
	if err != nil || at < 0 {
		return Workplace{}, orRefusal(err, errOtherPlace)
	}
	return list[at], nil
}
