package connection

import (
	"maps"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// hopByHop belong to one connection (RFC 9110 section 7.6.1).
var hopByHop = []string{
	"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer",
	"Transfer-Encoding", "Upgrade",
}

// kept at home: what a caller sends for us and not for the provider, what tells
// of the network between and of who signed in to it, or what some servers take
// for the address that is meant.
var notForwarded = []string{
	"Authorization", "Content-Length", "Cookie", "Cookie2", "Early-Data", "Expect", "Host", "Http2-Settings", "Origin", "Referer", "X-Correlation-Id",
	"Cdn-Loop", "Cdn-Src-Ip", "Client-Ip", "Fastly-Client-Ip", "Forwarded", "Front-End-Https", "Max-Forwards", "Proxy-Client-Ip", "Remote-Addr",
	"True-Client-Ip", "Via", "Wl-Proxy-Client-Ip", "X-Amzn-Trace-Id", "X-Client-Cert", "X-Client-Ip", "X-Cloud-Trace-Context", "X-Cluster-Client-Ip",
	"X-Forwarded", "X-Host", "X-Http-Destinationurl", "X-Http-Host-Override", "X-Originating-Ip", "X-Proxyuser-Ip", "X-Real-Ip", "X-Real-Port",
	"X-Remote-Addr", "X-Remote-Ip", "X-Remote-User", "X-Scheme", "X-Url-Scheme", "X-Waws-Unencoded-Url",
}

var notForwardedPrefixes = []string{
	"Access-Control-", "Cf-", "Sec-", "Ssl-Client-", "X-Amzn-Mtls-", "X-Amzn-Oidc-", "X-Appengine-", "X-Arr-", "X-Auth-Request-", "X-Azure-", "X-Envoy-",
	"X-Forwarded-", "X-Goog-Authenticated-User-", "X-Goog-Iap-", "X-Ms-Client-Principal", "X-Ms-Token-", "X-Original-", "X-Proxy-", "X-Rewrite-", "X-Ssl-",
}

// notAnswered are headers of providers that are not for our callers: cookies,
// what would make rules for our own address, and what commands the servers in
// front of us, which would send files of theirs or ask addresses of their network.
var notAnswered = []string{
	"Accept-Ch", "Alt-Svc", "Cache-Control", "Cdn-Cache-Control", "Clear-Site-Data", "Content-Length", "Content-Location", "Content-Security-Policy",
	"Content-Security-Policy-Report-Only", "Critical-Ch", "Document-Policy", "Edge-Control", "Expect-Ct", "Expires", "Feature-Policy", "Integrity-Policy",
	"Link", "Location", "Nel", "Origin-Agent-Cluster", "Origin-Trial", "Permissions-Policy", "Pragma", "Public-Key-Pins", "Referrer-Policy", "Refresh",
	"Report-To", "Reporting-Endpoints", "Server", "Service-Worker-Allowed", "Set-Cookie", "Set-Cookie2", "Set-Login", "Sourcemap", "Speculation-Rules",
	"Strict-Transport-Security", "Timing-Allow-Origin", "Use-As-Dictionary", "Via", "X-Content-Type-Options", "X-Correlation-Id", "X-Frame-Options",
	"X-Permitted-Cross-Domain-Policies", "X-Sourcemap",
}

var notAnsweredPrefixes = []string{
	"Access-Control-", "Bowline-", "Cloudflare-", "Cross-Origin-", "Secure-Session-", "Surrogate-", "X-Accel-", "X-Envoy-", "X-Lighttpd-", "X-Litespeed-",
	"X-Reproxy-", "X-Sendfile",
}

// hyphened is a name as servers see it that take an underscore for a hyphen.
func hyphened(name string) string {
	return textproto.CanonicalMIMEHeaderKey(strings.ReplaceAll(name, "_", "-"))
}

// passing copies the headers of a message that go on.
func passing(from http.Header, but, prefixes []string) http.Header {
	to := make(http.Header, len(from))
	listed := map[string]bool{}
	for _, line := range from["Connection"] {
		for name := range strings.SplitSeq(line, ",") {
			listed[textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))] = true
		}
	}
	for name, values := range from {
		name = textproto.CanonicalMIMEHeaderKey(name)
		seen := hyphened(name)
		if listed[name] || slices.Contains(hopByHop, seen) || slices.Contains(but, seen) ||
			slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(seen, p) }) {
			continue
		}
		to[name] = append(to[name], values...)
	}
	return to
}

