package connection

import (
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
// of the network between, or what some servers take for the address that is
// meant.
var notForwarded = []string{
	"Authorization", "Cookie", "Cookie2", "Content-Length", "Expect", "Forwarded", "Host", "Origin", "Referer", "True-Client-Ip", "Via",
	"X-Correlation-Id", "X-Host", "X-Real-Ip", "X-Rewrite-Url",
}

var notForwardedPrefixes = []string{"X-Forwarded-", "X-Original-", "Sec-", "Cf-", "Access-Control-"}

// notAnswered are headers of providers that are not for our callers: cookies,
// and what would make rules for our own address.
var notAnswered = []string{
	"Set-Cookie", "Set-Cookie2", "Alt-Svc", "Clear-Site-Data", "Content-Length", "Content-Security-Policy",
	"Content-Security-Policy-Report-Only", "Cache-Control", "Expect-Ct", "Expires", "Link", "Location", "Content-Location", "Nel", "Origin-Agent-Cluster",
	"Pragma", "Public-Key-Pins", "Refresh", "Report-To", "Reporting-Endpoints", "Server", "Service-Worker-Allowed", "Sourcemap", "Strict-Transport-Security",
	"Timing-Allow-Origin", "Via", "X-Content-Type-Options", "X-Correlation-Id", "X-Frame-Options",
}

var notAnsweredPrefixes = []string{"Access-Control-", "Cross-Origin-", "Bowline-"}

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
		if listed[name] || slices.Contains(hopByHop, name) || slices.Contains(but, name) ||
			slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) }) {
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
		h.Del(name)
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
