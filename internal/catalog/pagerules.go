package catalog

import (
	"net/http"
	"strings"
)

// checkPages adds faults for lists that could not be followed to their end.
func (d *document) checkPages(in Integration) {
	if in.Tenants == nil {
		return
	}
	t := in.Tenants
	d.checkPaged(at{"tenants"}, t.Call, t.Pages)
	if t.Pages != nil && !t.Pages.Follows() && t.Otherwise != "" && !numbered(t.Call) {
		d.faultf(at{"tenants", "otherwise"}, "needs the number of the page in the parameters")
	}
	if t.Each != nil {
		d.checkPaged(at{"tenants", "each"}, t.Each.Call, t.Each.Pages)
	}
}

func (d *document) checkPaged(place at, c Call, p *Pages) {
	holds := numbered(c) || strings.Contains(c.URL, PageVariable)
	switch {
	case p == nil && holds:
		d.faultf(place, "uses %s without pages", PageVariable)
	case p == nil:
	case p.Follows() && holds:
		d.faultf(place.with("pages"), "follows a URL, so the call cannot use %s", PageVariable)
	case p.Follows() && c.Method != "" && c.Method != http.MethodGet:
		d.faultf(place.with("pages"), "follows a URL, which needs the method GET")
	case !p.Follows() && !holds:
		d.faultf(place.with("pages"), "needs %s in the call", PageVariable)
	}
}

// numbered says whether the parameters of a call hold the number of the page.
func numbered(c Call) bool {
	for _, text := range c.Params {
		if strings.Contains(text.Reveal(), PageVariable) {
			return true
		}
	}
	return false
}
