package catalog

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

//go:embed schema.json
var schemaText []byte

// compiled is the schema, compiled once and only when a catalog is loaded. The
// text is part of the binary, so a fault in it is a fault of the build.
var compiled = sync.OnceValue(func() *jsonschema.Schema {
	const name = "integration.json"
	text, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaText))
	if err != nil {
		panic(fmt.Sprintf("read embedded schema: %v", err))
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, text); err != nil {
		panic(fmt.Sprintf("add embedded schema: %v", err))
	}
	schema, err := compiler.Compile(name)
	if err != nil {
		panic(fmt.Sprintf("compile embedded schema: %v", err))
	}
	return schema
})

// checkSchema adds a fault for every rule of the schema that the document
// breaks.
func (d *document) checkSchema() {
	err := compiled().Validate(d.root)
	var broken *jsonschema.ValidationError
	switch {
	case err == nil:
	case errors.As(err, &broken):
		d.schemaFaults(broken)
	default:
		d.faultf(nil, "does not fit the schema")
	}
}

// schemaFaults walks to the leaves, where the actual rules are.
func (d *document) schemaFaults(e *jsonschema.ValidationError) {
	if len(e.Causes) > 0 {
		for _, cause := range e.Causes {
			d.schemaFaults(cause)
		}
		return
	}
	place := at(e.InstanceLocation)
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			d.faultf(place, "needs %q", name)
		}
	case *kind.DependentRequired:
		for _, name := range k.Missing {
			d.faultf(place, "needs %q beside %q", name, k.Prop)
		}
	case *kind.AdditionalProperties:
		sort.Strings(k.Properties)
		for _, name := range k.Properties {
			d.faultf(place.with(name), "is not a known field")
		}
	case *kind.FalseSchema:
		d.faultf(place, "is not a known field")
	default:
		d.faultf(place, "%s", rule(e.ErrorKind))
	}
}

// rule words a broken rule without the value that broke it.
func rule(broken jsonschema.ErrorKind) string {
	switch k := broken.(type) {
	case *kind.Type:
		return fmt.Sprintf("must be %s, not %s", strings.Join(k.Want, " or "), k.Got)
	case *kind.Enum:
		wanted := make([]string, 0, len(k.Want))
		for _, want := range k.Want {
			wanted = append(wanted, fmt.Sprintf("%q", fmt.Sprint(want)))
		}
		return "must be one of " + strings.Join(wanted, ", ")
	case *kind.Pattern:
		return "must match " + k.Want
	case *kind.MinLength:
		return fmt.Sprintf("must have at least %d characters", k.Want)
	case *kind.MaxLength:
		return fmt.Sprintf("must have at most %d characters", k.Want)
	case *kind.MinItems:
		return fmt.Sprintf("must have at least %d items", k.Want)
	case *kind.MaxItems:
		return fmt.Sprintf("must have at most %d items", k.Want)
	case *kind.MinProperties:
		return fmt.Sprintf("must have at least %d fields", k.Want)
	case *kind.MaxProperties:
		return fmt.Sprintf("must have at most %d fields", k.Want)
	case *kind.UniqueItems:
		return "must not repeat an item"
	case *kind.Minimum:
		return "must be at least " + k.Want.RatString()
	case *kind.Maximum:
		return "must be at most " + k.Want.RatString()
	case *kind.PropertyNames:
		return "has a field whose name is not allowed"
	}
	return "breaks the rule " + strings.Join(broken.KeywordPath(), "/")
}
