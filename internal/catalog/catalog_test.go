package catalog

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

var testVars = map[string]string{
	"server.sandbox": "http://127.0.0.1:8080/sandbox", "server.publicUrl": "http://127.0.0.1:8080",
	"server.secret.mqjo": "secret-of-mqjo", "server.secret.qhnd": "secret-of-qhnd", "server.secret.aiwb": "secret-of-aiwb",
	"server.secret.gtrn": "secret-of-gtrn", "server.secret.dkpu": "secret-of-dkpu",
}

func load(t testing.TB, o Options) *Catalog {
	t.Helper()
	if o.Vars == nil {
		o.Vars = testVars
	}
	c, err := Load(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func writeFiles(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestBuiltinIntegrations(t *testing.T) {
	t.Parallel()
	c := load(t, Options{})
	var shown []string
	for _, in := range c.All() {
		if got, ok := c.Get(in.Key); !ok || got.ID != in.ID {
			t.Errorf("%s: Get and All differ", in.Key)
		}
		for _, id := range []string{in.ID, in.SourceID} {
			if parsed, err := uuid.Parse(id); err != nil || parsed.Version() != 5 || parsed.String() != id {
				t.Errorf("%s: id %q", in.Key, id)
			}
		}
		if !in.Enabled { // waits for an operator: builtin_test.go
			continue
		}
		shown = append(shown, in.Key+" "+in.SourceType+" "+in.Name)
		if in.UsesCredentials() {
			continue
		}
		if !in.Sandbox || !in.OAuth.PKCE || !in.OAuth.Discovery || in.OAuth.IssParameter != IssRequired {
			t.Errorf("%s: defaults or flags wrong: %+v", in.Key, in)
		}
		if in.OAuth.ClientSecret.Reveal() != "secret-of-"+in.Key || in.OAuth.ClientID != "sandbox-"+in.Key {
			t.Errorf("%s: client", in.Key)
		}
		if in.Company.URL != "http://127.0.0.1:8080/sandbox/api/organisations/${tenant.id}" {
			t.Errorf("%s: company url %q", in.Key, in.Company.URL)
		}
	}
	want := []string{"mqjo Accounting Accounting Sandbox", "qhnd Banking Banking Sandbox", "aiwb Commerce Commerce Sandbox",
		"gtrn Accounting Guided Sandbox", "dkpu Accounting Desktop Sandbox", "wvtc Commerce Keys Sandbox"}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Error(diff)
	}
	// Clients store these: they may never change.
	if in, _ := c.Get("mqjo"); in.ID != "76794d6a-e975-5ed5-ba7d-b9c0e27e0f23" || in.SourceID != "3dbf9c34-f2f9-57e2-b214-1d01b9b160ab" {
		t.Errorf("ids of mqjo: %s %s", in.ID, in.SourceID)
	}
	if _, ok := c.Get("none"); ok {
		t.Error("Get finds what is not there")
	}
}

func TestSandboxCanBeLeftOut(t *testing.T) {
	t.Parallel()
	dir := writeFiles(t, map[string]string{"abcd.yaml": plain + "sandbox: true\n"})
	c := load(t, Options{Dir: dir, Vars: map[string]string{}, OmitSandbox: true})
	var enabled []string
	for in := range c.Each() {
		if in.Enabled {
			enabled = append(enabled, in.Key)
		}
	}
	if diff := cmp.Diff([]string{"abcd"}, enabled); diff != "" {
		t.Error(diff)
	}
	for key, want := range map[string]bool{"mqjo": false, "wvtc": false, "ndsk": true} {
		if _, there := c.Get(key); there != want {
			t.Errorf("%s is there: %t", key, there)
		}
	}
}

func TestBuiltinFilesNameTheirSchema(t *testing.T) {
	t.Parallel()
	sources, _, err := directory("integrations")
	if err != nil {
		t.Fatal(err)
	}
	for name, src := range sources {
		if !bytes.HasPrefix(src.text, []byte("# yaml-language-server: $schema=../schema.json\n")) {
			t.Errorf("%s does not start with the schema's modeline", name)
		}
	}
}

func TestDirectoryAddsAndReplaces(t *testing.T) {
	t.Parallel()
	var logo bytes.Buffer
	if err := png.Encode(&logo, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	dir := writeFiles(t, map[string]string{
		"abcd.yaml": edit("hush-hush", "${env.ABCD_SECRET}", `{monogram: B, color: "#336699"}`, "{file: books.png}") + "order: 500\n",
		"mqjo.yaml": edit("abcd", "mqjo", "Books", "Our own sandbox") + "enabled: false\nbeta: true\nid: 00000000-0000-7000-8000-000000000001\n",
		"books.png": logo.String(),
		"README":    "not a catalog file",
		".git.yaml": "hidden",
	})
	c := load(t, Options{Dir: dir, Env: func(name string) (string, bool) { return "${server.key}", name == "ABCD_SECRET" }})
	var keys []string
	for _, in := range c.All() {
		if in.Enabled || in.Key == "mqjo" {
			keys = append(keys, in.Key)
		}
	}
	if diff := cmp.Diff([]string{"abcd", "mqjo", "qhnd", "aiwb", "gtrn", "dkpu", "wvtc"}, keys); diff != "" {
		t.Error(diff)
	}
	added, _ := c.Get("abcd")
	if added.OAuth.ClientSecret.Reveal() != "${server.key}" {
		t.Error("a value is expanded a second time")
	}
	if data, kind := added.Logo.Image(56); kind != "image/png" || !bytes.Equal(data, logo.Bytes()) {
		t.Errorf("logo is %s of %d bytes", kind, len(data))
	}
	replaced, _ := c.Get("mqjo")
	if replaced.Name != "Our own sandbox" || replaced.Sandbox || replaced.Enabled || replaced.Tenants != nil ||
		replaced.ID != "00000000-0000-7000-8000-000000000001" {
		t.Errorf("not replaced as a whole: %+v", replaced)
	}
}

func TestUnsetVariablesAreNamed(t *testing.T) {
	t.Parallel()
	_, err := Load(Options{Vars: map[string]string{"server.sandbox": "http://127.0.0.1/sandbox"}})
	if err == nil || !strings.Contains(err.Error(), "mqjo.yaml: oauth.clientSecret uses ${server.secret.mqjo}, which is not set") {
		t.Error(err)
	}
}

func TestLintNeedsNoValues(t *testing.T) {
	t.Parallel()
	good := writeFiles(t, map[string]string{"abcd.yaml": edit("hush-hush", "${env.ABCD_SECRET}", "https://issuer.example", "${env.ABCD_ISSUER}/v1") +
		"tenants: {url: \"${server.sandbox}/t\", id: id}\ncompany: {url: \"${server.sandbox}/c/${tenant.id}\", name: n}\n"})
	if err := Lint(good); err != nil {
		t.Error(err)
	}
	// The built-in files, which Load does not put through the schema.
	if err := Lint("integrations"); err != nil {
		t.Error(err)
	}
	bad := writeFiles(t, map[string]string{"abcd.yaml": edit("hush-hush", "${env.lower}")})
	if err := Lint(bad); err == nil {
		t.Error("a bad variable name passes")
	}
}

func TestSecretNeverPrints(t *testing.T) {
	t.Parallel()
	in, _ := load(t, Options{}).Get("mqjo")
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "in", in, "secret", in.OAuth.ClientSecret)
	encoded, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{log.String(), string(encoded), fmt.Sprintf("%v %+v %#v %x", in, in, in, in.OAuth.ClientSecret)} {
		if strings.Contains(shown, "secret-of-mqjo") || !strings.Contains(shown, "[redacted]") {
			t.Errorf("secret shows in %s", shown)
		}
	}
}

func TestMonogramTile(t *testing.T) {
	t.Parallel()
	for _, logo := range []Logo{
		{Monogram: "AS", Color: "#1f6f54"}, {Monogram: "Ж", Color: "#ffe08a"}, {}, {Monogram: `<"`, Color: "#000000"},
	} {
		data, kind := logo.Image(56)
		if kind != "image/svg+xml" {
			t.Errorf("%+v: type %s", logo, kind)
		}
		decoder, text := xml.NewDecoder(bytes.NewReader(data)), ""
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%+v: %v in %s", logo, err, data)
			}
			if chars, ok := token.(xml.CharData); ok {
				text += string(chars)
			}
		}
		if text != logo.Monogram {
			t.Errorf("%+v: tile says %q", logo, text)
		}
		if bytes.Contains(data, []byte("style=")) || bytes.Contains(data, []byte("<script")) {
			t.Errorf("%+v: tile needs a looser policy", logo)
		}
	}
	if light := (Logo{Monogram: "A", Color: "#ffe08a"}).SVG(40); !bytes.Contains(light, []byte(`fill="#14181f">A`)) {
		t.Error("light tile has light letters")
	}
}

