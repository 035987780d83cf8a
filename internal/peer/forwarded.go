package peer

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Names of the headers in which proxies say for whom they ask.
const (
	forHeader   = "X-Forwarded-For"
	protoHeader = "X-Forwarded-Proto"
)

// Proxies are the networks of proxies that the operator trusts.
type Proxies []netip.Prefix

// trusts says whether an address is that of a proxy.
func (p Proxies) trusts(ip netip.Addr) bool {
	return slices.ContainsFunc(p, func(network netip.Prefix) bool { return network.Contains(ip) })
}

// Handler passes requests on with the address that they came from in RemoteAddr
// and what is known of their scheme. Without proxies they stay as they are.
func (p Proxies) Handler(next http.Handler) http.Handler {
	if len(p) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nearest, ok := parse(r.RemoteAddr)
		if !ok || !p.trusts(nearest) {
			next.ServeHTTP(w, r)
			return
		}
		asked := r.WithContext(context.WithValue(r.Context(), schemeKey{}, scheme(r.Header.Values(protoHeader))))
		asked.RemoteAddr = net.JoinHostPort(p.caller(nearest, r.Header.Values(forHeader)).String(), "0")
		next.ServeHTTP(w, asked)
	})
}

// caller goes back along the addresses that proxies have added, the nearest one
// last, to the first that is not one of theirs. What stands before it anybody may
// have written. Where a proxy names nobody it is the caller itself.
func (p Proxies) caller(nearest netip.Addr, lists []string) netip.Addr {
	caller := nearest
	for _, list := range slices.Backward(lists) {
		for more := true; more; {
			var text string
			list, text, more = cutLast(list)
			ip, ok := parse(strings.Trim(text, " \t"))
			if !ok {
				return caller
			}
			if caller = ip; !p.trusts(ip) {
				return caller
			}
		}
	}
	return caller
}

// cutLast takes the last part off a list.
func cutLast(list string) (rest, last string, more bool) {
	at := strings.LastIndexByte(list, ',')
	if at < 0 {
		return "", list, false
	}
	return list[:at], list[at+1:], true
}

type schemeKey struct{}

// scheme is what the nearest proxy says; "" where it says nothing that we know.
func scheme(lists []string) string {
	if len(lists) == 0 {
		return ""
	}
	_, last, _ := cutLast(lists[len(lists)-1])
	switch said := strings.ToLower(strings.Trim(last, " \t")); said {
	case "http", "https":
		return said
	}
	return ""
}

// Plain says whether a request is known to have come over http on its way from the
// browser: a proxy that we trust says so. Without such a proxy nobody knows.
func Plain(r *http.Request) bool {
	said, _ := r.Context().Value(schemeKey{}).(string)
	return said == "http"
}
