package link

import (
	"iter"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

// defaultLocale is spoken where nothing is known of the visitor.
var defaultLocale = bowline.Locales[0]

// shownTypes are the source types that a visit shows: those asked for that have
// at least one integration to offer. What cannot be offered at all cannot be
// required.
func (s *Service) shownTypes(pg page) []typeSetting {
	var shown []typeSetting
	for _, t := range pg.set.types {
		for range s.offered(t.sourceType, pg) {
			shown = append(shown, t)
			break
		}
	}
	return shown
}

// offered goes through the integrations of a source type that a visit may
// choose.
func (s *Service) offered(t bowline.SourceType, pg page) iter.Seq[*catalog.Integration] {
	return func(yield func(*catalog.Integration) bool) {
		for in := range s.catalogOf(pg.company.InstanceID).Each() {
			if in.SourceType == string(t) && pg.offers(in) && s.there(in, pg) && !yield(in) {
				return
			}
		}
	}
}

// there says whether an integration has something to choose: one whose rows are
// the provider's to list has nothing before that was done.
func (s *Service) there(in *catalog.Integration, pg page) bool {
	return in.Rows == nil || len(s.rowsOf(pg.company.InstanceID, in).All()) > 0
}

// offers says whether a visit may choose an integration.
func (pg page) offers(in *catalog.Integration) bool {
	if !in.Enabled || in.Sandbox && !pg.set.sandbox {
		return false
	}
	for _, t := range pg.set.types {
		if string(t.sourceType) == in.SourceType {
			return t.integrations && (t.allowed == nil || slices.Contains(t.allowed, in.Key))
		}
	}
	return false
}
