package peer_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/peer"
)

var office = peer.Proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("192.0.2.7/32")}

// through is what a handler behind the proxies sees of a request.
func through(p peer.Proxies, remote string, header http.Header) (address string, plain bool) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr, r.Header = remote, header
	p.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		address, plain = peer.Address(r), peer.Plain(r)
	})).ServeHTTP(httptest.NewRecorder(), r)
	return address, plain
}

func TestWhoIsCalling(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		remote string
		given  []string // X-Forwarded-For, line by line
		want   string
	}{
		"no header":                    {"10.1.1.1:4000", nil, "10.1.1.1"},
		"one proxy":                    {"10.1.1.1:4000", []string{"198.51.100.9"}, "198.51.100.9"},
		"two proxies":                  {"10.1.1.1:4000", []string{"198.51.100.9, 10.2.2.2"}, "198.51.100.9"},
		"two proxies, two lines":       {"10.1.1.1:4000", []string{"198.51.100.9", "10.2.2.2"}, "198.51.100.9"},
		"what a stranger wrote before": {"10.1.1.1:4000", []string{"203.0.113.1, 10.9.9.9", "198.51.100.9,10.2.2.2"}, "198.51.100.9"},
		"a stranger says proxy":        {"10.1.1.1:4000", []string{"10.3.3.3,198.51.100.9"}, "198.51.100.9"},
		"no proxy of ours":             {"198.51.100.9:4000", []string{"203.0.113.1"}, "198.51.100.9"},
		"everybody is ours":            {"10.1.1.1:4000", []string{"10.4.4.4, 10.2.2.2"}, "10.4.4.4"},
		"a port":                       {"10.1.1.1:4000", []string{"198.51.100.9:1234"}, "198.51.100.9"},
		"IPv6":                         {"[fd00::1]:4000", []string{"2001:db8::5"}, "2001:db8::5"},
		"IPv6 in brackets":             {"[fd00::1]:4000", []string{"[2001:db8::5]"}, "2001:db8::5"},
		"IPv6 with a port":             {"[fd00::1]:4000", []string{"[2001:db8::5]:99"}, "2001:db8::5"},
		"IPv4 within IPv6":             {"[::ffff:10.1.1.1]:4000", []string{"::ffff:198.51.100.9"}, "198.51.100.9"},
		"a zone":                       {"10.1.1.1:4000", []string{"fe80::1%eth0"}, "fe80::1"},
		"a zone of a proxy":            {"[fd00::1%eth0]:4000", []string{"198.51.100.9"}, "198.51.100.9"},
		"empty":                        {"10.1.1.1:4000", []string{""}, "10.1.1.1"},
		"commas":                       {"10.1.1.1:4000", []string{",,,"}, "10.1.1.1"},
		"a gap before":                 {"10.1.1.1:4000", []string{"198.51.100.9,,10.2.2.2"}, "10.2.2.2"},
		"unknown":                      {"10.1.1.1:4000", []string{"unknown"}, "10.1.1.1"},
		"a name":                       {"10.1.1.1:4000", []string{"localhost"}, "10.1.1.1"},
		"a hidden one":                 {"10.1.1.1:4000", []string{"203.0.113.1, _gazonk"}, "10.1.1.1"},
		"brackets around IPv4":         {"10.1.1.1:4000", []string{"[198.51.100.9]"}, "10.1.1.1"},
		"brackets around nothing":      {"10.1.1.1:4000", []string{"[]", "["}, "10.1.1.1"},
		"octal":                        {"10.1.1.1:4000", []string{"0198.51.100.9"}, "10.1.1.1"},
		"a network":                    {"10.1.1.1:4000", []string{"198.51.100.0/24"}, "10.1.1.1"},
		"a line break":                 {"10.1.1.1:4000", []string{"198.51.100.9\r\nX: 1"}, "10.1.1.1"},
		"a NUL":                        {"10.1.1.1:4000", []string{"198.51.100.9\x00"}, "10.1.1.1"},
		"very long":                    {"10.1.1.1:4000", []string{"fe80::1%" + strings.Repeat("x", 10_000)}, "10.1.1.1"},
		"one address of a proxy":       {"192.0.2.7:4000", []string{"198.51.100.9"}, "198.51.100.9"},
		"its neighbour":                {"192.0.2.8:4000", []string{"198.51.100.9"}, "192.0.2.8"},
		"a socket without address":     {"@", []string{"198.51.100.9"}, "@"},
	} {
		if got, _ := through(office, row.remote, http.Header{"X-Forwarded-For": row.given}); got != row.want {
			t.Errorf("%s: %s, want %s", name, got, row.want)
		}
	}
	if got, plain := through(nil, "10.1.1.1:4000", http.Header{"X-Forwarded-For": {"198.51.100.9"}, "X-Forwarded-Proto": {"http"}}); got != "10.1.1.1" || plain {
		t.Errorf("without proxies the header counts: %s %t", got, plain)
	}
}

