package bowline

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strconv"
	"sync/atomic"
	"time"
)

// ID is a UUID in its canonical form: lower case, with dashes. New ones are
// version 7 (RFC 9562 section 5.7), so that they sort by time of creation and
// keep indexes tight. Empty means absent.
type ID string

// ErrBadID says that a text is not a UUID.
var ErrBadID = errors.New("not a UUID")

// lastID is the greatest millisecond-and-counter handed out, so that ids made
// within one millisecond still sort in the order in which they were made.
var lastID atomic.Uint64

// NewID returns a new version 7 UUID for the given time. Ids made by one
// process sort in the order of the calls.
func NewID(now time.Time) ID {
	// 48 bits of milliseconds, then 12 bits that count within a millisecond.
	want := uint64(now.UnixMilli()) << 12
	var stamp uint64
	for {
		last := lastID.Load()
		stamp = max(want, last+1)
		if lastID.CompareAndSwap(last, stamp) {
			break
		}
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], stamp>>12<<16|0x7000|stamp&0x0fff)
	// crypto/rand.Read never fails: it aborts the process instead.
	_, _ = rand.Read(b[8:])
	b[8] = b[8]&0x3f | 0x80
	return format(b)
}

// NewIDAfter is NewID for an id that sorts after another one of version 7, also
// where the clock that made that one was ahead.
func NewIDAfter(earlier ID, now time.Time) ID {
	id := NewID(now)
	if id > earlier || len(earlier) != 36 {
		return id
	}
	stamp, err := strconv.ParseInt(string(earlier[:8]+earlier[9:13]), 16, 64)
	if err != nil {
		return id
	}
	return NewID(time.UnixMilli(stamp + 1))
}

// Spread returns a number that follows from the id and is as good as random: ids
// that were made one after the other are spread evenly over all numbers.
func (id ID) Spread() uint64 {
	x := uint64(14695981039346656037) // FNV-1a
	for i := range len(id) {
		x = (x ^ uint64(id[i])) * 1099511628211
	}
	x ^= x >> 30 // ids differ in few bits only, and this spreads them over all
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// ParseID reads a UUID of any version in its canonical form, in either case.
// It returns [ErrBadID] for anything else.
func ParseID(s string) (ID, error) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return "", ErrBadID
	}
	var b [16]byte
	compact := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	if _, err := hex.Decode(b[:], []byte(compact)); err != nil {
		return "", ErrBadID
	}
	return format(b), nil
}

func format(b [16]byte) ID {
	var out [36]byte
	hex.Encode(out[0:8], b[0:4])
	out[8] = '-'
	hex.Encode(out[9:13], b[4:6])
	out[13] = '-'
	hex.Encode(out[14:18], b[6:8])
	out[18] = '-'
	hex.Encode(out[19:23], b[8:10])
	out[23] = '-'
	hex.Encode(out[24:], b[10:16])
	return ID(out[:])
}
