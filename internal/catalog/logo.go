package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Logo is what the picker shows beside the name: a drawn tile, or an image
// that the operator put beside the integration's file.
type Logo struct {
	// Monogram is one or two letters, "" when only a file is given.
	Monogram string `json:"monogram"`
	// Color is "#rrggbb" in lower case, "" when only a file is given.
	Color string `json:"color"`
	// File is the name of the image, "" for a drawn tile.
	File string `json:"file"`
	// image is the content of File, read at Load.
	image []byte
}

// Content types of a logo.
const (
	typeSVG = "image/svg+xml"
	typePNG = "image/png"
)

// maxLogo caps an image file, in bytes; maxLogoSide its width and height.
const (
	maxLogo     = 256 << 10
	maxLogoSide = 2048
)

// Image returns the logo and its content type: the operator's file when there
// is one, else the drawn tile. size is the edge of the drawn tile in CSS
// pixels. An SVG file comes from the operator and is served as it is: answer
// with a Content-Security-Policy of "default-src 'none'; style-src
// 'unsafe-inline'; sandbox" so that it stays a picture.
func (l Logo) Image(size int) (data []byte, contentType string) {
	switch {
	case len(l.image) == 0:
		return l.SVG(size), typeSVG
	case strings.HasSuffix(l.File, ".png"):
		return l.image, typePNG
	}
	return l.image, typeSVG
}

// SVG draws the monogram tile, size CSS pixels square. It holds no script, no
// style and no reference to anything outside itself, so that it also works
// inline under a strict policy.
func (l Logo) SVG(size int) []byte {
	ground, ink := l.Color, "#ffffff"
	if len(ground) != 7 {
		ground = "#5b6472"
	}
	if luminance(ground) > 0.4 {
		ink = "#14181f"
	}
	text, fontSize := l.Monogram, 24
	if utf8.RuneCountInString(text) == 1 {
		fontSize = 30
	}
	// Equal tiles on one page share this id, and equal definitions with it.
	id := "tile-" + strings.TrimPrefix(ground, "#")
	var svg bytes.Buffer
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 56 56" aria-hidden="true">`, size, size)
	fmt.Fprintf(&svg, `<defs><linearGradient id="%s" x1="0" y1="0" x2="0" y2="1">`, id)
	svg.WriteString(`<stop offset="0" stop-color="#ffffff" stop-opacity=".16"/><stop offset="1" stop-color="#000000" stop-opacity=".14"/></linearGradient></defs>`)
	fmt.Fprintf(&svg, `<rect width="56" height="56" rx="13" fill="%s"/><rect width="56" height="56" rx="13" fill="url(#%s)"/>`, ground, id)
	svg.WriteString(`<rect x=".5" y=".5" width="55" height="55" rx="12.5" fill="none" stroke="#000000" stroke-opacity=".12"/>`)
	// A baseline by figure instead of dominant-baseline, which renderers of
	// images place differently.
	fmt.Fprintf(&svg, `<text x="28" y="%s" text-anchor="middle" font-family="ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif" font-size="%d" font-weight="650" letter-spacing="-.4" fill="%s">%s</text></svg>`,
		strconv.FormatFloat(28+float64(fontSize)*.357, 'f', 1, 64), fontSize, ink, html.EscapeString(text))
	return svg.Bytes()
}

// luminance is the relative luminance of "#rrggbb" between 0 and 1, by a
// square instead of the sRGB curve: near enough to choose dark or light ink.
func luminance(color string) float64 {
	v, err := strconv.ParseUint(strings.TrimPrefix(color, "#"), 16, 32)
	if err != nil {
		return 0
	}
	channel := func(shift uint) float64 {
		c := float64(v>>shift&0xff) / 255
		return c * c
	}
	return .2126*channel(16) + .7152*channel(8) + .0722*channel(0)
}

// readLogo reads the image beside an integration's file.
func readLogo(dir, name string) ([]byte, error) {
	data, err := readCapped(filepath.Join(dir, name), maxLogo)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, errors.New("there is no such file in the directory")
	case err != nil:
		return nil, err
	}
	if strings.HasSuffix(name, ".png") {
		config, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return nil, errors.New("is not a PNG image")
		}
		if config.Width > maxLogoSide || config.Height > maxLogoSide {
			return nil, fmt.Errorf("is larger than %d pixels", maxLogoSide)
		}
		return data, nil
	}
	if !utf8.Valid(data) || !bytes.Contains(data, []byte("<svg")) {
		return nil, errors.New("is not an SVG image")
	}
	if bytes.Contains(bytes.ToLower(data), []byte("<script")) {
		return nil, errors.New("holds a script")
	}
	return data, nil
}
