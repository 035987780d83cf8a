package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// AssetPath is where Assets expects to be mounted: the addresses that Script,
// Stylesheet and Preload return start with it.
const AssetPath = "/assets/"

// Assets is one build of the front end, held in memory. It is safe for
// concurrent use and never changes after Load.
type Assets struct {
	entries map[string]entry
	files   map[string]file   // of assets/, by name
	sdk     map[string]file   // of sdk/, by path below it
	inline  map[string]string // texts that may lie in a page, by name
}

// entry is what the manifest says about one entry; paths are relative to dist.
type entry struct {
	Script     string   `json:"script"`
	Stylesheet string   `json:"stylesheet"`
	Chunks     []string `json:"chunks"`
	Steps      []string `json:"steps"`  // the screens that it draws
	Needs      []string `json:"needs"`  // entries that come with it; {locale} stands for a language
	Inline     bool     `json:"inline"` // may lie in the page
	Paths      []string `json:"paths"`  // the addresses of the Portal that it draws
}

// file is one asset in the encodings that the build left beside it.
type file struct {
	contentType string
	variants    []variant // the smallest first, the plain one last
}

type variant struct {
	encoding string // a content coding, or empty for the plain bytes
	etag     string
	body     []byte
}

// encodings lists the precompressed twins by file suffix, the preferred first.
var encodings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}, {"", ""}}

// contentTypes are fixed here because the host's MIME tables differ.
var contentTypes = map[string]string{
	".js":    "text/javascript; charset=utf-8",
	".css":   "text/css; charset=utf-8",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".woff2": "font/woff2",
	".json":  "application/json",
}

// Load reads a dist folder. A folder without a manifest is a front end that has
// not been built: Load succeeds and Built reports false. A manifest that names
// a missing file, or an asset of unknown type, is an error.
func Load(dist fs.FS) (*Assets, error) {
	assets := &Assets{entries: map[string]entry{}, files: map[string]file{}, sdk: map[string]file{}, inline: map[string]string{}}
	text, err := fs.ReadFile(dist, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return assets, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read asset manifest: %w", err)
	}
	if err := json.Unmarshal(text, &assets.entries); err != nil {
		return nil, fmt.Errorf("parse asset manifest: %w", err)
	}
	if err := assets.readFiles(dist); err != nil {
		return nil, err
	}
	if err := assets.readSDK(dist); err != nil {
		return nil, err
	}
	for name, entry := range assets.entries {
		for _, named := range append([]string{entry.Script, entry.Stylesheet}, entry.Chunks...) {
			if _, found := assets.files[path.Base(named)]; named != "" && !found {
				return nil, fmt.Errorf("asset manifest entry %q names %s, which is not there", name, named)
			}
		}
		if err := assets.readInline(entry); err != nil {
			return nil, err
		}
	}
	return assets, nil
}

func (a *Assets) readFiles(dist fs.FS) error {
	found, err := fs.ReadDir(dist, "assets")
	if err != nil {
		return fmt.Errorf("list assets: %w", err)
	}
	for _, one := range found {
		extension := path.Ext(one.Name())
		if one.IsDir() || extension == ".br" || extension == ".gz" {
			continue
		}
		contentType, known := contentTypes[extension]
		if !known {
			return fmt.Errorf("asset %s has no known content type", one.Name())
		}
		variants, err := readVariants(dist, path.Join("assets", one.Name()))
		if err != nil {
			return err
		}
		a.files[one.Name()] = file{contentType: contentType, variants: variants}
	}
	return nil
}

// readVariants reads the plain file and whichever compressed twins exist.
func readVariants(dist fs.FS, name string) ([]variant, error) {
	var variants []variant
	for _, encoding := range encodings {
		body, err := fs.ReadFile(dist, name+encoding.suffix)
		if encoding.suffix != "" && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read asset: %w", err)
		}
		// Each encoding has its own bytes, so a strong tag must differ (RFC 9110 section 8.8.3.3).
		sum := sha256.Sum256(body)
		etag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
		variants = append(variants, variant{encoding: encoding.name, etag: etag, body: body})
	}
	return variants, nil
}

// Built reports whether there is a front end to serve.
func (a *Assets) Built() bool { return len(a.entries) > 0 }

// Script returns the address of an entry's script, such as
// "/assets/link-4F2A.js" for "link"; empty when there is no such entry. Scripts
// are ES modules: load them with type="module".
func (a *Assets) Script(entry string) string { return address(a.entries[entry].Script) }

// Stylesheet returns the address of an entry's style sheet; empty when it has none.
func (a *Assets) Stylesheet(entry string) string { return address(a.entries[entry].Stylesheet) }

