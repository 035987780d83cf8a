package catalog

import (
	"maps"
	"slices"
	"sync"
)

// opened keeps the built-in files as they were parsed: a process that loads
// more than one catalog, as every test does, parses them once.
var opened sync.Map // file name to *document

// open parses a file, or takes one of the binary's own that was parsed before.
func open(name string, src source) *document {
	if src.dir != "" {
		return read(name, src.text)
	}
	known, found := opened.Load(name)
	if !found {
		known, _ = opened.LoadOrStore(name, read(name, src.text))
	}
	d := *known.(*document)
	d.root, d.faults = cloned(d.root), slices.Clone(d.faults)
	return &d // lines are only read from now on
}

// cloned copies a document's value: what is expanded is written in place.
func cloned(value any) any {
	switch v := value.(type) {
	case map[string]any:
		v = maps.Clone(v)
		for name, member := range v {
			v[name] = cloned(member)
		}
		return v
	case []any:
		v = slices.Clone(v)
		for i, item := range v {
			v[i] = cloned(item)
		}
		return v
	}
	return value
}
