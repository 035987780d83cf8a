package connection

import (
	"context"
	"slices"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/probe"
)

// confirmCredentials asks the provider of an integration with credentials
// whether they are right. The members are the fields of the customer's form.
func (s *Service) confirmCredentials(ctx context.Context, in catalog.Integration, members map[string]string) (confirmed, error) {
	var names []string
	for _, f := range in.Credentials.Fields {
		names = append(names, f.Name)
	}
	accepted := slices.Clone(names)
	if in.Credentials.Probe.Tenants != nil {
		accepted = append(accepted, memberTenantID)
	}
	for name := range members {
		if !slices.Contains(accepted, name) { // not repeated: a key may stand in the wrong place
			return confirmed{}, bowline.Errorf(bowline.CodeInvalid, "This integration accepts the members %s.", strings.Join(accepted, ", "))
		}
	}
	values, faults := in.Credentials.Check(members)
	for _, name := range names {
		switch faults[name] {
		case "":
		case catalog.FieldMissing:
			return confirmed{}, bowline.Errorf(bowline.CodeInvalid, "The member %s is required.", name)
		default:
			return confirmed{}, bowline.Errorf(bowline.CodeInvalid, "The member %s is not usable.", name)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	found, err := s.Probe.Probe(ctx, in, values)
	if err != nil {
		return confirmed{}, probeRefusal(err)
	}
	tenant := bowline.Tenant{ID: found.TenantID, Name: found.CompanyName}
	if in.Credentials.Probe.Tenants != nil {
		if tenant, err = chooseBusiness(found.Tenants, members[memberTenantID]); err != nil {
			return confirmed{}, err
		}
	}
	return confirmed{fields: values, companyName: tenant.Name, tenant: tenant}, nil
}

// chooseBusiness picks the one with the id wanted; the only one when there is
// no wish.
func chooseBusiness(all []probe.Tenant, wanted string) (bowline.Tenant, error) {
	if wanted == "" && len(all) == 1 {
		wanted = all[0].ID
	}
	for _, t := range all {
		if t.ID == wanted {
			return bowline.Tenant{ID: t.ID, Name: t.Name}, nil
		}
	}
	return bowline.Tenant{}, bowline.Errorf(bowline.CodeInvalid, "The member %s must be one of the organizations that the credentials reach.", memberTenantID)
}

// probeRefusal gives a failed probe its public form.
func probeRefusal(err error) error {
	switch probe.ReasonOf(err) {
	case probe.Refused:
		return &bowline.Error{Code: bowline.CodeInvalid, Message: "The provider refused the credentials.", Cause: err}
	case probe.Permission:
		return &bowline.Error{Code: bowline.CodeInvalid, Message: "The credentials lack permissions at the provider.", Cause: err}
	case probe.NoTenants:
		return &bowline.Error{Code: bowline.CodeInvalid, Message: "The credentials do not reach any organization.", Cause: err}
	case probe.Unavailable:
		return &bowline.Error{Code: bowline.CodeUnavailable, Message: "The provider cannot be reached at the moment; try again later.", Cause: err}
	}
	return &bowline.Error{Code: bowline.CodeInvalid, Message: "The provider did not confirm the credentials.", Cause: err}
}
