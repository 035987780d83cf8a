package flights_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/flights"
	"github.com/bowline/bowline/internal/simulator"
)

const page = "../../docs/integrations/matrix.md"

var update = flag.Bool("update", false, "write "+page)

// check is a column and how to fly it.
type check struct {
	flights.Check
	// needs is the pathology without which there is nothing to see, and without
	// why that is; "" for the sentence that fits all.
	needs   simulator.Pathology
	without string
	// excuse gives a reason of the provider's own why the check does not apply.
	excuse func(*flight) string
	fly    func(*flight)
}

// part is a table of the record.
type part struct {
	title  string
	short  string // of the title, for the names of tests
	oauth  bool   // of integrations with a sign-in, rather than with keys
	checks []check
}

var parts = []part{
	{"Connecting", "connecting", true, connecting},
	{"The code's exchange, and the calls after it", "exchange", true, exchanging},
	{"Refreshing", "refreshing", true, refreshing},
	{"Ending", "ending", true, ending},
	{"Keys and forms", "typing", false, typing},
	{"Requests through us, with a sign-in", "asking", true, asking},
	{"Requests through us, with keys and forms", "asking with keys", false, askingWithKeys},
	{"After consent, with a sign-in", "living", true, living},
	{"After consent, with keys and forms", "living with keys", false, livingWithKeys},
}

// TestEveryIntegrationFlies puts every integration that has an emulator through
// every check, and compares what came of it with the page in docs.
func TestEveryIntegrationFlies(t *testing.T) {
	t.Parallel()
	sim := emulate(nil)
	cat, err := registered()
	must(t, err)
	var tables []flights.Table
	for _, p := range parts {
		table := flights.Table{Title: p.title}
		for _, c := range p.checks {
			table.Checks = append(table.Checks, c.Check)
		}
		for _, key := range sim.Keys() {
			in, ok := cat.Get(key)
			if !ok {
				t.Errorf("the catalog has no file for %s", key)
			}
			_, said := known[key]
			if _, also := keyKnown[key]; !said && !also {
				t.Errorf("there are no facts about %s", key)
			}
			if sim.OAuth(key) == p.oauth {
				table.Rows = append(table.Rows, flights.Row{Key: key, Name: in.Name})
			}
		}
		slices.SortFunc(table.Rows, func(a, b flights.Row) int { return strings.Compare(a.Name, b.Name) })
		tables = append(tables, table)
	}
	record := flights.New(tables...)
	t.Run("fly", func(t *testing.T) {
		for _, key := range sim.Keys() {
			t.Run(key, func(t *testing.T) {
				t.Parallel()
				b := newBench(t)
				for _, p := range parts {
					if p.oauth == sim.OAuth(key) {
						b.flyAll(t, key, p, record)
					}
				}
			})
		}
	})
	if t.Failed() || flag.Lookup("test.run").Value.String() != "" && len(record.Missing()) > 0 {
		return // the record is of some flights only
	}
	if missing := record.Missing(); len(missing) > 0 {
		t.Fatalf("nothing is known of %v", missing)
	}
	compare(t, record.Markdown())
}

func (b *bench) flyAll(t *testing.T, key string, p part, record *flights.Matrix) {
	for _, c := range p.checks {
		t.Run(p.short+" "+c.Name, func(t *testing.T) {
			t.Parallel()
			f := b.board(t, key)
			at := flights.Cell{Table: p.title, Key: key, Check: c.Name}
			if reason := c.excused(f); reason != "" {
				record.Excuse(at, reason)
				return
			}
			c.fly(f)
			if !t.Failed() {
				record.Pass(at)
			}
		})
	}
}

func (c check) excused(f *flight) string {
	if c.excuse != nil {
		if reason := c.excuse(f); reason != "" {
			return reason
		}
	}
	if c.needs == "" || simulator.Applies(f.key, c.needs) {
		return ""
	}
	if c.without != "" {
		return c.without
	}
	return "Nothing in the public documentation says that the provider does this."
}

func compare(t *testing.T, now string) {
	t.Helper()
	if *update {
		must(t, os.WriteFile(page, []byte(now), 0o644)) //nolint:gosec // documentation
		return
	}
	before, err := os.ReadFile(page)
	must(t, err)
	if string(before) != now {
		t.Errorf("%s is not what the flights came to; run go test ./internal/flights -update", page)
	}
}
