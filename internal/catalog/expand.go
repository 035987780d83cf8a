package catalog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// variable finds ${name}; a "${" that it does not match is a fault.
var variable = regexp.MustCompile(`\$\{([^{}$]*)\}`)

var envName = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,99}$`)

// secretPrefix starts the variables that hold client secrets of this server's
// own sandbox.
const secretPrefix = "server.secret."

// expandable lists the fields that may hold the server's own variables and the
// environment's, beside those that hold variables which get their values later.
var expandable = map[string]bool{
	"oauth.issuer": true, "oauth.clientId": true, "oauth.clientSecret": true, "oauth.privateKey": true, "oauth.jwksUrl": true,
	"before.link.url": true, "after.link.url": true, "setup.console": true,
	"credentials.fields.docs": true, "inputs.docs": true,
}

// operatorVariable says that a variable gets its value when the file is read.
func operatorVariable(name string) bool {
	return strings.HasPrefix(name, "env.") || strings.HasPrefix(name, "server.")
}

// kept reports whether a variable stays in the text, because its value is known
// only later.
func kept(field, name string) bool {
	prefix, _, _ := strings.Cut(name, ".")
	return slices.Contains(runtime(field), prefix)
}

// expander fills in variables.
type expander struct {
	vars map[string]string
	env  func(string) (string, bool)
	// names turns lookups off: names are checked, values stay unexpanded.
	// Lint works on machines that have none of the values.
	names bool
}

// expand replaces the variables in every string of the document.
func (e expander) expand(d *document) {
	d.root = e.walk(d, nil, d.root)
}

func (e expander) walk(d *document, p at, value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			v[key] = e.walk(d, p.with(key), member)
		}
	case []any:
		for i, item := range v {
			v[i] = e.walk(d, p.with(strconv.Itoa(i)), item)
		}
	case string:
		if strings.Contains(v, "${") {
			return e.text(d, p, v)
		}
	}
	return value
}

// text expands one string. Values are put in as they are, so a value that
// itself looks like a variable stays text.
func (e expander) text(d *document, p at, text string) string {
	field := p.kind()
	if !expandable[field] && runtime(field) == nil {
		d.faultf(p, "cannot hold variables")
		return text
	}
	if strings.Count(text, "${") != len(variable.FindAllString(text, -1)) {
		d.faultf(p, "holds a ${ that is not a variable")
		return text
	}
	return variable.ReplaceAllStringFunc(text, func(whole string) string {
		name := whole[2 : len(whole)-1]
		if kept(field, name) {
			return whole
		}
		value, fault := e.lookup(field, name)
		if fault != "" {
			d.faultf(p, "%s", fault)
		}
		if fault != "" || e.names {
			return whole
		}
		return value
	})
}

// lookup returns the value of a variable, or what is wrong with it.
func (e expander) lookup(field, name string) (value, fault string) {
	env, isEnv := strings.CutPrefix(name, "env.")
	switch {
	case isEnv && !envName.MatchString(env):
		return "", "names an environment variable that is not in capitals, digits and underscores"
	case strings.HasPrefix(name, secretPrefix) && field != "oauth.clientSecret":
		return "", "cannot hold a secret"
	case !operatorVariable(name) && knownLater(name):
		return "", "uses ${" + name + "}, which is not known here"
	case !isEnv && !knownVariable(name):
		return "", "uses ${" + name + "}, which is not a variable"
	case e.names:
		return "", ""
	case isEnv && e.env != nil:
		value, _ = e.env(env)
	case !isEnv:
		value = e.vars[name]
	}
	if value == "" {
		return "", "uses ${" + name + "}, which is not set"
	}
	return value, ""
}

// knownLater says that a variable exists, though not in every field.
func knownLater(name string) bool {
	prefix, _, _ := strings.Cut(name, ".")
	return slices.Contains([]string{"input", "row", "setup", "client", "callback", "token", "claim", "grant", "each", "page", "notice", "tenant", "field", "kept", "company"}, prefix)
}

// knownVariable reports whether the server defines a variable of this name.
func knownVariable(name string) bool {
	key, secret := strings.CutPrefix(name, secretPrefix)
	return name == "server.sandbox" || name == "server.publicUrl" || secret && keyPattern.MatchString(key)
}
