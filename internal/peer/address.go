package peer

import (
	"net/http"
	"net/netip"
)

// How much of an IPv6 address stands for whom: a home or an office gets a /64 at
// least, and whoever wants more addresses than that has no trouble getting a /48.
const (
	callerBits = 64
	groupBits  = 48
)

// Address is where a request came from, without the port. Whatever cannot be read
// as an address is returned as it is.
func Address(r *http.Request) string {
	if ip, ok := parse(r.RemoteAddr); ok {
		return ip.String()
	}
	return r.RemoteAddr
}

// Caller is what of an address one caller can be expected to hold: all of an IPv4
// address, the /64 of an IPv6 one. All that is no address is one caller.
func Caller(address string) string {
	ip, ok := parse(address)
	switch {
	case !ok:
		return "unknown"
	case ip.Is4():
		return ip.String()
	}
	return cut(ip, callerBits)
}

// Group is what of an IPv6 address holds many callers who may be one, its /48; ""
// where there is no such thing.
func Group(address string) string {
	ip, ok := parse(address)
	if !ok || ip.Is4() {
		return ""
	}
	return cut(ip, groupBits)
}

func cut(ip netip.Addr, bits int) string {
	prefix, err := ip.Prefix(bits)
	if err != nil { // an IPv6 address has more bits than that
		return ip.String()
	}
	return prefix.String()
}

// longest is how long an address with its port can be: an IPv6 one with a zone.
const longest = 128

// parse reads an address that may have a port, as a connection or a proxy writes
// it. One that stands for an IPv4 address becomes that.
func parse(text string) (netip.Addr, bool) {
	if text == "" || len(text) > longest {
		return netip.Addr{}, false
	}
	if size := len(text); text[0] == '[' && text[size-1] == ']' {
		ip, err := netip.ParseAddr(text[1 : size-1])
		return plain(ip), err == nil && ip.Is6()
	}
	if ip, err := netip.ParseAddr(text); err == nil {
		return plain(ip), true
	}
	with, err := netip.ParseAddrPort(text)
	return plain(with.Addr()), err == nil
}

func plain(ip netip.Addr) netip.Addr { return ip.Unmap().WithZone("") }
