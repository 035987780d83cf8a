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
	for name := range members {
		if !slices.Contains(names, name) { // not repeated: a key may stand in the wrong place
			return confirmed{}, bowline.Errorf(bowline.CodeInvalid, "This integration accepts the members %s.", strings.Join(names, ", "))
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
	return confirmed{
		fields: values, companyName: found.CompanyName,
		tenant: bowline.Tenant{ID: found.TenantID, Name: found.CompanyName},
	}, nil
}

// probeRefusal gives a failed probe its public form.
func probeRefusal(err error) error {
	switch probe.ReasonOf(err) {
	case probe.Refused:
		return &bowline.Error{Code: bowline.CodeInvalid, Message: "The provider refused the credentials.", Cause: err}
	case probe.Unavailable:
		return &bowline.Error{Code: bowline.CodeUnavailable, Message: "The provider cannot be reached at the moment; try again later.", Cause: err}
	}
	return &bowline.Error{Code: bowline.CodeInvalid, Message: "The provider did not confirm the credentials.", Cause: err}
}