// Preload returns the addresses that a page with these entries will ask for
// besides their own scripts when it names them: shared chunks, and the scripts
// of every entry after the first, which the first imports. Put each into a
// <link rel="modulepreload"> or its header. For a hosted page: PreloadSteps.
func (a *Assets) Preload(entries ...string) []string {
	var addresses []string
	seen := map[string]bool{"": true}
	add := func(named string) {
		if !seen[named] {
			seen[named] = true
			addresses = append(addresses, address(named))
		}
	}
	for at, name := range entries {
		for _, chunk := range a.entries[name].Chunks {
			add(chunk)
		}
		if at > 0 {
			add(a.entries[name].Script)
		}
	}
	return addresses
}

// PreloadSteps returns what Preload returns for a page that opens in a language
// at a step of the journey: everything that its first screen needs, and nothing
// that can wait. Further steps add what theirs need. An unknown language is
// American English.
func (a *Assets) PreloadSteps(page, locale string, steps ...string) []string {
	if _, known := a.entries[page+"."+locale]; !known {
		locale = "en-US"
	}
	entries := []string{page, page + "." + locale}
	for _, name := range slices.Sorted(maps.Keys(a.entries)) {
		part := a.entries[name]
		if !slices.ContainsFunc(steps, func(step string) bool { return slices.Contains(part.Steps, step) }) {
			continue
		}
		for _, needed := range append(slices.Clone(part.Needs), name) {
			entries = append(entries, strings.ReplaceAll(needed, "{locale}", locale))
		}
	}
	return a.Preload(entries...)
}

func address(named string) string {
	if named == "" {
		return ""
	}
	return AssetPath + path.Base(named)
}

// Cache policies: a name with a hash in it never means anything else, the
// stable ones may change with the next release.
const (
	keepForGood   = "public, max-age=31536000, immutable"
	keepForAWhile = "public, max-age=300, stale-while-revalidate=86400"
)

// ServeHTTP answers GET and HEAD for AssetPath + file name. Names carry a hash
// of their content, so answers may be kept for good; an unknown name is 404 and
// is not kept.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, under := strings.CutPrefix(r.URL.Path, AssetPath)
	found, known := a.files[name]
	serve(w, r, delivery{found, under && known, keepForGood})
}

// delivery is a file to send, if it is there, and for how long it may be kept.
type delivery struct {
	file  file
	found bool
	keep  string
}

func serve(w http.ResponseWriter, r *http.Request, d delivery) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	// Pages of other origins embed the journey: module scripts are fetched with
	// CORS (HTML standard), and nothing here is anybody's secret.
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if !d.found {
		header.Set("Cache-Control", "no-store")
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	chosen := d.file.choose(r.Header.Values("Accept-Encoding"))
	header.Set("Vary", "Accept-Encoding")
	header.Set("Cache-Control", d.keep)
	header.Set("ETag", chosen.etag)
	if matches(r.Header.Values("If-None-Match"), chosen.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Type", d.file.contentType)
	header.Set("Content-Length", strconv.Itoa(len(chosen.body)))
	if chosen.encoding != "" {
		header.Set("Content-Encoding", chosen.encoding)
	}
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		// A failed write means that the browser left; there is nobody to tell.
		_, _ = w.Write(chosen.body)
	}
}

// choose returns the first variant that the request accepts. The plain bytes
// are last and always acceptable: refusing them would help nobody.
func (f file) choose(accepted []string) variant {
	for _, one := range f.variants {
		if one.encoding == "" || Accepts(accepted, one.encoding) {
			return one
		}
	}
	return f.variants[len(f.variants)-1]
}

// Accepts says whether the lines of an Accept-Encoding header allow a content
// coding such as "gzip", by its name or as one of any.
func Accepts(lines []string, coding string) bool {
	weights := parseAccept(lines)
	weight, named := weights[coding]
	if !named {
		weight = weights["*"]
	}
	return weight > 0
}

// parseAccept reads Accept-Encoding (RFC 9110 section 12.5.3) into weights. An
// unreadable weight counts as zero, which only costs compression.
func parseAccept(lines []string) map[string]float64 {
	weights := map[string]float64{}
	for item := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		name, parameter, weighted := strings.Cut(item, ";")
		weight := 1.0
		if weighted {
			_, value, _ := strings.Cut(parameter, "=")
			weight, _ = strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
		weights[strings.ToLower(strings.TrimSpace(name))] = weight
	}
	return weights
}

// matches compares weakly, as If-None-Match asks (RFC 9110 section 13.1.2).
func matches(lines []string, etag string) bool {
	for candidate := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == etag || candidate == "*" {
			return true
		}
	}
	return false
}
