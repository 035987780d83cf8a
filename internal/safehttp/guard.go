package safehttp

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// guard judges the addresses about to be dialed, after every lookup and for
// each address that a name has.
type guard struct {
	allow []netip.Prefix
	// public judges what is not in allow: special-purpose networks of the IANA
	// registries are out, IPv6 outside global unicast as well.
	public *ssrf.Guardian
	// plain is true for the http transport, which reaches allow only.
	plain bool
}

// refusal is why an address may not be dialed; it stays inside the package and
// becomes a BlockedError.
type refusal struct{ rule string }

func (r *refusal) Error() string { return "blocked: " + r.rule + " not allowed" }

func newGuard(allow []netip.Prefix, plain bool) *guard {
	masked := make([]netip.Prefix, 0, len(allow))
	for _, prefix := range allow {
		// A mapped prefix means the IPv4 network it maps, because addresses
		// are compared unmapped.
		if prefix.Addr().Is4In6() && prefix.Bits() >= 96 {
			prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-96)
		}
		masked = append(masked, prefix.Masked())
	}
	return &guard{allow: masked, public: ssrf.New(ssrf.WithAnyPort()), plain: plain}
}

// control has the shape of net.Dialer.Control.
func (g *guard) control(network, address string, conn syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return &refusal{rule: "address"}
	}
	ip := target.Addr().Unmap().WithZone("")
	if slices.ContainsFunc(g.allow, func(p netip.Prefix) bool { return p.Contains(ip) }) {
		return nil
	}
	if g.plain {
		return &refusal{rule: "scheme"}
	}
	// Unmapped, so that ::ffff:10.0.0.1 is judged as 10.0.0.1. A zone belongs
	// to link-local addresses, which are out anyway.
	if err := g.public.Safe(network, netip.AddrPortFrom(ip, target.Port()).String(), conn); err != nil {
		return &refusal{rule: "address"}
	}
	if tunnels(ip) {
		return &refusal{rule: "address"}
	}
	if !publicPort(target.Port()) {
		return &refusal{rule: "port"}
	}
	return nil
}

// Networks whose addresses carry an IPv4 address inside: a gateway on the way
// could turn them into a private one.
var tunnel = []netip.Prefix{
	netip.MustParsePrefix("64:ff9b::/96"),   // NAT64, RFC 6052
	netip.MustParsePrefix("64:ff9b:1::/48"), // local-use NAT64, RFC 8215
	netip.MustParsePrefix("2002::/16"),      // 6to4, RFC 3056
	netip.MustParsePrefix("2001::/32"),      // Teredo, RFC 4380
	netip.MustParsePrefix("::/96"),          // IPv4-compatible, RFC 4291
}

func tunnels(ip netip.Addr) bool {
	return slices.ContainsFunc(tunnel, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// publicPort keeps requests away from the well-known ports of other protocols,
// where the bytes of a TLS handshake could still do harm.
func publicPort(port uint16) bool { return port == 443 || port >= 1024 }

// dialer returns a dial function behind the guard.
func (g *guard) dialer(resolver *net.Resolver) func(context.Context, string, string) (net.Conn, error) {
	dialer := &net.Dialer{
		Timeout:   10 * time.Second,
		KeepAlive: 30 * time.Second,
		Resolver:  resolver,
		Control:   g.control,
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		var refused *refusal
		if errors.As(err, &refused) {
			host, _, splitErr := net.SplitHostPort(address)
			if splitErr != nil {
				host = address
			}
			return nil, &BlockedError{Host: host, Rule: refused.rule}
		}
		return conn, err
	}
}
