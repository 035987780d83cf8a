package picture

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"slices"

	"github.com/bowline/bowline"
)

// Kind is what a picture is, and the extension of its address.
type Kind string

// The kinds.
const (
	PNG  Kind = "png"
	JPEG Kind = "jpg"
	GIF  Kind = "gif"
	ICO  Kind = "ico"
	SVG  Kind = "svg"
)

// ContentType is the media type of a kind; "" for one that is not known.
func (k Kind) ContentType() string {
	return map[Kind]string{
		PNG: "image/png", JPEG: "image/jpeg", GIF: "image/gif", ICO: "image/x-icon", SVG: "image/svg+xml",
	}[k]
}

// Picture is one that may be served as it is.
type Picture struct {
	Kind          Kind
	Width, Height int // in pixels; of an SVG in its own units, 0 where it does not say
	Content       []byte
}

// Slot is a place that a picture is for.
type Slot string

// The slots (link.md 5.3).
const (
	Logo Slot = "logo"
	Icon Slot = "icon"
	Hero Slot = "hero"
)

// slots says what fits where, and how many bytes it may have.
var slots = map[Slot]struct {
	kinds []Kind
	most  int
	named string
}{
	Logo: {[]Kind{PNG, JPEG, GIF, SVG}, 10 << 20, "PNG, JPEG, SVG or GIF of at most 10 MB"},
	Icon: {[]Kind{ICO, PNG}, 500 << 10, "ICO or PNG of at most 500 KB"},
	Hero: {[]Kind{PNG, JPEG}, 10 << 20, "PNG or JPEG of at most 10 MB"},
}

// MaxBytes is the most that any slot takes.
const MaxBytes = 10 << 20

// Known says whether there is such a slot.
func (s Slot) Known() bool { _, known := slots[s]; return known }

// What a browser would have to unpack: a file of some kilobytes can be gigabytes
// of pixels.
const (
	maxSide   = 8192
	maxPixels = 25_000_000
)

// Read judges what was uploaded for a slot. What it refuses is a CodeInvalid
// [bowline.Error] that says what would do.
func Read(slot Slot, data []byte) (Picture, error) {
	rule, known := slots[slot]
	if !known {
		return Picture{}, bowline.Errorf(bowline.CodeNotFound, "There is no such picture: logo, icon and hero are.")
	}
	kind := sniff(data)
	if len(data) > rule.most || !slices.Contains(rule.kinds, kind) {
		return Picture{}, bowline.Errorf(bowline.CodeInvalid, "The %s must be a %s.", slot, rule.named)
	}
	p := Picture{Kind: kind, Content: data}
	var err error
	switch kind {
	case SVG:
		p.Content, p.Width, p.Height, err = Sanitize(data)
	case ICO:
		p.Width, p.Height, err = sizeOfIcon(data)
	case GIF:
		p.Width, p.Height, err = sizeOfGIF(data)
	default:
		p.Width, p.Height, err = sizeOf(kind, data)
	}
	if err == nil && kind != SVG {
		err = bounded(p.Width, p.Height)
	}
	if err != nil {
		return Picture{}, err
	}
	return p, nil
}

// sniff tells a kind by the bytes that it begins with; "" for none of ours.
func sniff(data []byte) Kind {
	for _, magic := range []struct {
		kind  Kind
		bytes string
	}{
		{PNG, "\x89PNG\r\n\x1a\n"}, {JPEG, "\xff\xd8\xff"}, {GIF, "GIF87a"}, {GIF, "GIF89a"}, {ICO, "\x00\x00\x01\x00"},
	} {
		if bytes.HasPrefix(data, []byte(magic.bytes)) {
			return magic.kind
		}
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n")
	if bytes.HasPrefix(text, []byte("<")) && bytes.Contains(text, []byte("<svg")) {
		return SVG // or an error, when it is read
	}
	return ""
}

func sizeOf(kind Kind, data []byte) (width, height int, err error) {
	var c image.Config
	if kind == PNG {
		c, err = png.DecodeConfig(bytes.NewReader(data))
	} else {
		c, err = jpeg.DecodeConfig(bytes.NewReader(data))
	}
	if err != nil {
		return 0, 0, errBroken
	}
	return c.Width, c.Height, nil
}

var errBroken error = bowline.Errorf(bowline.CodeInvalid, "The picture cannot be read. Save it again, and upload that.")

func bounded(width, height int) error {
	switch {
	case width < 1 || height < 1:
		return errBroken
	case width > maxSide || height > maxSide || width*height > maxPixels:
		return bowline.Errorf(bowline.CodeInvalid, "The picture must have at most %d pixels a side, and 25 million in all.", maxSide)
	}
	return nil
}
