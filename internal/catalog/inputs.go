package catalog

import "cmp"

// Option is one of the values between which a field lets the customer choose.
type Option struct {
	Value string `json:"value"`
	Label string `json:"label"`
	// Set gives further variables their values with this choice:
	// ${input.FIELD.NAME}.
	Set map[string]string `json:"set"`
}

// SignIn says who has to sign in, so that the customer hears of it before the
// journey leaves for the provider.
type SignIn struct {
	// Role is RoleAdministrator, RoleAdviser or RoleOwner, "" for anybody.
	Role string `json:"role"`
	// Note is a sentence more, in the file's words.
	Note string `json:"note"`
}

// The values of SignIn.Role.
const (
	RoleAdministrator = "administrator"
	RoleAdviser       = "adviser"
	RoleOwner         = "owner"
)

// Rows makes several rows of the picker of one integration, each with a
// sourceId of its own, such as the banks behind an aggregator. The list is the
// provider's: a GET without a grant, answered with JSON.
type Rows struct {
	URL   string `json:"url"`
	Items string `json:"items"`
	// ID, Name and Logo are dotted paths within one item.
	ID   string `json:"id"`
	Name string `json:"name"`
	Logo string `json:"logo"`
	// Hours is how long a list serves before it is asked for again.
	Hours int `json:"hours"`
}

// InputValues returns the variables that customers' answers make, given as
// Credentials.Check returns them.
func (in Integration) InputValues(answers map[string]string) Values {
	values := Values{}
	for _, f := range in.Inputs {
		answer := cmp.Or(answers[f.Name], f.Default)
		if answer == "" {
			continue
		}
		values["input."+f.Name] = f.Whole(answer)
		for _, o := range f.Options {
			if o.Value != answer {
				continue
			}
			for name, value := range o.Set {
				values["input."+f.Name+"."+name] = value
			}
		}
	}
	return values
}

// CheckInputs is Credentials.Check for what is asked before a sign-in.
func (in Integration) CheckInputs(typed map[string]string) (values map[string]string, faults map[string]FieldFault) {
	return Credentials{Fields: in.Inputs}.Check(typed)
}
