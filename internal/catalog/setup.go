package catalog

import (
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"
)

// Setup tells an operator how to register with the provider.
type Setup struct {
	// Console is where apps are registered, a URL.
	Console string `json:"console"`
	// Steps are what to do there, in order: Markdown without blocks.
	Steps []string `json:"steps"`
	// Review is what approval to expect, "" for none.
	Review string `json:"review"`
	// Fields are what else the operator has to tell us: ${setup.NAME}.
	Fields []SetupField `json:"fields"`
	// ClientPer names the input for each option of which the operator has a
	// client of its own, "" for one client.
	ClientPer string `json:"clientPer"`
}

// SetupField is one thing that an operator tells.
type SetupField struct {
	Name     string `json:"name"`
	Label    string `json:"label"`
	Help     string `json:"help"`
	Secret   bool   `json:"secret"`
	Optional bool   `json:"optional"`
}

// Registration is what an operator has set up for one integration. Members
// that are nil leave the decision to the file.
type Registration struct {
	Enabled *bool
	Order   *int
	Sandbox *bool
	Scopes  []string
	// Clients holds the client under "", or those of Setup.ClientPer by option.
	Clients map[string]Client
	// Values are those of Setup.Fields.
	Values map[string]Secret
}

// Client is the registration of an app with a provider.
type Client struct {
	ID         string
	Secret     Secret
	PrivateKey Secret
}

// With returns the catalog as an operator has set it up: by key, what was set
// up for an integration. Those of which something is missing are not Enabled.
func (c *Catalog) With(registrations map[string]Registration) *Catalog {
	files := c.current.Load().files
	set := contents{byKey: make(map[string]Integration, len(files)), all: make([]Integration, 0, len(files)), files: files}
	for _, in := range files {
		r := registrations[in.Key]
		in.asked = r.Enabled != nil && *r.Enabled
		in = in.with(r)
		set.byKey[in.Key] = in
		set.all = append(set.all, in)
	}
	set.sort()
	return holding(set)
}

func (in Integration) with(r Registration) Integration {
	if r.Enabled != nil {
		in.Enabled = *r.Enabled
	}
	if r.Order != nil {
		in.Order = *r.Order
	}
	if r.Sandbox != nil {
		in.Sandbox = *r.Sandbox
	}
	if r.Scopes != nil {
		in.OAuth.Scopes = r.Scopes
	}
	in.own = &r
	if client, one := r.Clients[""]; one && in.Setup.ClientPer == "" {
		in.setClient(client)
	}
	in.Enabled = in.Enabled && len(in.Missing()) == 0
	for i, field := range in.Inputs { // an option without a client cannot be chosen
		if field.Name == in.Setup.ClientPer {
			in.Inputs = slices.Clone(in.Inputs)
			in.Inputs[i].Options = slices.DeleteFunc(slices.Clone(field.Options), func(o Option) bool { return !in.hasClient(o) })
		}
	}
	switch {
	case r.Clients == nil && r.Values == nil && len(in.Missing()) > 0:
		return in // there is nothing to fill in, and most are like this
	case in.Setup.ClientPer != "":
		return in.fill(in.operatorValues(false))
	}
	return in.fill(in.operatorValues(true))
}

// setClient takes a registration as a whole: the secret of a file belongs to the
// client of that file, and goes to nobody together with another one.
func (in *Integration) setClient(c Client) {
	if c.ID != "" {
		in.OAuth.ClientID, in.OAuth.ClientSecret, in.OAuth.PrivateKey = c.ID, c.Secret, c.PrivateKey
	}
}

// ForInputs returns the integration with the client that belongs to what the
// customer chose, where the operator has several; else as it is.
func (in Integration) ForInputs(values Values) Integration {
	if in.Setup.ClientPer == "" {
		return in
	}
	if in.own != nil {
		in.setClient(in.own.Clients[values["input."+in.Setup.ClientPer]])
	}
	return in.fill(in.operatorValues(true))
}

// hasClient says whether the operator has a whole client for an option of
// Setup.ClientPer. With half of one the sign-in would fail at its end.
func (in Integration) hasClient(o Option) bool {
	if in.own == nil {
		return false
	}
	client, has := in.own.Clients[o.Value]
	in.setClient(client)
	return has && len(missingClient(in.OAuth)) == 0
}

