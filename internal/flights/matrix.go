package flights

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Check is one thing that integrations are put through: a column.
type Check struct {
	// Name is the head of the column, a word or two.
	Name string
	// Asks says in a sentence what has to happen.
	Asks string
}

// Row is one integration.
type Row struct{ Key, Name string }

// Table is one part of the record: its rows all face the same checks.
type Table struct {
	Title  string
	Checks []Check
	Rows   []Row
}

// Matrix is the record of what came of each check of each integration. It is
// safe for concurrent use.
type Matrix struct {
	tables []Table

	mu    sync.Mutex
	cells map[Cell]string // reason why a check does not apply; "" for passed
}

// Cell names one entry: a check of an integration, in the table of the title.
type Cell struct{ Table, Key, Check string }

// New returns a record without entries.
func New(tables ...Table) *Matrix {
	return &Matrix{tables: tables, cells: map[Cell]string{}}
}

// Pass notes that an integration passed a check.
func (m *Matrix) Pass(at Cell) { m.Excuse(at, "") }

// Excuse notes why a check does not apply to an integration, in one sentence.
func (m *Matrix) Excuse(at Cell, reason string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cells[at] = reason
}

// Missing lists the entries of which nothing is known.
func (m *Matrix) Missing() []Cell {
	m.mu.Lock()
	defer m.mu.Unlock()
	var missing []Cell
	for _, t := range m.tables {
		for _, row := range t.Rows {
			for _, check := range t.Checks {
				at := Cell{t.Title, row.Key, check.Name}
				if _, known := m.cells[at]; !known {
					missing = append(missing, at)
				}
			}
		}
	}
	return missing
}

const preamble = `# What was flown

Every integration that has an emulator in the flight simulator was put through the checks below, with its own catalog file, the real OAuth client, the real journey, and the services that renew, check and end connections. The emulators are made from the providers' public documentation; none of this was run against a provider. What nobody could verify stands on the page of each integration.

This page is written by the test that flies: ` + "`go test ./internal/flights -update`" + `.

✓ passed. A number says why the check does not apply; the reasons are at the end. There are no other cells.
`

// Markdown writes the record: a table for each part, integrations down and
// checks across, what each check asks, and the reasons.
func (m *Matrix) Markdown() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out strings.Builder
	out.WriteString(preamble)
	reasons := m.reasons()
	for _, t := range m.tables {
		fmt.Fprintf(&out, "\n## %s\n\n| Integration |", t.Title)
		for _, check := range t.Checks {
			out.WriteString(" " + check.Name + " |")
		}
		out.WriteString("\n| --- |" + strings.Repeat(" :-: |", len(t.Checks)) + "\n")
		for _, row := range t.Rows {
			fmt.Fprintf(&out, "| %s `%s` |", row.Name, row.Key)
			for _, check := range t.Checks {
				out.WriteString(" " + m.sign(Cell{t.Title, row.Key, check.Name}, reasons) + " |")
			}
			out.WriteByte('\n')
		}
		out.WriteByte('\n')
		for _, check := range t.Checks {
			fmt.Fprintf(&out, "- **%s**: %s\n", check.Name, check.Asks)
		}
	}
	out.WriteString("\n## Why a check does not apply\n\n")
	for i, reason := range reasons {
		fmt.Fprintf(&out, "%d. %s\n", i+1, reason)
	}
	return out.String()
}

func (m *Matrix) sign(at Cell, reasons []string) string {
	reason, known := m.cells[at]
	switch {
	case !known:
		return "?"
	case reason == "":
		return "✓"
	}
	return fmt.Sprint(slices.Index(reasons, reason) + 1)
}

// reasons lists every reason once, in the order in which a reader meets them.
func (m *Matrix) reasons() []string {
	var all []string
	for _, t := range m.tables {
		for _, row := range t.Rows {
			for _, check := range t.Checks {
				reason := m.cells[Cell{t.Title, row.Key, check.Name}]
				if reason != "" && !slices.Contains(all, reason) {
					all = append(all, reason)
				}
			}
		}
	}
	return all
}
