package catalog

// Tenants describes how to list the organisations of a grant, answered with
// JSON.
type Tenants struct {
	Call
	// Items is the dotted path to the array, "" when the document itself is
	// the array. An object in its place is the only item.
	Items string `json:"items"`
	// ID and Name are dotted paths within one item. An empty Name means that
	// the id is shown.
	ID   string `json:"id"`
	Name string `json:"name"`
	// NameOtherwise is the path to take when Name leads nowhere.
	NameOtherwise string `json:"nameOtherwise"`
	// Within is a text that stands in front of each id, with a slash between,
	// where ids are unique within something only. It becomes part of
	// TenantVariable: calls that want the bare id use one of Keep.
	Within string `json:"within"`
	// Beside is a text that stands behind each name, in brackets, where names
	// alone do not tell items apart.
	Beside string `json:"beside"`
	// Keep maps a variable's name to a dotted path within one item:
	// ${tenant.NAME} of what was chosen.
	Keep map[string]string `json:"keep"`
	// Where keeps the items whose member, by dotted path, has the value.
	Where map[string]string `json:"where"`
	// Each is asked first, where one list leads to the next: the call is made
	// once for each of its items, whose kept values are ${each.NAME}.
	Each *Each `json:"each"`
	// Pages says how the list goes on, nil for one that comes whole.
	Pages *Pages `json:"pages"`
	// Otherwise is the URL to ask when the list is empty, "" for none.
	Otherwise string `json:"otherwise"`
	// Multiple allows to connect several of them at once.
	Multiple bool `json:"multiple"`
}

// Identify returns the id under which an item is known and the name that is
// shown for it. known holds the grant's values and the item's. The id is ""
// when a value of Within is missing.
func (t Tenants) Identify(id, name string, known Values) (whole, shown string) {
	if t.Within != "" {
		within, err := FillText(t.Within, known)
		if err != nil {
			return "", name
		}
		id = within + "/" + id
	}
	if beside, err := FillText(t.Beside, known); err == nil && beside != "" {
		name += " (" + beside + ")"
	}
	return id, name
}

// Each is the first of two calls that find the organisations of a grant.
type Each struct {
	Call
	Items string `json:"items"`
	// Keep maps a variable's name to a dotted path within one item. Items that
	// lack one are left out.
	Keep map[string]string `json:"keep"`
	// Pages says how the list goes on, nil for one that comes whole.
	Pages *Pages `json:"pages"`
}

// Pages says how a list that comes in parts goes on: in one of these ways.
type Pages struct {
	// Link is the dotted path to the URL of the next page, which is there as long
	// as there is one. It may be relative to the page before, and leads to no
	// other host.
	Link string `json:"link"`
	// Header takes that URL from the header Link with rel="next" (RFC 8288).
	Header bool `json:"header"`
	// Count is the dotted path to the number of all pages. The call holds
	// PageVariable, which counts from 1.
	Count string `json:"count"`
	// More is the dotted path to something that is there, and is not false, as
	// long as another page follows. The call holds PageVariable.
	More string `json:"more"`
}

// Follows says whether a page names the one after it, by its URL.
func (p Pages) Follows() bool { return p.Link != "" || p.Header }

// PageVariable stands for the number of a page, from 1.
const PageVariable = "${page.number}"

// Tenant is the organisation of a grant that reaches exactly one and tells
// which, by templates of what was kept.
type Tenant struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// TenantVariable stands for the chosen tenant's id.
const TenantVariable = "${tenant.id}"

// Company describes the call that tells the name of the connected business,
// answered with JSON.
type Company struct {
	Call
	// Name is the dotted path to the name; Otherwise the one to take when that
	// leads nowhere.
	Name      string `json:"name"`
	Otherwise string `json:"otherwise"`
}
