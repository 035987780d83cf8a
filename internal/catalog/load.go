package catalog

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/uuid"
)

//go:embed integrations/*.yaml
var builtin embed.FS

// Namespaces of the ids derived from keys (RFC 9562 section 5.5). Changing one
// changes ids that clients have stored.
var (
	idSpace     = uuid.MustParse("5d3f2a74-6f0e-4b57-9a55-0f6c1f9d2b11")
	sourceSpace = uuid.MustParse("c1a7e7d8-2b3c-4e0f-8f6d-7a94b35e8c42")
)

// Options say where integrations come from besides the built-in ones.
type Options struct {
	// Dir holds an operator's files, "" for none. A file replaces the built-in
	// integration of the same key as a whole.
	Dir string
	// Vars are the server's own variables by full name: "server.sandbox",
	// "server.publicUrl" and "server.secret.<key>".
	Vars map[string]string
	// Env looks up ${env.NAME}; os.LookupEnv in the product. Nil knows none.
	Env func(name string) (string, bool)
	// OmitSandbox leaves the built-in sandbox integrations out, and with them
	// the need for their variables. An operator's own files stay.
	OmitSandbox bool
}

// Catalog is a complete, valid set of integrations. It never changes and is
// safe for concurrent use.
type Catalog struct {
	byKey map[string]Integration
	all   []Integration
}

// Get returns the integration with the key.
func (c *Catalog) Get(key string) (Integration, bool) {
	in, ok := c.byKey[key]
	return in, ok
}

// All returns every integration by Order, then Name, then Key; those marked
// sandbox or beta after all others. The slice is the caller's.
func (c *Catalog) All() []Integration { return slices.Clone(c.all) }

// Each goes through the integrations in the order of All without copying them,
// for the pages that every customer loads. What it yields is for reading only.
func (c *Catalog) Each() iter.Seq[*Integration] {
	return func(yield func(*Integration) bool) {
		for i := range c.all {
			if !yield(&c.all[i]) {
				return
			}
		}
	}
}

// Load reads the built-in integrations and those of o.Dir. It returns either a
// valid catalog or every fault of every file, joined (errors.Join of Fault).
func Load(o Options) (*Catalog, error) {
	sources, err := embedded()
	if err != nil {
		return nil, err
	}
	if o.OmitSandbox {
		maps.DeleteFunc(sources, func(_ string, src source) bool { return isSandbox(src.text) })
	}
	var faults []Fault
	if o.Dir != "" {
		own, unread, err := directory(o.Dir)
		if err != nil {
			return nil, fmt.Errorf("read catalog directory: %w", err)
		}
		maps.Copy(sources, own)
		faults = unread
	}
	return build(sources, expander{vars: o.Vars, env: o.Env}, faults)
}

// Lint checks the files of dir as Load would, except that variables need no
// values. It returns every fault, joined.
func Lint(dir string) error {
	sources, unread, err := directory(dir)
	if err != nil {
		return fmt.Errorf("read catalog directory: %w", err)
	}
	_, err = build(sources, expander{names: true}, unread)
	return err
}

// source is a file and the directory its logo lies in, "" for built-in ones.
type source struct {
	text []byte
	dir  string
}

func embedded() (map[string]source, error) {
	files, err := builtin.ReadDir("integrations")
	if err != nil {
		return nil, fmt.Errorf("read built-in integrations: %w", err)
	}
	sources := make(map[string]source, len(files))
	for _, file := range files {
		text, err := builtin.ReadFile("integrations/" + file.Name())
		if err != nil {
			return nil, fmt.Errorf("read built-in integrations: %w", err)
		}
		sources[file.Name()] = source{text: text}
	}
	return sources, nil
}

// directory reads an operator's files. Hidden files and everything that is not
// YAML are left alone, so that images and a README can lie beside them.
func directory(dir string) (sources map[string]source, faults []Fault, err error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	sources = map[string]source{}
	for _, file := range files {
		name := file.Name()
		switch {
		case strings.HasPrefix(name, ".") || file.IsDir():
		case strings.HasSuffix(name, ".yml"):
			faults = append(faults, Fault{File: name, Rule: `file must end in ".yaml"`})
		case strings.HasSuffix(name, ".yaml"):
			text, err := readCapped(filepath.Join(dir, name), maxFile+1)
			if err != nil {
				faults = append(faults, Fault{File: name, Rule: err.Error()})
				continue
			}
			sources[name] = source{text: text, dir: dir}
		}
	}
	return sources, faults, nil
}

