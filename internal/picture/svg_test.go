package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

const head = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">`

// attacks are documents of which nothing that they hide may be left. Where
// refused is set, there is no result at all.
var attacks = map[string]struct {
	text    string
	refused bool
}{
	"script":                      {text: head + `<script>alert(1)</script><path d="M0 0"/></svg>`},
	"script with a prefix":        {text: `<svg xmlns="http://www.w3.org/2000/svg" xmlns:s="http://www.w3.org/2000/svg"><s:script>alert(1)</s:script></svg>`},
	"script of a page":            {text: head + `<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script></svg>`},
	"script from elsewhere":       {text: head + `<script xlink:href="https://evil.example/x.js"/></svg>`},
	"handler":                     {text: `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><path onclick="alert(1)" d="M0 0"/></svg>`},
	"handler in capitals":         {text: `<svg xmlns="http://www.w3.org/2000/svg" ONLOAD="alert(1)"/>`},
	"handler with a prefix":       {text: `<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/2000/svg" x:onload="alert(1)"/>`},
	"foreign content":             {text: head + `<foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="alert(1)"><iframe src="javascript:alert(1)"/></body></foreignObject></svg>`},
	"frame":                       {text: head + `<iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:alert(1)"/></svg>`},
	"link":                        {text: head + `<a xlink:href="javascript:alert(1)"><rect width="9" height="9"/></a></svg>`},
	"animated link":               {text: head + `<a><animate attributeName="href" values="javascript:alert(1)"/><text>x</text></a></svg>`},
	"set":                         {text: head + `<rect id="r"/><set href="#r" attributeName="onclick" to="alert(1)"/></svg>`},
	"use from elsewhere":          {text: head + `<use href="https://evil.example/x.svg#a"/></svg>`},
	"use of data":                 {text: head + `<use xlink:href="data:image/svg+xml;base64,PHN2Zz4=#x"/></svg>`},
	"picture from elsewhere":      {text: head + `<image href="https://evil.example/t.gif" width="1" height="1"/></svg>`},
	"picture in a filter":         {text: head + `<filter id="f"><feImage href="https://evil.example/t.gif"/></filter></svg>`},
	"style that fetches":          {text: head + `<style>@import url("https://evil.example/x.css"); .a{fill:url(https://evil.example/y)} .b{fill:red}</style></svg>`},
	"style with a font":           {text: head + `<style>@font-face{font-family:x;src:url(https://evil.example/f)}</style></svg>`},
	"style that fetches, escaped": {text: head + `<style>.a{fill:\75 rl(https://evil.example/y)}</style></svg>`},
	"style that ends early":       {text: head + `<style>.a{}&lt;/style>&lt;script>alert(1)&lt;/script></style></svg>`},
	"style in a section":          {text: head + `<style><![CDATA[.a{fill:url(https://evil.example/y)}</style><script>alert(1)</script>]]></style></svg>`},
	"style with a child":          {text: head + `<style>.a{fill:red}<script>alert(1)</script></style></svg>`},
	"style in a media query":      {text: head + `<style>@media screen{.a{background:url(https://evil.example)}}</style></svg>`},
	"attribute that fetches":      {text: head + `<rect style="fill:url(https://evil.example/y);background-image:url(//evil.example)" fill="url(https://evil.example/z)" filter="url( 'https://evil.example' )"/></svg>`},
	"attribute with a comment":    {text: head + `<rect style="fill:u/**/rl(https://evil.example/y)" fill="url(/**/https://evil.example)"/></svg>`},
	"image-set":                   {text: head + `<rect style="mask:image-set('https://evil.example/a' 1x)" mask="src('https://evil.example')"/></svg>`},
	"binding":                     {text: head + `<rect style="-moz-binding:url(https://evil.example/x#y);behavior:url(x)"/></svg>`},
	"style sheet by instruction":  {text: `<?xml version="1.0"?><?xml-stylesheet href="https://evil.example/x.css"?>` + head + `</svg>`},
	"handler element":             {text: head + `<handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">alert(1)</handler></svg>`},
	"base":                        {text: `<svg xmlns="http://www.w3.org/2000/svg" xml:base="https://evil.example/"><use href="x.svg#a"/></svg>`},
	"cursor":                      {text: head + `<rect cursor="url(https://evil.example/c.cur)"/></svg>`},
	"text that looks like markup": {text: head + `<text>&lt;script&gt;alert(1)&lt;/script&gt;</text></svg>`},
	"value that looks like it":    {text: head + `<rect class="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" role="&quot; onload=&quot;alert(1)"/></svg>`},

	"document type":           {text: `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "https://evil.example/x.dtd">` + head + `</svg>`, refused: true},
	"entity":                  {text: `<!DOCTYPE svg [<!ENTITY x "<script>alert(1)</script>">]>` + head + `&x;</svg>`, refused: true},
	"entity without a type":   {text: head + `<text>&x;</text></svg>`, refused: true},
	"file":                    {text: `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + head + `<text>&x;</text></svg>`, refused: true},
	"billion laughs":          {text: `<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>` + head + `<text>&b;</text></svg>`, refused: true},
	"other encoding":          {text: `<?xml version="1.0" encoding="UTF-7"?><svg xmlns="http://www.w3.org/2000/svg">+ADw-script+AD4-</svg>`, refused: true},
	"not UTF-8":               {text: head + "<text>\xff</text></svg>", refused: true},
	"page":                    {text: `<html xmlns="http://www.w3.org/1999/xhtml"><svg xmlns="http://www.w3.org/2000/svg"/></html>`, refused: true},
	"no namespace":            {text: `<svg onload="alert(1)"/>`, refused: true},
	"two roots":               {text: head + `</svg>` + head + `<script>alert(1)</script></svg>`, refused: true},
	"not closed":              {text: head + `<g>`, refused: true},
	"uses itself":             {text: head + `<g id="a"><use href="#a"/></g></svg>`, refused: true},
	"patterns in a circle":    {text: head + `<pattern id="a"><rect fill="url(#b)"/></pattern><pattern id="b"><rect style="fill:url('#a')"/></pattern><rect fill="url(#a)"/></svg>`, refused: true},
	"rules in a circle":       {text: head + `<style>.x{fill:url(#a)}</style><pattern id="a"><rect class="x"/></pattern><rect class="x"/></svg>`, refused: true},
	"uses that grow":          {text: head + growing(24, `<use href="#%s"/><use href="#%s"/>`) + `</svg>`, refused: true},
	"masks that grow":         {text: head + growing(24, `<rect mask="url(#%s)"/><rect mask="url(#%s)"/>`) + `</svg>`, refused: true},
	"deep":                    {text: head + strings.Repeat("<g>", 5000) + strings.Repeat("</g>", 5000) + `</svg>`, refused: true},
	"wide":                    {text: head + strings.Repeat("<g/>", maxSVGNodes) + `</svg>`, refused: true},
	"deep, and to be skipped": {text: head + strings.Repeat("<b>", 100_000) + strings.Repeat("</b>", 100_000) + `</svg>`},
}

// growing is a chain of parts that each draw the one before twice.
func growing(n int, twice string) string {
	var b strings.Builder
	b.WriteString(`<g id="a0"><rect/></g>`)
	for i := 1; i <= n; i++ {
		before := fmt.Sprintf("a%d", i-1)
		fmt.Fprintf(&b, `<g id="a%d">`+twice+`</g>`, i, before, before)
	}
	return b.String()
}

func TestAttacksComeToNothing(t *testing.T) {
	t.Parallel()
	for name, attack := range attacks {
		clean, _, _, err := Sanitize([]byte(attack.text))
		if (err != nil) != attack.refused {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			if problem := harm(clean); problem != "" {
				t.Errorf("%s: %s is left in %s", name, problem, clean)
			}
		}
	}
}

// harm reads a document as a browser would and names what should not be in it.
// It shares no list with what wrote it, except for what may be there at all.
func harm(clean []byte) string {
	for _, word := range []string{"<!", "<?", "evil.example"} {
		if bytes.Contains(clean, []byte(word)) {
			return word
		}
	}
	d := xml.NewDecoder(bytes.NewReader(clean))
	inStyle := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return ""
		}
		if err != nil {
			return err.Error()
		}
		switch e := token.(type) {
		case xml.StartElement:
			name := strings.ToLower(e.Name.Local)
			inStyle = name == "style"
			for _, bad := range []string{"script", "foreignobject", "image", "feimage", "a", "animate", "set", "handler", "iframe"} {
				if name == bad {
					return "<" + name
				}
			}
			if e.Name.Space != svgSpace {
				return "another namespace"
			}
			seen := map[string]bool{}
			for _, a := range e.Attr {
				value, key := strings.ToLower(a.Value), strings.ToLower(a.Name.Local)
				outside := strings.Contains(strings.ReplaceAll(value, "url(#", ""), "url(")
				switch {
				case strings.HasPrefix(key, "on"), seen[key], a.Name.Space != "":
					return key
				case key == "href" && !strings.HasPrefix(value, "#"):
					return value
				case outside, key == "style" && (strings.Contains(value, `\`) || strings.Contains(value, "//")):
					return value
				}
				seen[key] = true
			}
		case xml.CharData:
			if text := strings.ToLower(string(e)); inStyle && (strings.ContainsAny(text, `@\<`) || strings.Contains(strings.ReplaceAll(text, "url(#", ""), "url(")) {
				return text
			}
		case xml.EndElement:
			inStyle = false
		}
	}
}

// TestDrawingsStay: what programs export looks as it did.
func TestDrawingsStay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"shapes": {head + `<g fill="#fff" stroke-width="2"><path d="M0 0L1 1"/><circle cx="1" cy="2" r="3"/></g></svg>`,
			`<g fill="#fff" stroke-width="2"><path d="M0 0L1 1"></path><circle cx="1" cy="2" r="3"></circle></g>`},
		"gradient":    {head + `<defs><linearGradient id="a" gradientUnits="userSpaceOnUse"><stop offset="0" stop-color="red"/></linearGradient></defs><rect fill="url(#a)"/></svg>`, `<rect fill="url(#a)"></rect>`},
		"quoted":      {head + `<rect fill="url('#a')" style='mask:url("#m")'/></svg>`, `<rect fill="url(#a)" style="mask:url(#m)"></rect>`},
		"old links":   {head + `<g id="a"/><use xlink:href="#a" x="5"/></svg>`, `<use href="#a" x="5"></use>`},
		"style sheet": {head + `<style type="text/css"><![CDATA[ /* made by hand */ .cls-1, .cls-2 { fill: #0af; cursor: pointer; } @media print { .x{} } .cls-2{opacity:.5} ]]></style><path class="cls-1"/></svg>`, `<style>.cls-1, .cls-2{fill:#0af}.cls-2{opacity:.5}</style><path class="cls-1"></path>`},
		"style":       {head + `<path style="fill:rgb(1, 2, 3); -inkscape-font-specification:'x'; stroke:none"/></svg>`, `<path style="fill:rgb(1, 2, 3);stroke:none"></path>`},
		"text":        {head + `<title>Hill &amp; Sons</title><text x="1" font-family="Inter, 'Segoe UI'">A<tspan dy="2">B</tspan></text></svg>`, `<title>Hill &amp; Sons</title><text x="1" font-family="Inter, &#39;Segoe UI&#39;">A<tspan dy="2">B</tspan></text>`},
		"shadow":      {head + `<filter id="f"><feGaussianBlur stdDeviation="2"/></filter><g filter="url(#f)" transform="rotate(45 5 5)"/></svg>`, `<g filter="url(#f)" transform="rotate(45 5 5)"></g>`},
		"editor": {`<?xml version="1.0" encoding="UTF-8"?><!-- made by hand -->` + head + `<metadata><x/></metadata><sodipodi:namedview xmlns:sodipodi="http://sodipodi.example"/><g id="layer1" data-name="Layer 1"/></svg>`,
			`viewBox="0 0 10 10"><g id="layer1"></g></svg>`},
	} {
		clean, _, _, err := Sanitize([]byte(test.text))
		if err != nil || !strings.Contains(string(clean), test.want) {
			t.Errorf("%s: %v\n%s", name, err, clean)
		}
	}
}

func TestMeasures(t *testing.T) {
	t.Parallel()
	for attributes, want := range map[string][2]int{
		`viewBox="0 0 600 100"`:                  {600, 100},
		`width="60px" height="10.4"`:             {60, 10},
		`viewBox="0,0,3,4" width="1" height="1"`: {3, 4},
		`width="100%" height="10"`:               {0, 0},
		``:                                       {0, 0},
		`viewBox="0 0 1e99 NaN"`:                 {0, 0},
	} {
		_, w, h, err := Sanitize([]byte(`<svg xmlns="http://www.w3.org/2000/svg" ` + attributes + `/>`))
		if err != nil || w != want[0] || h != want[1] {
			t.Errorf("%s: %d x %d, %v", attributes, w, h, err)
		}
	}
}

// FuzzSanitize: whatever comes in, what comes out is harmless, and stays as it is
// when it is looked at again.
func FuzzSanitize(f *testing.F) {
	for _, attack := range attacks {
		if len(attack.text) < 4000 {
			f.Add([]byte(attack.text))
		}
	}
	f.Add([]byte(head + `<style>.a{fill:url(#b)}</style><g id="b" class="a" style="fill:url(#c)"/><text>x</text></svg>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		clean, w, h, err := Sanitize(data)
		if err != nil {
			return
		}
		if bytes.Contains(data, []byte("evil.example")) {
			clean = bytes.ReplaceAll(clean, []byte("evil.example"), nil) // as text it is harmless
		}
		if problem := harm(clean); problem != "" {
			t.Fatalf("%s is left in %s", problem, clean)
		}
		again, w2, h2, err := Sanitize(clean)
		if err != nil || !bytes.Equal(again, clean) || w != w2 || h != h2 {
			t.Fatalf("read again: %v\n%s\n%s", err, clean, again)
		}
	})
}

// FuzzRead: no upload makes it panic or take long, and every size is bounded.
func FuzzRead(f *testing.F) {
	f.Add(pngOf(3, 3))
	f.Add(jpegOf(3, 3))
	f.Add(gifOf(2, 3))
	f.Add(icoOf(bitmap(8, 8), pngOf(3, 3)))
	f.Fuzz(func(t *testing.T, data []byte) {
		for slot := range slots {
			p, err := Read(slot, data)
			if err == nil && p.Kind != SVG && bounded(p.Width, p.Height) != nil {
				t.Fatalf("%d x %d", p.Width, p.Height)
			}
		}
	})
}
