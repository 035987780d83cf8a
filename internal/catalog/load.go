package catalog

import (
	"bytes"
	"cmp"
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
	"sync"
	"sync/atomic"

	"github.com/google/uuid"
)

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
	// OmitSandbox leaves the built-in integrations of this server's sandbox
	// out, and with them the need for their variables. An operator's own files
	// stay, and so do the sandboxes of providers.
	OmitSandbox bool
}

// noticeSeconds is how old a notice may be when the file is silent.
const noticeSeconds = 300

// rowHours is how long a list of rows serves when the file is silent.
const rowHours = 24

// Catalog is a complete, valid set of integrations. It is safe for concurrent
// use, and only Replace changes it.
type Catalog struct {
	current atomic.Pointer[contents]
}

// contents never change.
type contents struct {
	byKey map[string]Integration
	all   []Integration
	files []Integration // as they are in the files
}

func holding(c contents) *Catalog {
	held := &Catalog{}
	held.current.Store(&c)
	return held
}

// Replace puts the integrations of other in the place of those that are there,
// for all who hold the catalog: an operator has changed files. Whoever calls Get
// twice may see both sets, so take what belongs together from one answer.
func (c *Catalog) Replace(other *Catalog) { c.current.Store(other.current.Load()) }

// Get returns the integration with the key.
func (c *Catalog) Get(key string) (Integration, bool) {
	in, ok := c.current.Load().byKey[key]
	return in, ok
}

// All returns every integration by Order, then Name, then Key; those marked
// sandbox or beta after all others. The slice is the caller's.
func (c *Catalog) All() []Integration { return slices.Clone(c.current.Load().all) }

// Each goes through the integrations in the order of All without copying them,
// for the pages that every customer loads. What it yields is for reading only.
func (c *Catalog) Each() iter.Seq[*Integration] {
	return func(yield func(*Integration) bool) {
		all := c.current.Load().all
		for i := range all {
			if !yield(&all[i]) {
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
		maps.DeleteFunc(sources, func(_ string, src source) bool { return onOwnSandbox(src.text) })
	}
	var faults []Fault
	if o.Dir != "" {
		own, unread, err := directory(o.Dir)
		if err != nil {
			return nil, fmt.Errorf("read catalog directory: %w", err)
		}
		maps.Copy(sources, own)
		faults = append(unread, addPictures(sources, o.Dir)...)
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
	unread = append(unread, addPictures(sources, dir)...)
	_, err = build(sources, expander{names: true}, unread)
	return err
}

// source is a file, the directory in which images that it names lie, "" for
// built-in ones, and the pictures that an operator put beside it.
type source struct {
	text     []byte
	dir      string
	pictures pictures
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

// onOwnSandbox reports whether a built-in file speaks to this server's sandbox.
// Those for a provider's own sandbox do not.
func onOwnSandbox(text []byte) bool {
	return bytes.Contains(text, []byte("${server.sandbox}"))
}

// parsed is a file that has been through the gates.
type parsed struct {
	in Integration
	d  *document
}

// build takes all files through the gates.
func build(sources map[string]source, e expander, faults []Fault) (*Catalog, error) {
	var files []Integration
	ids := map[string]string{}
	names := slices.Sorted(maps.Keys(sources))
	read := make([]parsed, len(names))
	var reading sync.WaitGroup
	for i, name := range names { // side by side: this is a good part of a process's start
		reading.Go(func() { read[i].in, read[i].d = parseOne(name, sources[name], e) })
	}
	reading.Wait()
	for i, name := range names {
		in, d := read[i].in, read[i].d
		for i, id := range []string{in.ID, in.SourceID} {
			if other := ids[id]; id != "" && other != "" {
				d.faultf(at{[]string{"id", "sourceId"}[i]}, "is the same as in %s", other)
			}
			ids[id] = name
		}
		faults = append(faults, d.faults...)
		in.builtin = sources[name].dir == ""
		files = append(files, in)
	}
	if len(faults) > 0 {
		return nil, join(faults)
	}
	return holding(contents{files: files}).With(nil), nil
}

func (c *contents) sort() {
	slices.SortFunc(c.all, func(a, b Integration) int {
		return cmp.Or(
			cmp.Compare(last(a), last(b)), cmp.Compare(a.Order, b.Order),
			cmp.Compare(a.Name, b.Name), cmp.Compare(a.Key, b.Key),
		)
	})
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
	if settled(src) {
		d := &document{file: name}
		in, err := decode(src.text)
		if err != nil {
			d.faultf(nil, "does not fit an integration")
		}
		d.loadPictures(&in, src)
		return in, d
	}
	d := open(name, src)
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
	text, err := json.Marshal(d.root)
	if err != nil {
		d.faultf(nil, "does not fit an integration")
		return Integration{}, d
	}
	in, err := decode(text)
	if err != nil {
		d.faultf(nil, "does not fit an integration")
		return Integration{}, d
	}
	d.checkRules(in)
	d.checkLogo(in.Logo)
	d.loadPictures(&in, src)
	return in, d
}

// decode makes an Integration of a document that fits the schema, given as JSON,
// with the defaults of absent fields.
func decode(text []byte) (Integration, error) {
	// The decoder leaves absent fields as they are.
	in := Integration{
		Enabled: true, Device: Device{MobileOptimised: true},
		OAuth: OAuth{ClientAuthentication: Basic, ScopeSeparator: " ", PKCE: true, CodeParameter: "code", TokenFormat: FormatForm, Refresh: Refresh{Rotates: true}},
		API:   API{Authorization: BearerAuthorization}, Status: StatusActive,
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return Integration{}, err
	}
	var said map[string]json.RawMessage
	if err := json.Unmarshal(text, &said); err != nil {
		return Integration{}, err
	}
	switch oauth := said["oauth"]; {
	case oauth == nil:
		in.OAuth = OAuth{}
	case in.OAuth.Issuer != "" && !in.OAuth.Discovery:
		var members map[string]json.RawMessage
		if err := json.Unmarshal(oauth, &members); err != nil {
			return Integration{}, err
		}
		_, in.OAuth.Discovery = members["discovery"]
		in.OAuth.Discovery = !in.OAuth.Discovery // true where the file is silent
	}
	if said["recommendAnother"] == nil {
		in.RecommendAnother = in.SourceType == "Banking"
	}
	if in.Credentials != nil {
		in.Credentials.complete()
	}
	(&Credentials{Fields: in.Inputs}).complete()
	in.Keep.complete()
	if in.API.Rate != nil {
		in.API.Rate.Per = cmp.Or(in.API.Rate.Per, RateTenant)
	}
	if in.Rows != nil && in.Rows.Hours == 0 {
		in.Rows.Hours = rowHours
	}
	if in.Notices != nil && in.Notices.Signature != nil && in.Notices.Signature.Seconds == 0 {
		in.Notices.Signature.Seconds = noticeSeconds
	}
	if in.Status == StatusWithdrawn && said["enabled"] == nil {
		in.Enabled = false
	}
	in.ID = cmp.Or(in.ID, uuid.NewSHA1(idSpace, []byte(in.Key)).String())
	in.SourceID = cmp.Or(in.SourceID, uuid.NewSHA1(sourceSpace, []byte(in.Key)).String())
	return in, nil
}
