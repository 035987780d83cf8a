package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// table is what the benchmark prints: Markdown that reads well as it stands.
type table struct{ rows [][]string }

func newTable() *table {
	return &table{rows: [][]string{{"figure", "Bowline SQLite", "Bowline PostgreSQL", "machine's floor", "ratio", "goal"}}}
}

// line is one row before it is text. Floors and ratios are given for SQLite
// and, where they differ, for PostgreSQL.
type line struct {
	name, goal     string
	sqlite, pg     figure
	floor, pgFloor figure
	decimals       int
	lower          bool // lower is better: the ratio says how many times the floor
}

func (t *table) add(l line) {
	floor, ratio := l.number(l.floor), l.ratio(l.sqlite, l.floor)
	if l.pgFloor.known() {
		floor += " / " + l.number(l.pgFloor)
		ratio += " / " + l.ratio(l.pg, l.pgFloor)
	}
	t.rows = append(t.rows, []string{l.name, l.spread(l.sqlite), l.spread(l.pg), floor, ratio, l.goal})
}

func (l line) number(f figure) string {
	if !f.known() {
		return "–"
	}
	return thousands(f.median, l.decimals)
}

func (l line) spread(f figure) string {
	if !f.known() {
		return "–"
	}
	if f.least == f.most {
		return l.number(f)
	}
	return l.number(f) + " (" + thousands(f.least, l.decimals) + "–" + thousands(f.most, l.decimals) + ")"
}

func (l line) ratio(ours, floor figure) string {
	if !ours.known() || !floor.known() {
		return "–"
	}
	if l.lower {
		return fmt.Sprintf("%.1f×", ours.median/floor.median)
	}
	return fmt.Sprintf("%.0f %%", 100*ours.median/floor.median)
}

func thousands(value float64, decimals int) string {
	whole := strconv.FormatFloat(value, 'f', decimals, 64)
	if math.Abs(value) < 1000 {
		return whole
	}
	head, tail, _ := strings.Cut(whole, ".")
	for at := len(head) - 3; at > 0; at -= 3 {
		head = head[:at] + "," + head[at:]
	}
	if tail != "" {
		return head + "." + tail
	}
	return head
}

// String aligns the columns: names to the left, figures to the right.
func (t *table) String() string {
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var out strings.Builder
	for n, row := range t.rows {
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				cell, pad = cell+pad, ""
			}
			out.WriteString("| " + pad + cell + " ")
		}
		out.WriteString("|\n")
		if n == 0 {
			for i, width := range widths {
				rule := strings.Repeat("-", width+1)
				if i == 0 {
					out.WriteString("|-" + rule)
				} else {
					out.WriteString("|" + rule + ":")
				}
			}
			out.WriteString("|\n")
		}
	}
	return out.String()
}
