package picture

import (
	"bytes"
	"encoding/binary"
	"image/png"

	"github.com/bowline/bowline"
)

// Limits of what has several pictures in it.
const (
	maxFrames      = 300
	maxFramePixels = 100_000_000 // of all frames of a GIF
	maxIcons       = 32
)

// sizeOfGIF walks the blocks of a GIF without unpacking any (GIF89a
// specification, section 12): frames add up, and each is unpacked by whoever
// looks at it.
func sizeOfGIF(data []byte) (width, height int, err error) {
	b := blocks{data: data, at: 6}
	head := b.take(7)
	if head == nil {
		return 0, 0, errBroken
	}
	width, height = int(binary.LittleEndian.Uint16(head)), int(binary.LittleEndian.Uint16(head[2:]))
	b.colours(head[4])
	frames, pixels := 0, 0
	for {
		introducer := b.take(1)
		if introducer == nil {
			return 0, 0, errBroken
		}
		switch introducer[0] {
		case 0x3b:
			if frames == 0 {
				return 0, 0, errBroken
			}
			return width, height, nil
		case 0x21:
			b.take(1)
			b.skip()
		case 0x2c:
			frame := b.take(9)
			if frame == nil {
				return 0, 0, errBroken
			}
			b.colours(frame[8])
			b.take(1) // the size of the first code
			b.skip()
			frames++
			pixels += int(binary.LittleEndian.Uint16(frame[4:])) * int(binary.LittleEndian.Uint16(frame[6:]))
			if frames > maxFrames || pixels > maxFramePixels {
				return 0, 0, bowline.Errorf(bowline.CodeInvalid, "The animation is too long: a GIF may have %d pictures.", maxFrames)
			}
		default:
			return 0, 0, errBroken
		}
	}
}

// blocks reads a GIF from its beginning to its end.
type blocks struct {
	data []byte
	at   int
}

// take returns the next n bytes, nil where there are not as many.
func (b *blocks) take(n int) []byte {
	if b.at+n > len(b.data) {
		b.at = len(b.data)
		return nil
	}
	b.at += n
	return b.data[b.at-n : b.at]
}

// colours skips a table of colours, if the flags say that there is one.
func (b *blocks) colours(flags byte) {
	if flags&0x80 != 0 {
		b.take(3 << (flags&7 + 1))
	}
}

// skip goes past a chain of sub-blocks.
func (b *blocks) skip() {
	for {
		size := b.take(1)
		if size == nil || size[0] == 0 {
			return
		}
		b.take(int(size[0]))
	}
}

// sizeOfIcon returns the size of the largest picture in an ICO, and refuses one
// whose pictures are not what its directory says: PNGs or bitmaps.
func sizeOfIcon(data []byte) (width, height int, err error) {
	if len(data) < 6 {
		return 0, 0, errBroken
	}
	count := int(binary.LittleEndian.Uint16(data[4:]))
	if count < 1 || count > maxIcons || len(data) < 6+16*count {
		return 0, 0, errBroken
	}
	for i := range count {
		entry := data[6+16*i:]
		size, offset := uint64(binary.LittleEndian.Uint32(entry[8:])), uint64(binary.LittleEndian.Uint32(entry[12:]))
		if size < 40 || offset+size > uint64(len(data)) {
			return 0, 0, errBroken
		}
		w, h, err := sizeInIcon(data[offset : offset+size])
		if err != nil {
			return 0, 0, err
		}
		if err := bounded(w, h); err != nil {
			return 0, 0, err
		}
		if w*h > width*height {
			width, height = w, h
		}
	}
	return width, height, nil
}

func sizeInIcon(one []byte) (width, height int, err error) {
	if sniff(one) == PNG {
		c, err := png.DecodeConfig(bytes.NewReader(one))
		if err != nil {
			return 0, 0, errBroken
		}
		return c.Width, c.Height, nil
	}
	if binary.LittleEndian.Uint32(one) != 40 { // BITMAPINFOHEADER, with twice the height: the mask lies below
		return 0, 0, errBroken
	}
	width, height = int(int32(binary.LittleEndian.Uint32(one[4:]))), int(int32(binary.LittleEndian.Uint32(one[8:])))/2 //nolint:gosec // signed in the file
	return width, height, nil
}
