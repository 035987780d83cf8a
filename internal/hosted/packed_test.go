package hosted

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// unpack reads one gzip member and nothing after it, as browsers do.
func unpack(t testing.TB, small []byte) string {
	t.Helper()
	from := bytes.NewReader(small)
	reader, err := gzip.NewReader(from)
	if err != nil {
		t.Fatal(err)
	}
	reader.Multistream(false)
	text, err := io.ReadAll(reader) // checks length and sum
	if err != nil {
		t.Fatal(err)
	}
	if from.Len() != 0 {
		t.Fatalf("%d bytes follow the page", from.Len())
	}
	return string(text)
}

func FuzzPackedPages(f *testing.F) {
	long := strings.Repeat("Harbor Lending – ", 9000) // longer than the window of deflate
	for _, start := range []string{"", "<!doctype html>", long} {
		for _, rest := range []string{"", "x", "</html>", "\x00\xff", long} {
			f.Add(start, []byte(rest))
		}
	}
	f.Fuzz(func(t *testing.T, start string, rest []byte) {
		p := pack(start)
		for range 2 { // the second time with a packer that was used before
			if got := unpack(t, p.with(rest)); got != start+string(rest) {
				t.Fatalf("%d and %d bytes became %d others", len(start), len(rest), len(got))
			}
		}
	})
}

// The beginning is shared by all visits: none may see another's rest.
func TestPackedPagesAreApart(t *testing.T) {
	t.Parallel()
	p := pack(strings.Repeat("the same for all ", 500))
	var all sync.WaitGroup
	for n := range 50 {
		all.Go(func() {
			rest := strings.Repeat(string(rune('A'+n)), n)
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			if n%2 == 0 {
				r.Header.Set("Accept-Encoding", "gzip")
			}
			rec := httptest.NewRecorder()
			p.deliver(rec, r, http.StatusOK, []byte(rest))
			got := rec.Body.String()
			if n%2 == 0 {
				got = unpack(t, rec.Body.Bytes())
			}
			if got != string(p.plain)+rest || rec.Header().Get("Content-Length") == "" {
				t.Errorf("visit %d: %d bytes, %v", n, len(got), rec.Header())
			}
		})
	}
	all.Wait()
}
