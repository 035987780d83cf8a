package catalog

import (
	"regexp"
	"slices"
)

// Keep says what to remember of a provider's answers besides the tokens. Each
// becomes a variable: ${callback.NAME}, ${token.NAME} or ${claim.NAME}. What
// does not look as the file says counts as not sent.
type Keep struct {
	// Callback are parameters of the redirect. They come through the browser,
	// so they are hostile until compared with something.
	Callback []Kept `json:"callback"`
	// Token are members of the answer of the token endpoint.
	Token []Kept `json:"token"`
	// Claims are claims of an access token that is a JWT. It is not verified:
	// they may narrow a question to the provider, never decide anything.
	Claims []Kept `json:"claims"`
}

// Kept is one value to remember.
type Kept struct {
	Name string `json:"name"`
	// Pattern is an RE2 expression for all of the value; OneOf lists the values
	// that may be. One of the two is required for a value that stands in a host.
	Pattern string   `json:"pattern"`
	OneOf   []string `json:"oneOf"`
	// Optional ones may be missing; without the others there is no connection.
	Optional bool `json:"optional"`

	whole *regexp.Regexp // Pattern, compiled
}

// maxKept bounds a kept value, in bytes.
const maxKept = 500

// Accepts says whether a value looks as the file says.
func (k Kept) Accepts(value string) bool {
	switch {
	case value == "" || len(value) > maxKept:
		return false
	case len(k.OneOf) > 0:
		return slices.Contains(k.OneOf, value)
	}
	return k.whole == nil || k.whole.MatchString(value)
}

func (k Keep) complete() {
	for _, list := range [][]Kept{k.Callback, k.Token, k.Claims} {
		for i := range list {
			list[i].whole = anchored(list[i].Pattern)
		}
	}
}

// KeptNames are the names of what a fintech hands over beside tokens of its
// own: what the customer would have typed, and what the provider would have
// told.
func (in Integration) KeptNames() []string {
	var names []string
	for _, f := range in.Inputs {
		names = append(names, f.Name)
	}
	for _, list := range [][]Kept{in.Keep.Callback, in.Keep.Token} {
		for _, k := range list {
			if !slices.Contains(names, k.Name) {
				names = append(names, k.Name)
			}
		}
	}
	return names
}

// KeptValues makes variables of such values, and names the first one that is
// missing or malformed.
func (in Integration) KeptValues(given map[string]string) (values Values, missing string) {
	typed := map[string]string{}
	for _, f := range in.Inputs {
		typed[f.Name] = given[f.Name]
	}
	checked, faults := in.CheckInputs(typed)
	for _, f := range in.Inputs {
		if faults[f.Name] != "" && missing == "" {
			missing = f.Name
		}
	}
	values = in.InputValues(checked)
	for _, list := range []struct {
		prefix string
		kept   []Kept
	}{{"callback.", in.Keep.Callback}, {"token.", in.Keep.Token}} {
		for _, k := range list.kept {
			switch value := given[k.Name]; {
			case k.Accepts(value):
				values[list.prefix+k.Name] = value
			case (value != "" || !k.Optional) && missing == "":
				missing = k.Name
			}
		}
	}
	return values, missing
}
