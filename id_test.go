package bowline

import (
	"slices"
	"testing"
	"time"
)

func TestNewIDSortsByCall(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 9, 15, 27, 0, time.UTC)
	var ids []ID
	for range 5000 { // more than fit into one millisecond's counter
		ids = append(ids, NewID(now))
	}
	if !slices.IsSorted(ids) {
		t.Error("ids made within one millisecond do not sort in the order of the calls")
	}
	slices.Sort(ids)
	if n := len(slices.Compact(ids)); n != 5000 {
		t.Errorf("%d different ids, want 5000", n)
	}
}

func TestNewIDIsVersion7(t *testing.T) {
	t.Parallel()
	id := NewID(time.Now())
	if _, err := ParseID(string(id)); err != nil || id[14] != '7' || !slices.Contains([]byte("89ab"), id[19]) {
		t.Errorf("%s is not a version 7 UUID", id)
	}
}

// TestNewIDAfter: the clock that made the earlier id was ahead.
func TestNewIDAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for _, earlier := range []ID{"", "00000000-0000-7000-8000-000000000000", "0fffffff-ffff-7fff-8000-000000000000"} {
		if id := NewIDAfter(earlier, now); id <= earlier {
			t.Errorf("%s sorts before %s", id, earlier)
		}
	}
	if id := NewIDAfter("not-hexadecimal-and-36-letters-long-", now); len(id) != 36 {
		t.Errorf("%s is no id", id)
	}
}

func TestParseID(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want ID
	}{
		{"b8f1f6ac-51f0-4f5b-9c8a-0c6d1d1f7a31", "b8f1f6ac-51f0-4f5b-9c8a-0c6d1d1f7a31"},
		{"B8F1F6AC-51F0-4F5B-9C8A-0C6D1D1F7A31", "b8f1f6ac-51f0-4f5b-9c8a-0c6d1d1f7a31"},
		{"", ""},
		{"b8f1f6ac51f04f5b9c8a0c6d1d1f7a31", ""},
		{"{b8f1f6ac-51f0-4f5b-9c8a-0c6d1d1f7a31}", ""},
		{"b8f1f6ac-51f0-4f5b-9c8a-0c6d1d1f7a3g", ""},
		{"b8f1f6ac-51f0-4f5b-9c8a-0c6d1d1f7a31 ", ""},
		{"b8f1f6ac_51f0_4f5b_9c8a_0c6d1d1f7a31", ""},
	}
	for _, tt := range tests {
		got, err := ParseID(tt.in)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("ParseID(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

func FuzzParseID(f *testing.F) {
	f.Add("b8f1f6ac-51f0-4f5b-9c8a-0c6d1d1f7a31")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseID(s)
		if err != nil {
			return
		}
		if again, err := ParseID(string(id)); err != nil || again != id {
			t.Errorf("%q parses to %q, which parses to %q, %v", s, id, again, err)
		}
	})
}

// TestSpreadIsEven: ids of one moment differ in few bits, and are spread over
// everything all the same.
func TestSpreadIsEven(t *testing.T) {
	t.Parallel()
	const count, parts = 100_000, 50
	var found [parts]int
	now := time.Date(2026, 3, 4, 9, 15, 27, 0, time.UTC)
	for range count {
		found[NewID(now).Spread()/(1<<63/(parts/2))%parts]++
	}
	for i, n := range found {
		if n < count/parts*9/10 || n > count/parts*11/10 {
			t.Errorf("part %d of %d holds %d of %d ids", i, parts, n, count)
		}
	}
	// Rows lie where it puts them, so it may never change.
	if got := ID("0199a0e0-0000-7000-8000-000000000000").Spread(); got != 0x956da1a5100c9d05 {
		t.Errorf("the number of a known id is %#x", got)
	}
}
