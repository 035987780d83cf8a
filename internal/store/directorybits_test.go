package store

import (
	"testing"

	"pgregory.net/rapid"
)

// TestBitmap stores sets of places of every density and reads them again.
func TestBitmap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var b bitmap
		every := rapid.SampledFrom([]int64{1, 2, 7, 9, 100, 3000, blockSize}).Draw(t, "every")
		for n := rapid.Int64Range(0, 63).Draw(t, "first"); n < blockSize; n += every {
			b.set(n)
		}
		for _, n := range rapid.SliceOfN(rapid.Int64Range(0, blockSize-1), 0, 40).Draw(t, "changed") {
			if b.has(n) {
				b.clear(n)
			} else {
				b.set(n)
			}
		}
		stored := b.encode()
		var again bitmap
		if err := again.decode(stored); err != nil || again != b || len(stored) > bitmapBytes {
			t.Fatalf("%d places in %d bytes read as %d: %v", b.count(), len(stored), again.count(), err)
		}
		for _, n := range b.places() {
			again.clear(n)
		}
		if again != (bitmap{}) {
			t.Fatal("places leaves some out")
		}
	})
}

// FuzzBitmap reads what may stand in a damaged database.
func FuzzBitmap(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, stored []byte) {
		var b, again bitmap
		if b.decode(stored) != nil {
			return
		}
		if err := again.decode(b.encode()); err != nil || again != b {
			t.Fatalf("%x reads as something that cannot be stored: %v", stored, err)
		}
	})
}

// TestFolded makes alike what people take for the same.
func TestFolded(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Harbour  Bakery ": "harbour bakery", "ÉMILE & Söhne": "emile & sohne", "E\u0301mile": "emile", "Straße": "strasse", "Øre Łódź Æsir": "ore lodz aesir",
		"ΣΊΣΥΦΟΣ σίσυφος": "σισυφοσ σισυφοσ", "\u202eHar\u200dbour\u0000": "harbour", "ﬁne": "fine", "１２３": "123", "株式会社": "株式会社", "\xff": "\ufffd",
		"a\u0000b\tc": "ab c", "": "", " \n ": "", "İstanbul": "istanbul",
	} {
		if got := folded(text); got != want {
			t.Errorf("%q is folded to %q, want %q", text, got, want)
		}
	}
}
