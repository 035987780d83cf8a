package bowline

import "slices"

// MaxSubsidiaries is how many companies may belong to one.
const MaxSubsidiaries = 100

// The members by which a company names the ones it is related to (platform-api
// section 1.2).
const (
	ParentMember     = "referenceParentCompany"
	SubsidiaryMember = "referenceSubsidiaryCompanies"
)

// Relations are the company that a company belongs to and those that belong to
// it. Both sides know of each relation.
type Relations struct {
	Parent       ID   `json:"parent,omitempty"`
	Subsidiaries []ID `json:"subsidiaries,omitempty"`
}

// Empty says that nothing is asked for: an empty list of subsidiaries would be
// something.
func (r Relations) Empty() bool { return r.Parent == "" && r.Subsidiaries == nil }

// IDs are all companies in the relations, in a slice of the caller's own.
func (r Relations) IDs() []ID {
	ids := slices.Clone(r.Subsidiaries)
	if r.Parent != "" {
		ids = append(ids, r.Parent)
	}
	return ids
}

// Validate refuses relations that the company id cannot have, whatever the
// others are.
func (r Relations) Validate(id ID) error {
	switch {
	case r.Parent == id:
		return refuseRelation(ParentMember, "A company cannot be its own parent.")
	case slices.Contains(r.Subsidiaries, id):
		return refuseRelation(SubsidiaryMember, "A company cannot be its own subsidiary.")
	case r.Parent != "" && slices.Contains(r.Subsidiaries, r.Parent):
		return refuseRelation(SubsidiaryMember, "A company cannot be both the parent and a subsidiary of another one.")
	case len(r.Subsidiaries) > MaxSubsidiaries:
		return refuseRelation(SubsidiaryMember, "A company has at most 100 subsidiaries.")
	}
	return nil
}

// UnknownRelative refuses a company that does not exist; member says where it
// was named.
func UnknownRelative(member string) *Error {
	return refuseRelation(member, member+" names a company that does not exist.")
}

func refuseRelation(member, message string) *Error {
	return &Error{Code: CodeInvalid, Message: message, Items: []ValidationItem{
		{ItemID: member, Message: message, ValidatorName: "Company"},
	}}
}

// Family holds the relations of a company and of all that it is or wants to be
// related to, by id. A company that is missing from it does not exist.
type Family map[ID]*Relations

// Relate gives the company id the relations wanted, and the other companies
// their side of each. An empty parent and nil subsidiaries leave what there
// is; a list of subsidiaries replaces the present one. A refusal changes
// nothing.
func (f Family) Relate(id ID, want Relations) error {
	if want.Parent == "" {
		want.Parent = f[id].Parent
	}
	if want.Subsidiaries == nil {
		want.Subsidiaries = f[id].Subsidiaries
	}
	if err := want.Validate(id); err != nil {
		return err
	}
	if want.Parent != "" {
		parent, exists := f[want.Parent]
		if !exists {
			return UnknownRelative(ParentMember)
		}
		if !slices.Contains(parent.Subsidiaries, id) && len(parent.Subsidiaries) >= MaxSubsidiaries {
			return refuseRelation(ParentMember, "The parent company has 100 subsidiaries already, which is the most.")
		}
	}
	for _, s := range want.Subsidiaries {
		subsidiary, exists := f[s]
		if !exists {
			return UnknownRelative(SubsidiaryMember)
		}
		if subsidiary.Parent != "" && subsidiary.Parent != id {
			return refuseRelation(SubsidiaryMember, SubsidiaryMember+" names a company that has another parent already.")
		}
	}
	f.set(id, want)
	return nil
}

// Leave ends all relations of the company id.
func (f Family) Leave(id ID) { f.set(id, Relations{}) }

func (f Family) set(id ID, next Relations) {
	own := f[id]
	if own.Parent != next.Parent {
		if former := f[own.Parent]; former != nil {
			former.Subsidiaries = slices.DeleteFunc(former.Subsidiaries, func(s ID) bool { return s == id })
		}
		if parent := f[next.Parent]; parent != nil {
			parent.Subsidiaries = append(parent.Subsidiaries, id)
		}
	}
	for _, s := range own.Subsidiaries {
		if former := f[s]; former != nil {
			former.Parent = ""
		}
	}
	for _, s := range next.Subsidiaries {
		f[s].Parent = id
	}
	*own = next
}

// Relations returns the ids of the companies that this one is related to.
func (c *Company) Relations() Relations {
	var r Relations
	if c.ReferenceParentCompany != nil {
		r.Parent = c.ReferenceParentCompany.ID
	}
	for _, s := range c.ReferenceSubsidiaryCompanies {
		r.Subsidiaries = append(r.Subsidiaries, s.ID)
	}
	return r
}

// SetRelations replaces the references by ones that hold an id alone.
func (c *Company) SetRelations(r Relations) {
	c.ReferenceParentCompany, c.ReferenceSubsidiaryCompanies = nil, nil
	if r.Parent != "" {
		c.ReferenceParentCompany = &CompanyReference{ID: r.Parent}
	}
	for _, s := range r.Subsidiaries {
		c.ReferenceSubsidiaryCompanies = append(c.ReferenceSubsidiaryCompanies, CompanyReference{ID: s})
	}
}

// Refer completes the references with what is known of the companies, by id,
// and drops those of which nothing is.
func (c *Company) Refer(known map[ID]CompanyReference) {
	r := c.Relations()
	c.ReferenceParentCompany, c.ReferenceSubsidiaryCompanies = nil, nil
	if parent, ok := known[r.Parent]; ok {
		c.ReferenceParentCompany = &parent
	}
	for _, s := range r.Subsidiaries {
		if subsidiary, ok := known[s]; ok {
			c.ReferenceSubsidiaryCompanies = append(c.ReferenceSubsidiaryCompanies, subsidiary)
		}
	}
}