// hasSomeClient says so of any option.
func (in Integration) hasSomeClient() bool {
	return slices.ContainsFunc(in.Inputs, func(f Field) bool {
		return f.Name == in.Setup.ClientPer && slices.ContainsFunc(f.Options, in.hasClient)
	})
}

// Missing names what an operator has to set before the integration can be
// offered: "enabled", "clientId", "clientSecret", "privateKey", "values.NAME" or
// "clients". It is empty when nothing is missing.
func (in Integration) Missing() []string {
	var missing []string
	o := in.OAuth
	switch {
	case in.UsesCredentials() && in.builtin && !in.Sandbox && !in.asked:
		missing = append(missing, "enabled") // nobody has asked for it
	case in.UsesCredentials():
	case in.Setup.ClientPer != "" && !in.hasSomeClient():
		missing = append(missing, "clients")
	case in.Setup.ClientPer != "":
	default:
		missing = missingClient(o)
	}
	for _, field := range in.Setup.Fields {
		if !field.Optional && in.value(field) == "" {
			missing = append(missing, "values."+field.Name)
		}
	}
	return missing
}

func missingClient(o OAuth) []string {
	var missing []string
	if o.ClientID == "" {
		missing = append(missing, "clientId")
	}
	switch {
	case o.ClientAuthentication == None:
	case o.ClientAuthentication == PrivateKeyJWT && o.PrivateKey == "":
		missing = append(missing, "privateKey")
	case o.ClientAuthentication != PrivateKeyJWT && o.ClientSecret == "":
		missing = append(missing, "clientSecret")
	}
	return missing
}

func (in Integration) value(f SetupField) Secret {
	if in.own == nil {
		return ""
	}
	return in.own.Values[f.Name]
}

// operatorValues are the variables that an operator's setup decides.
func (in Integration) operatorValues(client bool) Values {
	values := Values{}
	for _, field := range in.Setup.Fields {
		// One that is not set stays a variable, so that what holds it is left out.
		if value := in.value(field); value != "" {
			values["setup."+field.Name] = value.Reveal()
		}
	}
	if client {
		values["client.id"], values["client.secret"] = in.OAuth.ClientID, in.OAuth.ClientSecret.Reveal()
	}
	return values
}

// fill replaces the given variables in every text of a copy; others stay.
func (in Integration) fill(values Values) Integration {
	return deepFill(reflect.ValueOf(in), func(text string) string {
		switch {
		case !strings.Contains(text, "${"):
			return text
		case strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://"):
			return values.fillURL(text)
		}
		return values.fillKnown(text, func(value string) string { return value })
	}).Interface().(Integration)
}

// fillKnown replaces the variables that have a value; others stay.
func (v Values) fillKnown(text string, form func(string) string) string {
	return variable.ReplaceAllStringFunc(text, func(whole string) string {
		if value, known := v[whole[2:len(whole)-1]]; known {
			return form(value)
		}
		return whole
	})
}

// fillURL is fillKnown for a URL, in which each value stays in its place as with
// FillURL. One that cannot stand in the host stays a variable, so that nothing is
// ever sent there.
func (v Values) fillURL(text string) string {
	scheme, host, rest := SplitHost(text)
	if filled := v.fillKnown(host, strings.ToLower); hostName.MatchString(variable.ReplaceAllString(filled, "x.x")) {
		host = filled
	}
	path, query, asked := strings.Cut(rest, "?")
	text = scheme + host + v.fillKnown(path, url.PathEscape)
	if asked {
		text += "?" + v.fillKnown(query, url.QueryEscape)
	}
	return text
}

// deepFill copies a value with every text in it replaced. Members that are not
// exported are compiled expressions and what an operator set; they are shared.
func deepFill(v reflect.Value, with func(string) string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		out.SetString(with(v.String()))
	case reflect.Pointer:
		if !v.IsNil() && v.Elem().CanInterface() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(deepFill(v.Elem(), with))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(deepFill(v.Field(i), with))
			}
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(deepFill(v.Index(i), with))
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
			for iter := v.MapRange(); iter.Next(); {
				out.SetMapIndex(iter.Key(), deepFill(iter.Value(), with))
			}
		}
	}
	return out
}

// SetupNames are the names of Setup.Fields, sorted.
func (in Integration) SetupNames() []string {
	names := map[string]bool{}
	for _, field := range in.Setup.Fields {
		names[field.Name] = true
	}
	return slices.Sorted(maps.Keys(names))
}