// A hostile file must not stop the process: time and memory stay small.
func TestBombsAreCheap(t *testing.T) {
	t.Parallel()
	billion := "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
	for i := 1; i < 30; i++ {
		billion += fmt.Sprintf("a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1)
	}
	for name, text := range map[string]string{
		"aliases":      billion,
		"brackets":     strings.Repeat("[", 60<<10),
		"hidden":       strings.Repeat(`["]",`, 13<<10),
		"dashes":       strings.Repeat("- ", 30<<10),
		"questions":    strings.Repeat("? ", 30<<10),
		"steps":        steps(300),
		"one long key": strings.Repeat("k", 60<<10) + ": 1",
		"many keys":    manyKeys(6000),
		"quotes":       strings.Repeat(`"`, 60<<10),
		"bangs":        strings.Repeat("!a ", 20<<10),
		"anchors":      strings.Repeat("&a ", 20<<10),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			if _, d := parseOne("abcd.yaml", source{text: []byte(text), dir: "."}, expander{names: true}); len(d.faults) == 0 {
				t.Error("accepted")
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			} else {
				t.Logf("took %v", took)
			}
		})
	}
}

func steps(n int) string {
	var out strings.Builder
	for i := range n {
		out.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return out.String()
}

func manyKeys(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "k%d: 1\n", i)
	}
	return out.String()
}

