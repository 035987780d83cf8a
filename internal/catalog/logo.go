package catalog

import (
	"bytes"
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Logo is what the picker shows beside the name: a drawn tile with letters or
// with an icon, or an image that the operator put beside the integration's
// file.
type Logo struct {
	// Monogram is one or two letters, "" for an icon or when only a file is
	// given.
	Monogram string `json:"monogram"`
	// Icon is the name of a brand's icon in icons/, "" for none.
	Icon string `json:"icon"`
	// Color is the tile's "#rrggbb" in lower case, "" when only a file is given.
	Color string `json:"color"`
	// File is the name of the image, "" for a drawn tile.
	File string `json:"file"`

	image picture // File, or KEY.logo.svg of the operator's directory
}

// Plain says that the monogram is all there is, so that a page can draw the
// logo itself, without a request.
func (l Logo) Plain() bool { return l.image.data == nil && l.Icon == "" }

// Drawn says that Image draws a tile with Color for its ground.
func (l Logo) Drawn() bool { return l.image.data == nil }

// Image returns the logo and its content type: the operator's file when there
// is one, else the drawn tile. size is the edge of the drawn tile in CSS
// pixels. An SVG file comes from the operator and is served as it is: answer
// with a Content-Security-Policy of "default-src 'none'; style-src
// 'unsafe-inline'; sandbox" so that it stays a picture.
func (l Logo) Image(size int) (data []byte, contentType string) {
	if l.image.data == nil {
		return l.SVG(size), typeSVG
	}
	return l.image.data, l.image.contentType()
}

// Inks of a tile.
const (
	lightInk = "#ffffff"
	darkInk  = "#14181f"
)

// inkContrast is what WCAG 2.2 wants of graphics and of large bold letters
// (success criteria 1.4.11 and 1.4.3). White is taken where it reaches that,
// because it is how most brands show their own mark.
const inkContrast = 3

// SVG draws the tile, size CSS pixels square. It holds no script, no style and
// no reference to anything outside itself, so that it also works inline under a
// strict policy.
func (l Logo) SVG(size int) []byte {
	ground, ink := l.Color, lightInk
	if len(ground) != 7 {
		ground = "#5b6472"
	}
	if contrast(ground, lightInk) < inkContrast {
		ink = darkInk
	}
	// Equal tiles on one page share this id, and equal definitions with it.
	id := "tile-" + strings.TrimPrefix(ground, "#")
	var svg bytes.Buffer
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 56 56" aria-hidden="true">`, size, size)
	fmt.Fprintf(&svg, `<defs><linearGradient id="%s" x1="0" y1="0" x2="0" y2="1">`, id)
	svg.WriteString(`<stop offset="0" stop-color="#ffffff" stop-opacity=".16"/><stop offset="1" stop-color="#000000" stop-opacity=".14"/></linearGradient></defs>`)
	fmt.Fprintf(&svg, `<rect width="56" height="56" rx="13" fill="%s"/><rect width="56" height="56" rx="13" fill="url(#%s)"/>`, ground, id)
	svg.WriteString(`<rect x=".5" y=".5" width="55" height="55" rx="12.5" fill="none" stroke="#000000" stroke-opacity=".12"/>`)
	if outline, ok := iconPath(l.Icon); ok {
		// 24 units become 36, in the middle of 56.
		fmt.Fprintf(&svg, `<path transform="translate(10 10) scale(1.5)" fill="%s" d="%s"/></svg>`, ink, outline)
		return svg.Bytes()
	}
	fontSize := 24
	if utf8.RuneCountInString(l.Monogram) == 1 {
		fontSize = 30
	}
	// A baseline by figure instead of dominant-baseline, which renderers of
	// images place differently.
	fmt.Fprintf(&svg, `<text x="28" y="%s" text-anchor="middle" font-family="ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif" font-size="%d" font-weight="650" letter-spacing="-.4" fill="%s">%s</text></svg>`,
		strconv.FormatFloat(28+float64(fontSize)*.357, 'f', 1, 64), fontSize, ink, html.EscapeString(l.Monogram))
	return svg.Bytes()
}

// checkLogo adds a fault for every rule of a logo that the schema cannot say.
func (d *document) checkLogo(l Logo) {
	place := at{"logo"}
	if _, ok := iconPath(l.Icon); l.Icon != "" && !ok {
		d.faultf(place.with("icon"), "is not one of the icons: %s", strings.Join(Icons(), ", "))
	}
	switch {
	case l.Icon != "" && l.Monogram != "":
		d.faultf(place.with("monogram"), `is not used beside "icon"`)
	case l.Color != "" && l.Icon == "" && l.Monogram == "":
		d.faultf(place, `needs "icon" or "monogram" beside "color"`)
	}
}