// readCapped reads a regular file of at most limit bytes. Its errors hold no
// path beyond the base name.
func readCapped(path string, limit int64) ([]byte, error) {
	// Asked before opening, because opening a pipe would wait for a writer.
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, errors.New("is not a regular file")
	}
	file, err := os.Open(path) //nolint:gosec // the directory is the operator's and the name one of its entries
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, errors.New("cannot be read")
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("is larger than %d KiB", limit>>10)
	}
	return data, nil
}

// isSandbox reports whether a built-in file marks itself as sandbox.
func isSandbox(text []byte) bool {
	fields, _ := read("", text).root.(map[string]any)
	return fields["sandbox"] == true
}

// build takes all files through the gates.
func build(sources map[string]source, e expander, faults []Fault) (*Catalog, error) {
	catalog := &Catalog{byKey: make(map[string]Integration, len(sources))}
	ids := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		in, d := parseOne(name, sources[name], e)
		for i, id := range []string{in.ID, in.SourceID} {
			if other := ids[id]; id != "" && other != "" {
				d.faultf(at{[]string{"id", "sourceId"}[i]}, "is the same as in %s", other)
			}
			ids[id] = name
		}
		faults = append(faults, d.faults...)
		catalog.byKey[in.Key] = in
		catalog.all = append(catalog.all, in)
	}
	if len(faults) > 0 {
		return nil, join(faults)
	}
	slices.SortFunc(catalog.all, func(a, b Integration) int {
		return cmp.Or(
			cmp.Compare(last(a), last(b)), cmp.Compare(a.Order, b.Order),
			cmp.Compare(a.Name, b.Name), cmp.Compare(a.Key, b.Key),
		)
	})
	return catalog, nil
}

func last(in Integration) int {
	if in.Sandbox || in.Beta {
		return 1
	}
	return 0
}

// parseOne takes one file through the gates, each only when the one before it
// found nothing: later messages would only repeat earlier ones.
func parseOne(name string, src source, e expander) (Integration, *document) {
	d := read(name, src.text)
	// Built-in files are checked by the tests; compiling the schema would be a
	// good part of the time a process takes to start.
	if len(d.faults) == 0 && src.dir != "" {
		d.checkSchema()
	}
	if len(d.faults) == 0 {
		e.expand(d)
	}
	if len(d.faults) > 0 {
		return Integration{}, d
	}
	in, err := decode(d.root)
	if err != nil {
		d.faultf(nil, "does not fit an integration")
		return Integration{}, d
	}
	d.checkRules(in)
	if in.Logo.File != "" {
		d.loadLogo(&in, src.dir)
	}
	return in, d
}

// decode makes an Integration of a document that fits the schema, with the
// defaults of absent fields.
func decode(root any) (Integration, error) {
	text, err := json.Marshal(root)
	if err != nil {
		return Integration{}, err
	}
	// The decoder leaves absent fields as they are.
	in := Integration{
		Enabled: true, Device: Device{MobileOptimised: true},
		OAuth: OAuth{ClientAuthentication: Basic, ScopeSeparator: " ", PKCE: true},
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return Integration{}, err
	}
	if fields, _ := root.(map[string]any); fields != nil {
		oauth, _ := fields["oauth"].(map[string]any)
		if _, said := oauth["discovery"]; !said {
			in.OAuth.Discovery = in.OAuth.Issuer != ""
		}
		if _, said := fields["oauth"]; !said {
			in.OAuth = OAuth{}
		}
		if _, said := fields["recommendAnother"]; !said {
			in.RecommendAnother = in.SourceType == "Banking"
		}
	}
	if in.Credentials != nil {
		in.Credentials.complete()
	}
	in.ID = cmp.Or(in.ID, uuid.NewSHA1(idSpace, []byte(in.Key)).String())
	in.SourceID = cmp.Or(in.SourceID, uuid.NewSHA1(sourceSpace, []byte(in.Key)).String())
	return in, nil
}

func (d *document) loadLogo(in *Integration, dir string) {
	place := at{"logo", "file"}
	if dir == "" {
		d.faultf(place, "is for files of a catalog directory")
		return
	}
	image, err := readLogo(dir, in.Logo.File)
	if err != nil {
		d.faultf(place, "%s", err)
		return
	}
	in.Logo.image = image
}
