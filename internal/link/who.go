package link

import (
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

// who says who has to sign in, in our words for the role and then in those of
// the integration's file; "" when anybody may. It is told before the journey
// leaves for the provider, because that is where the wrong person would find out.
func (pg page) who(in catalog.Integration) string {
	words := pg.set.words.Consent.Who
	role := map[string]string{
		catalog.RoleAdministrator: words.Administrator, catalog.RoleAdviser: words.Adviser, catalog.RoleOwner: words.Owner,
	}[in.SignIn.Role]
	return strings.TrimSpace(filler(in.Name, pg.set.client.Name).Replace(role) + " " + in.SignIn.Note)
}

// whoFor is who for a connection that exists.
func (s *Service) whoFor(pg page, c bowline.Connection) string {
	in, ok := s.catalogOf(c.InstanceID).Get(c.IntegrationKey)
	if !ok {
		return ""
	}
	if in.Rows != nil {
		in.Name = c.PlatformName
	}
	return pg.who(in)
}
