package link

import (
	"iter"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

const defaultLocale = "en-US"

// typeSetting says how one source type takes part in the journey.
type typeSetting struct {
	sourceType bowline.SourceType
	required   bool
}

// defaultTypes is the product default of link.md 5.2, in the order of 1.3.3:
// books are asked for, the rest is welcome.
var defaultTypes = []typeSetting{
	{bowline.Accounting, true},
	{bowline.Commerce, false},
	{bowline.Banking, false},
}

// shownTypes resolves which source types a visit shows: those of the product
// default that have at least one integration to offer. When books cannot be
// offered at all, nothing can be required.
func (s *Service) shownTypes(v visit) []typeSetting {
	var shown []typeSetting
	for _, t := range defaultTypes {
		for range s.offered(t.sourceType, v) {
			shown = append(shown, t)
			break
		}
	}
	return shown
}

// offered goes through the integrations of a source type that a visit may
// choose.
func (s *Service) offered(t bowline.SourceType, v visit) iter.Seq[*catalog.Integration] {
	return func(yield func(*catalog.Integration) bool) {
		for in := range s.Catalog.Each() {
			if in.Enabled && in.SourceType == string(t) && !(in.Sandbox && v.HideSandbox) && !yield(in) {
				return
			}
		}
	}
}