// outgoing are the headers of a request: the caller's as far as they go on, and
// what shows the provider who asks, which nobody can replace.
func outgoing(from http.Header, a admission) http.Header {
	h := passing(from, notForwarded, notForwardedPrefixes)
	for name, value := range a.usual {
		if given := h.Get(name); given == "" || given == "*/*" {
			h.Set(name, value)
		}
	}
	for name, value := range a.ours {
		maps.DeleteFunc(h, func(given string, _ []string) bool { return hyphened(given) == hyphened(name) })
		if value != "" {
			h.Set(name, value)
		}
	}
	if h.Get("User-Agent") == "" {
		h.Set("User-Agent", "Bowline")
	}
	if len(h["Accept-Encoding"]) == 0 { // or net/http would ask for gzip and unpack it
		h.Set("Accept-Encoding", "identity")
	}
	return h
}

// incoming are the headers of an answer. An address within the base becomes one
// of ours, below here; one elsewhere is passed on unless it holds what opened the
// API.
func incoming(from http.Header, sent *url.URL, base string, a admission, here string) http.Header {
	h := passing(from, notAnswered, notAnsweredPrefixes)
	for _, name := range []string{"Location", "Content-Location"} {
		if to := located(from.Get(name), sent, base, a, here); to != "" {
			h.Set(name, to)
		}
	}
	for _, line := range from["Link"] { // RFC 8288: many providers name the next page so
		whole := true
		line = linked.ReplaceAllStringFunc(line, func(target string) string {
			to := located(target[1:len(target)-1], sent, base, a, here)
			whole = whole && to != ""
			return "<" + to + ">"
		})
		if whole {
			h.Add("Link", line)
		}
	}
	return h
}

// linked finds the targets of a Link header.
var linked = regexp.MustCompile(`<[^<>]*>`)

func located(text string, sent *url.URL, base string, a admission, here string) string {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }) {
		return ""
	}
	to, err := sent.Parse(text)
	if err != nil || to.Scheme != "https" && to.Scheme != "http" || to.Host == "" || to.User != nil {
		return ""
	}
	root, err := url.Parse(base)
	if err != nil {
		return ""
	}
	if to.Scheme == root.Scheme && to.Host == root.Host && within(root.EscapedPath(), to.EscapedPath()) {
		rest := strings.TrimPrefix(to.EscapedPath(), root.EscapedPath())
		if pathFault(rest) != "" {
			return ""
		}
		query := withoutParameters(to.RawQuery, root.Query())
		if query != "" {
			query = "?" + query
		}
		return here + rest + query
	}
	whole, err := url.QueryUnescape(to.String())
	if err != nil {
		whole = to.String()
	}
	for _, value := range a.ours {
		_, token, found := strings.Cut(value, " ")
		if !found {
			token = value
		}
		if token != "" && (strings.Contains(whole, token) || strings.Contains(to.String(), token)) {
			return ""
		}
	}
	return to.String()
}

// withoutParameters takes those of the base out of a query: they are added
// again to whatever comes through us.
func withoutParameters(query string, base url.Values) string {
	if query == "" || len(base) == 0 {
		return query
	}
	pieces := strings.Split(query, "&")
	return strings.Join(slices.DeleteFunc(pieces, func(piece string) bool {
		for name := range base {
			if names(piece, name) {
				return true
			}
		}
		return false
	}), "&")
}
