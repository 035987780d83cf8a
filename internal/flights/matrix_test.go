package flights_test

import (
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/flights"
)

func TestMatrix(t *testing.T) {
	t.Parallel()
	again := flights.Check{Name: "again", Asks: "It is done again."}
	m := flights.New(
		flights.Table{Title: "One", Checks: []flights.Check{again}, Rows: []flights.Row{{Key: "acme", Name: "Acme"}, {Key: "bolt", Name: "Bolt"}}},
		flights.Table{Title: "Two", Checks: []flights.Check{again}, Rows: []flights.Row{{Key: "acme", Name: "Acme"}, {Key: "cone", Name: "Cone"}}},
	)
	m.Pass(flights.Cell{Table: "One", Key: "acme", Check: "again"})
	m.Excuse(flights.Cell{Table: "Two", Key: "acme", Check: "again"}, "It cannot.")
	m.Excuse(flights.Cell{Table: "One", Key: "bolt", Check: "again"}, "It must not.")
	if missing := m.Missing(); len(missing) != 1 || missing[0] != (flights.Cell{Table: "Two", Key: "cone", Check: "again"}) {
		t.Errorf("missing is %v", missing)
	}
	text := m.Markdown()
	for _, want := range []string{
		"## One\n\n| Integration | again |\n| --- | :-: |\n| Acme `acme` | ✓ |\n| Bolt `bolt` | 1 |\n\n- **again**: It is done again.\n",
		"## Two\n\n| Integration | again |\n| --- | :-: |\n| Acme `acme` | 2 |\n| Cone `cone` | ? |\n",
		"1. It must not.\n2. It cannot.\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}
