package french

import (
	"embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

//go:embed words/*.json
var files embed.FS

// table is all French, by English.
type table struct {
	exact    map[string]string
	patterns []pattern // the one with the most text of its own first
}

// load reads the files at the first use: no start waits for it, and a deployment
// without French never does it. A fault in them is a fault of the build, which the
// tests would have met.
var load = sync.OnceValue(func() *table {
	t := &table{exact: map[string]string{}}
	for english, said := range pairs() {
		p := parse(english, said)
		if p.plain() {
			t.exact[english] = said
			continue
		}
		t.patterns = append(t.patterns, p)
	}
	slices.SortFunc(t.patterns, func(a, b pattern) int {
		if a.weight != b.weight {
			return b.weight - a.weight
		}
		return strings.Compare(a.english, b.english)
	})
	return t
})

// pairs is the French of every English format.
func pairs() map[string]string {
	all := map[string]string{}
	entries, err := files.ReadDir("words")
	if err != nil {
		panic("french: list words: " + err.Error())
	}
	for _, entry := range entries {
		text, err := files.ReadFile("words/" + entry.Name())
		if err != nil {
			panic("french: read words: " + err.Error())
		}
		if err := json.Unmarshal(text, &all); err != nil {
			panic("french: read words: " + entry.Name() + ": " + err.Error())
		}
	}
	return all
}

// Say returns a sentence of ours in French. What the table does not know, such as
// a provider's own words, stays as it is.
func Say(english string) string { return load().say(english, 0) }

// maxDepth is how deep sentences may lie in each other. Ours lie three deep; texts
// of others may hold any number of colons.
const maxDepth = 6

func (t *table) say(english string, depth int) string {
	if french, known := t.exact[english]; known {
		return french
	}
	if depth > maxDepth {
		return english
	}
	for _, p := range t.patterns {
		if args, fits := p.match(english); fits {
			return p.fill(args, func(text string) string { return t.say(text, depth+1) })
		}
	}
	// A chain, as errors are: what was being done, what came of it, why.
	if head, tail, chained := strings.Cut(english, ": "); chained {
		said, known := t.exact[head]
		if !known {
			said = head
		}
		if rest := t.say(tail, depth+1); known || rest != tail {
			return said + "\u00a0: " + rest
		}
	}
	return english
}
