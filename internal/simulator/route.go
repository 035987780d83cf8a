package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// router finds who answers at an address. Paths are compared exactly, a
// trailing slash included; "{name}" stands for one segment and "*.example.com"
// for every host below example.com.
type router struct {
	routes []*route
	wholes map[string]string // host to the integration key that answers everything there
}

// route is one address. Providers that share it must share its handler, which
// tells them apart.
type route struct {
	method, host string
	segments     []string
	at           []*provider
	handle       func(*call)
}

// add mounts a handler at "METHOD host/path".
func (t *router) add(pattern string, p *provider, handle func(*call)) {
	method, address, _ := strings.Cut(pattern, " ")
	host, path, _ := strings.Cut(address, "/")
	segments := strings.Split(path, "/")
	for _, r := range t.routes {
		if r.method == method && r.host == host && slices.Equal(r.segments, segments) {
			if !slices.Contains(r.at, p) {
				r.at = append(r.at, p)
			}
			return
		}
	}
	t.routes = append(t.routes, &route{method, host, segments, []*provider{p}, handle})
}

// whole gives everything at a host to one integration key.
func (t *router) whole(host, key string) {
	if t.wholes == nil {
		t.wholes = map[string]string{}
	}
	t.wholes[host] = key
}

// knows tells whether anybody is emulated at a host.
func (t *router) knows(host string) bool {
	if _, ok := t.wholeAt(host); ok {
		return true
	}
	return slices.ContainsFunc(t.routes, func(r *route) bool { return hostMatches(r.host, host) })
}

func (t *router) wholeAt(host string) (key string, ok bool) {
	if key, ok = t.wholes[host]; ok {
		return key, true
	}
	for pattern, key := range t.wholes {
		if hostMatches(pattern, host) {
			return key, true
		}
	}
	return "", false
}

// find gives the route of a request and fills its path values. Without a route
// the status says why not: 404 or 405.
func (t *router) find(r *http.Request) (*route, int) {
	segments := strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	status := http.StatusNotFound
	var best *route
	for _, candidate := range t.routes {
		if !hostMatches(candidate.host, r.Host) || !candidate.covers(segments) {
			continue
		}
		if candidate.method != r.Method {
			status = http.StatusMethodNotAllowed
			continue
		}
		// What is said in full goes before what a placeholder covers.
		if best == nil || candidate.placeholders() < best.placeholders() {
			best = candidate
		}
	}
	if best == nil {
		return nil, status
	}
	decoded := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
	for i, segment := range best.segments {
		if name, ok := placeholder(segment); ok && i < len(decoded) {
			r.SetPathValue(name, decoded[i])
		}
	}
	return best, http.StatusOK
}

func (r *route) covers(segments []string) bool {
	if len(segments) != len(r.segments) {
		return false
	}
	for i, want := range r.segments {
		if _, ok := placeholder(want); ok && segments[i] != "" {
			continue
		}
		if segments[i] != want {
			return false
		}
	}
	return true
}

func (r *route) placeholders() int {
	n := 0
	for _, segment := range r.segments {
		if _, ok := placeholder(segment); ok {
			n++
		}
	}
	if strings.HasPrefix(r.host, "*.") {
		n++
	}
	return n
}

func placeholder(segment string) (name string, ok bool) {
	if len(segment) < 3 || segment[0] != '{' || segment[len(segment)-1] != '}' {
		return "", false
	}
	return segment[1 : len(segment)-1], true
}

func hostMatches(pattern, host string) bool {
	if parent, wild := strings.CutPrefix(pattern, "*"); wild {
		return strings.HasSuffix(host, parent) && len(host) > len(parent)
	}
	return pattern == host
}
