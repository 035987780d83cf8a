package catalog

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/png"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const drawing = `<svg xmlns="http://www.w3.org/2000/svg"><title>%s</title></svg>`

func draw(name string) string { return fmt.Sprintf(drawing, name) }

func TestIconTiles(t *testing.T) {
	t.Parallel()
	outline := regexp.MustCompile(`^[MmLlHhVvCcSsQqTtAaZz0-9 ,.e-]+$`)
	if len(Icons()) < 10 {
		t.Errorf("only %d icons", len(Icons()))
	}
	for _, name := range Icons() {
		if path, _ := iconPath(name); !outline.MatchString(path) {
			t.Errorf("%s is not an outline", name)
		}
		logo := Logo{Icon: name, Color: "#123456"}
		data, kind := logo.Image(56)
		if kind != "image/svg+xml" || logo.Plain() || bytes.Contains(data, []byte("<text")) {
			t.Errorf("%s: %s, plain %t: %s", name, kind, logo.Plain(), data)
		}
		if !bytes.Contains(data, []byte(`viewBox="0 0 56 56"`)) || !bytes.Contains(data, []byte(`rx="13" fill="#123456"`)) {
			t.Errorf("%s: not the shape of the other tiles", name)
		}
		decoder := xml.NewDecoder(bytes.NewReader(data))
		for {
			if _, err := decoder.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	if !(Logo{Monogram: "A", Color: "#123456"}).Plain() {
		t.Error("a monogram wants a request")
	}
}

// TestInkReads holds white to 3:1 and otherwise takes the dark ink, which then
// reads better still.
func TestInkReads(t *testing.T) {
	t.Parallel()
	for color, want := range map[string]string{
		"#13b5ea": darkInk, "#00d639": darkInk, "#7ab55c": darkInk, "#ffffff": darkInk,
		"#2ca01c": lightInk, "#635bff": lightInk, "#000000": lightInk, "#7b14ef": lightInk,
	} {
		svg := string(Logo{Icon: "xero", Color: color}.SVG(56))
		if !strings.Contains(svg, `scale(1.5)" fill="`+want+`"`) {
			t.Errorf("%s: the ink is not %s", color, want)
		}
		if c := contrast(color, want); c < inkContrast {
			t.Errorf("%s on %s: contrast %.2f", want, color, c)
		}
	}
	if c := contrast("#000000", "#ffffff"); c < 20.99 || c > 21.01 {
		t.Errorf("black on white is %f", c)
	}
}

func TestLogoRules(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ logo, want string }{
		"icon":           {`{icon: xero, color: "#13b5ea"}`, ""},
		"unknown icon":   {`{icon: nobody, color: "#13b5ea"}`, "abcd.yaml:4: logo.icon is not one of the icons: " + strings.Join(Icons(), ", ")},
		"icon alone":     {`{icon: xero}`, `abcd.yaml:4: logo needs "color" beside "icon"`},
		"both":           {`{icon: xero, monogram: X, color: "#13b5ea"}`, `abcd.yaml:4: logo.monogram is not used beside "icon"`},
		"color alone":    {`{color: "#13b5ea"}`, `abcd.yaml:4: logo needs "icon" or "monogram" beside "color"`},
		"nothing":        {`{}`, "abcd.yaml:4: logo must have at least 1 fields"},
		"icon is a path": {`{icon: ../schema, color: "#13b5ea"}`, "abcd.yaml:4: logo.icon must match ^[a-z0-9]{1,40}$"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := Lint(writeFiles(t, map[string]string{"abcd.yaml": edit(`{monogram: B, color: "#336699"}`, c.logo)}))
			if got := strings.TrimPrefix(fmt.Sprint(err), "<nil>"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestPicturesOfAnOperator(t *testing.T) {
	t.Parallel()
	var photo bytes.Buffer
	if err := png.Encode(&photo, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	dir := writeFiles(t, map[string]string{
		// A built-in integration, without a copy of its file.
		"mqjo.logo.svg": draw("logo"), "mqjo.button.png": photo.String(), "mqjo.button-hover.svg": draw("hover"),
		// One of the operator's own that names its images.
		"abcd.yaml": edit(`{monogram: B, color: "#336699"}`, "{file: own.svg}") + "button: {file: press.svg, hover: over.svg}\n",
		"own.svg":   draw("own"), "press.svg": draw("press"), "over.svg": draw("over"), "abcd.logo.svg": draw("beside"),
		// One with a button that never changes.
		"efgh.yaml": edit("abcd", "efgh"), "efgh.button.svg": draw("still"),
		"README.md": "", "mqjo.notes.txt": "",
	})
	if err := Lint(dir); err != nil {
		t.Fatal(err)
	}
	c := load(t, Options{Dir: dir})
	get := func(key string) Integration {
		in, ok := c.Get(key)
		if !ok {
			t.Fatalf("no %s", key)
		}
		return in
	}
	title := func(data []byte, kind string, ok bool) string {
		_, rest, _ := strings.Cut(string(data), "<title>")
		text, _, _ := strings.Cut(rest, "</title>")
		return fmt.Sprint(text, " ", kind, " ", ok)
	}
	logo := func(in Integration) string {
		data, kind := in.Logo.Image(56)
		return title(data, kind, !in.Logo.Plain())
	}
	if got := logo(get("mqjo")); got != "logo image/svg+xml true" {
		t.Errorf("the dropped logo: %s", got)
	}
	if data, kind, ok := get("mqjo").Button.Image(false); !ok || kind != "image/png" || !bytes.Equal(data, photo.Bytes()) {
		t.Errorf("the dropped button: %s %t", kind, ok)
	}
	if got := title(get("mqjo").Button.Image(true)); got != "hover image/svg+xml true" {
		t.Errorf("its hover state: %s", got)
	}
	if got := logo(get("abcd")); got != "own image/svg+xml true" {
		t.Errorf("the file's own logo does not win: %s", got)
	}
	if got := title(get("abcd").Button.Image(false)) + title(get("abcd").Button.Image(true)); got != "press image/svg+xml trueover image/svg+xml true" {
		t.Errorf("the named buttons: %s", got)
	}
	if got := title(get("efgh").Button.Image(true)); got != "still image/svg+xml true" {
		t.Errorf("a button without a hover state: %s", got)
	}
	if qhnd := get("qhnd"); qhnd.Button.Exists() || !qhnd.Logo.Plain() {
		t.Error("an integration has pictures that nobody gave it")
	}
	// Left out, but its pictures may stay where they are.
	if _, err := Load(Options{Dir: dir, Vars: map[string]string{}, OmitSandbox: true}); err != nil {
		t.Error(err)
	}
}

func TestBadPictures(t *testing.T) {
	t.Parallel()
	dir := writeFiles(t, map[string]string{
		"abcd.yaml": plain, "abcd.logo.svg": "<svg><script/></svg>", "abcd.buton.svg": draw("x"),
		"aiwb.logo.svg": draw("x"), "aiwb.logo.png": "no",
		"mqjo.logo.svg": draw("x"), "mqjo.button-hover.svg": draw("x"), "zzzz.logo.svg": draw("x"),
		"efgh.yaml": edit("abcd", "efgh") + "button: {file: none.svg}\n", "ijkl.yaml": edit("abcd", "ijkl") + "button: {hover: none.svg}\n",
	})
	want := `abcd.buton.svg: must be called KEY.logo, KEY.button or KEY.button-hover
abcd.logo.svg: holds a script
aiwb.logo.png: is not a PNG image
efgh.yaml:10: button.file there is no such file in the directory
ijkl.yaml:10: button needs "file"
mqjo.button-hover.svg: needs a picture of the button beside it
zzzz.logo.svg: belongs to no integration: there is none with this key`
	if diff := cmp.Diff(want, fmt.Sprint(Lint(dir))); diff != "" {
		t.Error(diff)
	}
	dir = writeFiles(t, map[string]string{"aiwb.logo.svg": draw("x"), "aiwb.logo.png": "\x89PNG"})
	if err := Lint(dir); err == nil {
		t.Error("a broken PNG passes")
	}
}
