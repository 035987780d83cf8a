package store

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// Places are kept in blocks. A block is small enough that a change of it is
// cheap, and large enough that a million companies are some hundred blocks.
const (
	blockBits = 13
	blockSize = 1 << blockBits
)

// bitmap says which of a block's places are meant.
type bitmap [blockSize / 64]uint64

func (b *bitmap) set(n int64)      { b[n>>6&(blockSize/64-1)] |= 1 << (n & 63) }
func (b *bitmap) clear(n int64)    { b[n>>6&(blockSize/64-1)] &^= 1 << (n & 63) }
func (b *bitmap) has(n int64) bool { return b[n>>6&(blockSize/64-1)]&(1<<(n&63)) != 0 }

func (b *bitmap) count() (n int) {
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

func (b *bitmap) and(other *bitmap) {
	for i := range b {
		b[i] &= other[i]
	}
}

func (b *bitmap) or(other *bitmap) {
	for i := range b {
		b[i] |= other[i]
	}
}

// places lists what is set, the highest first.
func (b *bitmap) places() []int64 {
	list := make([]int64, 0, b.count())
	for i := len(b) - 1; i >= 0; i-- {
		for word := b[i]; word != 0; {
			top := 63 - bits.LeadingZeros64(word)
			list = append(list, int64(i<<6+top))
			word &^= 1 << top
		}
	}
	return list
}

// bitmapBytes is the length of a bitmap as it is stored. What is shorter is a
// list of the gaps between places, most of which take one byte.
const bitmapBytes = blockSize / 8

func (b *bitmap) encode() []byte {
	if n := b.count(); n < bitmapBytes {
		out, last := make([]byte, 0, 2*n), -1
		for i, word := range b {
			for ; word != 0; word &= word - 1 {
				place := i<<6 + bits.TrailingZeros64(word)
				out = binary.AppendUvarint(out, uint64(place-last-1)) //nolint:gosec // places go up
				last = place
			}
		}
		if len(out) < bitmapBytes {
			return out
		}
	}
	out := make([]byte, 0, bitmapBytes)
	for _, word := range b {
		out = binary.BigEndian.AppendUint64(out, word)
	}
	return out
}

var errPlaces = errors.New("places of a term cannot be read")

func (b *bitmap) decode(stored []byte) error {
	*b = bitmap{}
	if len(stored) == bitmapBytes {
		for i := range b {
			b[i] = binary.BigEndian.Uint64(stored[8*i:])
		}
		return nil
	}
	for place := uint64(0); len(stored) > 0; place++ {
		gap, size := binary.Uvarint(stored)
		if place += gap; size <= 0 || gap >= blockSize || place >= blockSize {
			return errPlaces
		}
		b.set(int64(place))
		stored = stored[size:]
	}
	return nil
}

// summary returns the block, below zero, that says which blocks have a term, and
// the place in it.
func summary(block int64) (of, place int64) { return -1 - block>>blockBits, block & (blockSize - 1) }