func TestSchemeIsTheNearestProxys(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		remote string
		given  []string
		plain  bool
	}{
		"https":               {"10.1.1.1:1", []string{"https"}, false},
		"http":                {"10.1.1.1:1", []string{"http"}, true},
		"in capitals":         {"10.1.1.1:1", []string{" HTTP "}, true},
		"the nearest":         {"10.1.1.1:1", []string{"http, https"}, false},
		"the nearest line":    {"10.1.1.1:1", []string{"https", "http"}, true},
		"nothing":             {"10.1.1.1:1", nil, false},
		"nonsense":            {"10.1.1.1:1", []string{"http,gopher"}, false},
		"a stranger says so":  {"198.51.100.9:1", []string{"http"}, false},
		"a stranger's header": {"198.51.100.9:1", []string{"https"}, false},
	} {
		if _, plain := through(office, row.remote, http.Header{"X-Forwarded-Proto": row.given}); plain != row.plain {
			t.Errorf("%s: %t", name, plain)
		}
	}
}

func TestCallersAndGroups(t *testing.T) {
	t.Parallel()
	for address, want := range map[string][2]string{
		"198.51.100.9":              {"198.51.100.9", ""},
		"::ffff:198.51.100.9":       {"198.51.100.9", ""},
		"2001:db8:1:2:3:4:5:6":      {"2001:db8:1:2::/64", "2001:db8:1::/48"},
		"2001:db8:1:ff:3:4:5:6":     {"2001:db8:1:ff::/64", "2001:db8:1::/48"},
		"2001:db8:1:2:3:4:5:6%eth0": {"2001:db8:1:2::/64", "2001:db8:1::/48"},
		"":                          {"unknown", ""},
		"@":                         {"unknown", ""},
	} {
		if got := [2]string{peer.Caller(address), peer.Group(address)}; got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

// FuzzForwarded: whatever stands in the headers, a caller is an address, is not
// one that a stranger has put before their own, and nothing panics.
func FuzzForwarded(f *testing.F) {
	for _, seed := range []string{"", "198.51.100.9", "a, b", "[::1]:1, 10.0.0.1", ",", "[", "]", "fe80::1%x", "::ffff:10.0.0.1", "unknown", "10.0.0.1:99999"} {
		f.Add(seed, "https")
	}
	f.Fuzz(func(t *testing.T, given, proto string) {
		header := http.Header{"X-Forwarded-For": {given}, "X-Forwarded-Proto": {proto}}
		got, _ := through(office, "10.1.1.1:4000", header)
		if _, err := netip.ParseAddr(got); err != nil {
			t.Errorf("%q: the caller is %q", given, got)
		}
		header.Set("X-Forwarded-For", given+", 198.51.100.9")
		if got, _ := through(office, "10.1.1.1:4000", header); got != "198.51.100.9" {
			t.Errorf("%q before the caller's own address: %q", given, got)
		}
		if got, plain := through(office, "198.51.100.9:4000", header); got != "198.51.100.9" || plain {
			t.Errorf("%q without a proxy: %q", given, got)
		}
		if caller, group := peer.Caller(given), peer.Group(given); caller == "" || group != "" && caller == "unknown" {
			t.Errorf("%q: %q in %q", given, caller, group)
		}
	})
}
