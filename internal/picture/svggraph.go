package picture

import (
	"encoding/xml"
	"regexp"
	"strings"
)

const (
	// maxDrawn is how many elements a browser may have to draw for references: a
	// few that each use the one before twice would be billions.
	maxDrawn = 200_000
	// maxEdges bounds the references themselves.
	maxEdges = 200_000
	// maxRules bounds the rules of style sheets that draw other parts.
	maxRules = 100
)

// graph says which named part of a document draws which others; the document as
// a whole is "". sizes are how many elements each has.
type graph struct {
	edges map[string][]string
	sizes map[string]int
	count int
}

func (g *graph) add(from, to string) {
	if g.count++; g.count <= maxEdges {
		g.edges[from] = append(g.edges[from], to)
	}
}

// seen is what rules of style sheets find an element by, and the named parts
// that it is in.
type seen struct {
	tokens []string
	within []string
}

func (s *sanitizer) see(t xml.StartElement) {
	one := seen{tokens: []string{t.Name.Local}}
	for _, a := range t.Attr {
		if a.Name.Space == "" && (a.Name.Local == "class" || a.Name.Local == "id") {
			one.tokens = append(one.tokens, strings.Fields(a.Value)...)
		}
	}
	for _, e := range s.open {
		if e.id != "" {
			one.within = append(one.within, e.id)
			s.uses.sizes[e.id]++
		}
	}
	s.drawn = append(s.drawn, one)
}

var named = regexp.MustCompile(`[A-Za-z0-9_-]+`)

// apply adds what rules let elements draw. A rule counts for every element that
// has one of the names in its selector, which may be too many and never too few.
// It reports false where there are more rules than anybody needs.
func (s *sanitizer) apply() bool {
	if len(s.sheets) > maxRules {
		return false
	}
	for _, r := range s.sheets {
		wanted := map[string]bool{}
		for _, token := range named.FindAllString(r.selector, -1) {
			wanted[token] = true
		}
		var targets []string
		for _, found := range references.FindAllStringSubmatch(r.body, -1) {
			targets = append(targets, found[1]+found[2])
		}
		every := strings.Contains(r.selector, "*")
		for _, one := range s.drawn {
			if s.uses.count <= maxEdges && (every || one.has(wanted)) {
				for _, to := range targets {
					s.uses.add("", to)
					for _, from := range one.within {
						s.uses.add(from, to)
					}
				}
			}
		}
	}
	return true
}

func (o seen) has(wanted map[string]bool) bool {
	for _, token := range o.tokens {
		if wanted[token] {
			return true
		}
	}
	return false
}

// bounded says whether drawing the document comes to an end, and soon.
func (g *graph) bounded() bool {
	const endless = -1
	drawn := map[string]int{}
	var count func(name string, depth int) int
	count = func(name string, depth int) int {
		if depth > maxSVGDepth {
			return endless
		}
		if known, met := drawn[name]; met { // endless while it is under way: it draws itself
			return known
		}
		drawn[name] = endless
		total := 1 + g.sizes[name]
		for _, to := range g.edges[name] {
			n := count(to, depth+1)
			if n == endless || total+n > maxDrawn {
				return endless
			}
			total += n
		}
		drawn[name] = total
		return total
	}
	return g.count <= maxEdges && count("", 0) != endless
}
