package catalogdocs

import (
	"fmt"
	"strconv"
	"strings"
)

// page builds a Markdown document: every block ends with an empty line.
type page struct{ strings.Builder }

func (p *page) bytes() []byte { return []byte(strings.TrimRight(p.String(), "\n") + "\n") }

func (p *page) heading(level int, text string) {
	p.WriteString(strings.Repeat("#", level) + " " + text + "\n\n")
}

func (p *page) paragraph(text string) { p.WriteString(text + "\n\n") }

// list writes bullets, and nothing for none.
func (p *page) list(items ...string) {
	for _, item := range items {
		p.WriteString("- " + item + "\n")
	}
	if len(items) > 0 {
		p.WriteString("\n")
	}
}

// steps writes a numbered list.
func (p *page) steps(items []string) {
	for i, item := range items {
		p.WriteString(strconv.Itoa(i+1) + ". " + item + "\n")
	}
	p.WriteString("\n")
}

// quote writes Markdown of somebody else's, set off.
func (p *page) quote(text string) {
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		p.WriteString(strings.TrimRight("> "+line, " ") + "\n")
	}
	p.WriteString("\n")
}

// table leaves out rows with an empty second cell, and itself when none is left.
func (p *page) table(head []string, rows [][]string) {
	var body strings.Builder
	for _, row := range rows {
		if len(row) < 2 || row[1] == "" {
			continue
		}
		body.WriteString(line(row))
	}
	if body.Len() == 0 {
		return
	}
	p.WriteString(line(head) + "|" + strings.Repeat("---|", len(head)) + "\n" + body.String() + "\n")
}

func line(cells []string) string {
	var out strings.Builder
	out.WriteString("|")
	for _, cell := range cells {
		// A text that went through EscapeMarkdown has its marks escaped.
		cell = strings.ReplaceAll(strings.Join(strings.Fields(cell), " "), `\|`, "|")
		cell = strings.ReplaceAll(cell, "|", `\|`)
		out.WriteString(strings.TrimRight(" "+cell, " ") + " |")
	}
	return out.String() + "\n"
}

// code sets a text as code, "" for none. Backticks cannot stand in what the
// catalog allows there; one that does is shown as an apostrophe.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(text, "`", "'") + "`"
}

func codes(texts []string) string {
	shown := make([]string, len(texts))
	for i, text := range texts {
		shown[i] = code(text)
	}
	return strings.Join(shown, " ")
}

// seconds says a duration in the largest unit that divides it, "" for none.
func seconds(n int) string {
	if n == 0 {
		return ""
	}
	for _, unit := range []struct {
		size int
		name string
	}{{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}} {
		if n%unit.size == 0 {
			return count(n/unit.size, unit.name)
		}
	}
	return ""
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
