package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/bowline/bowline"
)

func pngOf(w, h int) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)))
	return b.Bytes()
}

func jpegOf(w, h int) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)), nil)
	return b.Bytes()
}

func gifOf(frames, side int) []byte {
	var b bytes.Buffer
	all := &gif.GIF{}
	for range frames {
		all.Image = append(all.Image, image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.Black, color.White}))
		all.Delay = append(all.Delay, 1)
	}
	_ = gif.EncodeAll(&b, all)
	return b.Bytes()
}

func icoOf(pictures ...[]byte) []byte {
	b := []byte{0, 0, 1, 0, byte(len(pictures)), 0}
	offset := 6 + 16*len(pictures)
	for _, p := range pictures {
		b = append(b, 32, 32, 0, 0, 1, 0, 32, 0)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(p)))
		b = binary.LittleEndian.AppendUint32(b, uint32(offset))
		offset += len(p)
	}
	for _, p := range pictures {
		b = append(b, p...)
	}
	return b
}

// bitmap is a picture inside an ICO.
func bitmap(w, h int) []byte {
	b := make([]byte, 40+8)
	binary.LittleEndian.PutUint32(b, 40)
	binary.LittleEndian.PutUint32(b[4:], uint32(w))
	binary.LittleEndian.PutUint32(b[8:], uint32(2*h))
	return b
}

// claim rewrites the size that a PNG says it has, without the pixels for it.
func claim(data []byte, w, h uint32) []byte {
	data = bytes.Clone(data)
	binary.BigEndian.PutUint32(data[16:], w)
	binary.BigEndian.PutUint32(data[20:], h)
	sum := crcOf(data[12:29])
	binary.BigEndian.PutUint32(data[29:], sum)
	return data
}

func crcOf(data []byte) uint32 {
	crc := ^uint32(0)
	for _, b := range data {
		crc ^= uint32(b)
		for range 8 {
			if crc&1 != 0 {
				crc = crc>>1 ^ 0xedb88320
			} else {
				crc >>= 1
			}
		}
	}
	return ^crc
}

func TestRead(t *testing.T) {
	t.Parallel()
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 100"><rect width="600" height="100"/></svg>`)
	for name, test := range map[string]struct {
		slot Slot
		data []byte
		kind Kind // "" where it is refused
		w, h int
		says string
	}{
		"logo":                     {Logo, pngOf(600, 100), PNG, 600, 100, ""},
		"logo JPEG":                {Logo, jpegOf(60, 10), JPEG, 60, 10, ""},
		"logo GIF":                 {Logo, gifOf(2, 40), GIF, 40, 40, ""},
		"logo SVG":                 {Logo, svg, SVG, 600, 100, ""},
		"SVG after a mark":         {Logo, append([]byte("\xef\xbb\xbf  "), svg...), SVG, 600, 100, ""},
		"icon":                     {Icon, icoOf(bitmap(16, 16), bitmap(32, 32)), ICO, 32, 32, ""},
		"icon with a PNG":          {Icon, icoOf(pngOf(64, 64)), ICO, 64, 64, ""},
		"icon PNG":                 {Icon, pngOf(32, 32), PNG, 32, 32, ""},
		"hero":                     {Hero, jpegOf(1920, 1080), JPEG, 1920, 1080, ""},
		"hero SVG":                 {Hero, svg, "", 0, 0, "PNG or JPEG of at most 10 MB"},
		"hero GIF":                 {Hero, gifOf(1, 4), "", 0, 0, "PNG or JPEG"},
		"icon JPEG":                {Icon, jpegOf(32, 32), "", 0, 0, "ICO or PNG of at most 500 KB"},
		"icon too heavy":           {Icon, append(pngOf(8, 8), make([]byte, 500<<10)...), "", 0, 0, "500 KB"},
		"logo too heavy":           {Logo, append(pngOf(8, 8), make([]byte, MaxBytes)...), "", 0, 0, "10 MB"},
		"page":                     {Logo, []byte("<!doctype html><script>alert(1)</script>"), "", 0, 0, "PNG, JPEG, SVG or GIF"},
		"page that names an svg":   {Logo, []byte("<html><svg onload=alert(1)></svg></html>"), "", 0, 0, "cannot be read"},
		"nothing":                  {Logo, nil, "", 0, 0, "PNG"},
		"PNG bomb":                 {Logo, claim(pngOf(8, 8), 60000, 60000), "", 0, 0, "at most 8192 pixels"},
		"PNG of too many pixels":   {Hero, claim(pngOf(8, 8), 8000, 8000), "", 0, 0, "25 million"},
		"PNG cut off":              {Logo, pngOf(8, 8)[:20], "", 0, 0, "cannot be read"},
		"JPEG cut off":             {Logo, jpegOf(8, 8)[:20], "", 0, 0, "cannot be read"},
		"GIF cut off":              {Logo, gifOf(1, 8)[:30], "", 0, 0, "cannot be read"},
		"GIF that goes on":         {Logo, gifOf(maxFrames+1, 2), "", 0, 0, "too long"},
		"ICO without pictures":     {Icon, icoOf(), "", 0, 0, "cannot be read"},
		"ICO that points outside":  {Icon, icoOf(bitmap(16, 16))[:40], "", 0, 0, "cannot be read"},
		"ICO with something else":  {Icon, icoOf(bytes.Repeat([]byte("<script>"), 8)), "", 0, 0, "cannot be read"},
		"ICO with a bomb":          {Icon, icoOf(claim(pngOf(8, 8), 60000, 60000)), "", 0, 0, "8192"},
		"ICO with a bitmap's bomb": {Icon, icoOf(bitmap(60000, 60000)), "", 0, 0, "8192"},
		"cursor":                   {Icon, append([]byte{0, 0, 2, 0}, icoOf(bitmap(16, 16))[4:]...), "", 0, 0, "ICO or PNG"},
		"slot":                     {"banner", pngOf(1, 1), "", 0, 0, "no such picture"},
	} {
		got, err := Read(test.slot, test.data)
		switch {
		case test.kind != "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case got.Kind != test.kind || got.Width != test.w || got.Height != test.h:
			t.Errorf("%s: %s %d x %d", name, got.Kind, got.Width, got.Height)
		case test.kind == "" && (bowline.CodeOf(err) != bowline.CodeInvalid && test.slot.Known() || !strings.Contains(err.Error(), test.says)):
			t.Errorf("%s: refused with %v", name, err)
		case test.kind != "" && test.kind.ContentType() == "":
			t.Errorf("%s has no content type", name)
		}
	}
}
