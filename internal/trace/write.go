package trace

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// Write prints hops for a person at a terminal, without color. Whatever could
// steer the terminal is taken out.
func Write(w io.Writer, hops []Hop) error { return write(w, hops, palette{}) }

// WriteColor is [Write] with ANSI colors.
func WriteColor(w io.Writer, hops []Hop) error {
	return write(w, hops, palette{head: "\x1b[1m", good: "\x1b[32m", bad: "\x1b[31m", faint: "\x1b[2m", off: "\x1b[0m"})
}

type palette struct{ head, good, bad, faint, off string }

func write(w io.Writer, hops []Hop, p palette) error {
	out := bufio.NewWriter(w)
	for i, h := range hops {
		p.hop(out, i+1, h)
	}
	return out.Flush()
}

func (p palette) hop(out *bufio.Writer, number int, h Hop) {
	title := h.Method
	if h.Kind != "" {
		title = h.Kind
	}
	address, query, _ := strings.Cut(h.URL, "?")
	_, _ = fmt.Fprintf(out, "%s%2d  %s  %s %s%s\n", p.head, number, h.At.Format("15:04:05.000"), Clean(title), Clean(address), p.off)
	if query != "" {
		p.lines(out, "    ", formLines(query))
	}
	p.half(out, "  > ", h.RequestHeaders, h.RequestBody)
	switch {
	case h.Error != "":
		_, _ = fmt.Fprintf(out, "  %sx %s%s (after %s)\n", p.bad, Clean(h.Error), p.off, spent(h.Took))
	case h.Status != 0:
		color := p.good
		if h.Status >= http.StatusBadRequest {
			color = p.bad
		}
		_, _ = fmt.Fprintf(out, "  %s< %d %s%s (%s)\n", color, h.Status, http.StatusText(h.Status), p.off, spent(h.Took))
	}
	p.half(out, "  < ", h.ResponseHeaders, h.ResponseBody)
	_, _ = fmt.Fprintln(out)
}

func (p palette) half(out *bufio.Writer, mark string, headers []Header, body string) {
	media := ""
	for _, header := range headers {
		if strings.EqualFold(header.Name, "Content-Type") {
			media = header.Value
		}
		_, _ = fmt.Fprintf(out, "%s%s%s: %s%s\n", mark, p.faint, Clean(header.Name), Clean(header.Value), p.off)
	}
	if body == "" {
		return
	}
	_, _ = fmt.Fprintln(out, strings.TrimRight(mark, " "))
	p.lines(out, mark, bodyLines(media, body))
}

func (p palette) lines(out *bufio.Writer, mark string, lines []string) {
	for _, line := range lines {
		_, _ = fmt.Fprintln(out, mark+Clean(line))
	}
}

// bodyLines lays a body out: JSON indented, a form with a member on each line.
func bodyLines(media, body string) []string {
	if strings.HasPrefix(media, "application/x-www-form-urlencoded") {
		return formLines(body)
	}
	var indented bytes.Buffer
	if trimmed := strings.TrimSpace(body); strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") {
		if json.Indent(&indented, []byte(trimmed), "", "  ") == nil {
			body = indented.String()
		}
	}
	return strings.Split(strings.ReplaceAll(body, "\r\n", "\n"), "\n")
}

func formLines(form string) []string {
	lines := strings.Split(form, "&")
	for i := range lines[:len(lines)-1] {
		lines[i] += "&"
	}
	return lines
}

func spent(d time.Duration) string {
	if d < time.Second {
		return d.Round(100 * time.Microsecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}

// Clean replaces what is no visible character: a terminal obeys some, and
// others turn the direction of writing.
func Clean(text string) string {
	return strings.Map(func(c rune) rune {
		if c == '\t' {
			return ' '
		}
		if !unicode.IsPrint(c) {
			return unicode.ReplacementChar
		}
		return c
	}, text)
}
