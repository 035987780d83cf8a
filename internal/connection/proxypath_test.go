package connection

import (
	"net/url"
	"path"
	"strings"
	"testing"
)

// bases as entries have them.
var bases = []string{
	"https://api.example", "https://api.example/v3/company/42", "https://api.example/v2?organization_id=7", "https://api.example:8443/a%20b/c(1)",
}

// FuzzBelow: whatever path and query say, the request goes to the base's host and
// below its path, as everybody on the way would read it.
func FuzzBelow(f *testing.F) {
	for _, p := range append([]string{
		"", "/", "/a/b", "/a%20b", "/caf%C3%A9", "/%25", "/a;b=c", "/a:b@c", "/companies(1)/x", "/~a/", "/...a", "/%3F", "/%23",
	}, Leaving...) {
		for i := range bases {
			f.Add(i, p, "x=1")
		}
	}
	for _, q := range []string{"organization_id=8", "Organization_ID=8", "a=1;organization_id=8", "organization%5Fid=8", "organization_id[]=8", "a=#b", "a b", "%", "a=%0d%0a", "@evil.example"} {
		f.Add(2, "/a", q)
	}
	f.Fuzz(func(t *testing.T, which int, p, q string) {
		base := bases[uint(which)%uint(len(bases))] //nolint:gosec // any index will do
		target, err := below(base, p, q)
		if err != nil {
			return
		}
		root, _ := url.Parse(base)
		sent, err := url.Parse(target.String())
		if err != nil || sent.Scheme != "https" || sent.Host != root.Host || sent.User != nil || sent.Fragment != "" {
			t.Fatalf("%q %q became %q", p, q, target)
		}
		plain := sent.EscapedPath()
		for range 6 { // as the most zealous of servers would
			for _, read := range []string{plain, strings.ReplaceAll(plain, "\\", "/"), withoutParameterParts(plain)} {
				clean := path.Clean(read)
				if want := path.Clean(root.Path); want != "." && want != "/" && clean != want && !strings.HasPrefix(clean, want+"/") && !strings.HasPrefix(clean, path.Clean(root.EscapedPath())+"/") && clean != path.Clean(root.EscapedPath()) {
					t.Fatalf("%q %q became %q, which somebody may read as %q", p, q, target, clean)
				}
				if strings.HasPrefix(strings.TrimPrefix(read, root.Path), "//") {
					t.Fatalf("%q became %q", p, target)
				}
			}
			if strings.ContainsAny(plain, "\r\n\x00") {
				t.Fatalf("%q holds a line's end: %q", p, plain)
			}
			next, err := url.PathUnescape(plain)
			if err != nil || next == plain {
				break
			}
			plain = next
		}
		for name := range root.Query() {
			if values := sent.Query()[name]; len(values) != 1 || values[0] != root.Query().Get(name) {
				t.Fatalf("%q replaced %s: %q", q, name, target)
			}
		}
	})
}

// withoutParameterParts cuts "; and more" off each segment, as some servers do.
func withoutParameterParts(p string) string {
	segments := strings.Split(p, "/")
	for i, s := range segments {
		segments[i], _, _ = strings.Cut(s, ";")
	}
	return strings.Join(segments, "/")
}

// TestBelowGoesWhereItShould: what is harmless comes through to the letter.
func TestBelowGoesWhereItShould(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ base, path, query, want string }{
		{bases[0], "", "", "https://api.example"},
		{bases[0], "/", "", "https://api.example"},
		{bases[0], "/api.xro/2.0/Invoices", "where=Status%3D%3D%22A%22", "https://api.example/api.xro/2.0/Invoices?where=Status%3D%3D%22A%22"},
		{bases[1], "/query", "query=select%20*", "https://api.example/v3/company/42/query?query=select%20*"},
		{bases[1], "/a/", "", "https://api.example/v3/company/42/a/"},
		{bases[1], "/caf%C3%A9/a%20b", "", "https://api.example/v3/company/42/caf%C3%A9/a%20b"},
		{bases[1], "/100%25", "", "https://api.example/v3/company/42/100%25"},
		{bases[1], "/a;v=1/b:c@d", "", "https://api.example/v3/company/42/a;v=1/b:c@d"},
		{bases[1], "/customers('A')", "$filter=a", "https://api.example/v3/company/42/customers('A')?$filter=a"},
		{bases[2], "/items", "page=2", "https://api.example/v2/items?organization_id=7&page=2"},
		{bases[2], "", "", "https://api.example/v2?organization_id=7"},
		{bases[3], "/x", "", "https://api.example:8443/a%20b/c(1)/x"},
	} {
		got, err := below(c.base, c.path, c.query)
		if err != nil || got.String() != c.want {
			t.Errorf("%s + %s ? %s: %v %v", c.base, c.path, c.query, got, err)
		}
	}
	for _, query := range []string{"organization_id=8", "Organization_ID=8", "a=1;organization_id=8", "organization%5Fid=8", "organization%255Fid=8", "organization_id[]=8", " organization_id=8"} {
		if got, err := below(bases[2], "/items", query); err == nil {
			t.Errorf("%s: %v", query, got)
		}
	}
}
