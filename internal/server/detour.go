package server

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/bowline/bowline/internal/simulator"
)

// detour leads to a running simulator whatever is meant for a provider that it
// emulates: "https://provider.example/token" becomes
// "<simulator>/provider.example/token". Everything else goes where it is meant.
type detour struct {
	base     *url.URL
	emulates func(host string) bool
}

// newDetour returns a detour to the simulator at an http(s) URL, nil for "".
func newDetour(address string) (*detour, error) {
	if address == "" {
		return nil, nil
	}
	base, err := url.Parse(strings.TrimRight(address, "/"))
	if err != nil {
		return nil, err
	}
	return &detour{base: base, emulates: simulator.New(simulator.Options{}).Emulates}, nil
}

// allow adds the simulator's own address to the networks that outbound requests
// may reach, where it is an address.
func (d *detour) allow(networks []netip.Prefix) []netip.Prefix {
	if d == nil {
		return networks
	}
	address, err := netip.ParseAddr(d.base.Hostname())
	if err != nil {
		return networks
	}
	return append(networks[:len(networks):len(networks)], netip.PrefixFrom(address, address.BitLen()))
}

// url is where the detour leads.
func (d *detour) url(u *url.URL) (*url.URL, bool) {
	if d == nil || u.Scheme != "https" || !d.emulates(u.Host) {
		return u, false
	}
	away := *u
	away.Scheme, away.Host = d.base.Scheme, d.base.Host
	away.Path = d.base.Path + "/" + u.Host + u.Path
	if u.RawPath != "" {
		away.RawPath = d.base.EscapedPath() + "/" + u.Host + u.RawPath
	}
	return &away, true
}

// visible is the address of an authorization page as browsers reach it.
func (d *detour) visible(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	away, _ := d.url(u)
	return away.String()
}

// transport sends requests over the detour.
func (d *detour) transport(next http.RoundTripper) http.RoundTripper {
	if d == nil {
		return next
	}
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		if away, ok := d.url(r.URL); ok {
			r = r.Clone(r.Context())
			r.URL, r.Host = away, ""
		}
		return next.RoundTrip(r)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