func FuzzParse(f *testing.F) {
	f.Add(plain)
	sources, _, err := directory("integrations")
	if err != nil {
		f.Fatal(err)
	}
	for _, src := range sources {
		f.Add(string(src.text))
	}
	f.Add("a: &a [*a]\n? - : x\n--- !!x\n")
	f.Fuzz(func(t *testing.T, text string) {
		in, d := parseOne("abcd.yaml", source{text: []byte(text), dir: "."}, expander{vars: testVars})
		if len(d.faults) > 0 {
			_ = join(d.faults).Error()
			return
		}
		if in.Key != "abcd" || in.ID == "" || in.Name == "" || in.OAuth.ClientID != "" && in.UsesCredentials() {
			t.Fatalf("accepted an incomplete integration: %+v", in)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		load(b, Options{})
	}
}

// TestDocumentedExampleIsValid lints the example that docs/integrations.md asks
// operators to start from.
func TestDocumentedExampleIsValid(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/integrations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, found := strings.Cut(string(text), "```yaml\n")
	example, _, closed := strings.Cut(example, "```")
	if !found || !closed {
		t.Fatal("the document holds no example")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "acme.yaml"), []byte(example), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Lint(dir); err != nil {
		t.Error(err)
	}
}

// TestDocumentedPartsAreValid lints the parts that docs/integrations.md shows
// beside its whole example.
func TestDocumentedPartsAreValid(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/integrations.md")
	if err != nil {
		t.Fatal(err)
	}
	file, _, _ := strings.Cut(plain, "oauth:")
	for _, name := range []string{"before:", "credentials:"} {
		_, part, found := strings.Cut(string(text), "```\n"+name)
		part, _, closed := strings.Cut(part, "```")
		if !found || !closed {
			t.Fatalf("the document shows no %s", name)
		}
		file += name + part
	}
	if err := Lint(writeFiles(t, map[string]string{"abcd.yaml": file})); err != nil {
		t.Error(err)
	}
}
