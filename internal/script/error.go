package script

import (
	"strconv"
	"strings"
	"unicode"
)

// Kind says what was wrong with a run.
type Kind string

// The kinds of Error. What a kind means is stable; texts may change.
const (
	// Syntax: the source is not JavaScript.
	Syntax Kind = "syntax"
	// Threw: the script threw, while it was loaded or in handler.
	Threw Kind = "threw"
	// Timeout: the run took too long.
	Timeout Kind = "timeout"
	// Memory: the run needed too much memory or called too deep.
	Memory Kind = "memory"
	// Invalid: there is no handler, or what it returned cannot be sent.
	Invalid Kind = "invalid"
	// Crashed: the process ended without an answer and none of the limits
	// explains it.
	Crashed Kind = "crashed"
)

// Error is a run that failed for a reason of the script's. Its text is short,
// printable, a single line and free of anything about this machine: it may be
// stored and shown to whoever wrote the script. It can quote what the script
// threw. Other errors of Run (no process could be started, the context ended)
// say nothing about the script.
type Error struct {
	Kind Kind `json:"kind"`
	// Message is what went wrong, without the place.
	Message string `json:"message"`
	// Line and Column count from 1 in the source; 0 is unknown.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
}

// Error is the message and, where known, its place.
func (e *Error) Error() string {
	text := e.Message
	switch e.Kind {
	case Syntax:
		text = "syntax error: " + text
	case Threw:
		text = "the script threw: " + text
	case Invalid:
		text = "invalid result: " + text
	}
	if e.Line > 0 {
		text += " (line " + strconv.Itoa(e.Line) + ")"
	}
	return text
}

// maxMessage is how many characters of a thrown text are kept.
const maxMessage = 300

// printable makes one short line of a text that a script chose.
func printable(text string) string {
	var line strings.Builder
	kept := 0
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		if kept == maxMessage {
			return line.String() + "…"
		}
		if unicode.IsSpace(r) {
			r = ' '
		}
		if unicode.IsPrint(r) {
			line.WriteRune(r)
			kept++
		}
	}
	return strings.TrimSpace(line.String())
}

// believed is a failure that a child reported, as far as the parent believes it.
func believed(told *Error) *Error {
	e := &Error{Kind: told.Kind, Message: printable(told.Message), Line: max(told.Line, 0), Column: max(told.Column, 0)}
	switch e.Kind {
	case Syntax, Threw, Timeout, Memory, Invalid:
	default:
		e.Kind = Crashed
	}
	return e
}

func timedOut() *Error { return &Error{Kind: Timeout, Message: "the script took too long"} }

func outOfMemory() *Error {
	return &Error{Kind: Memory, Message: "the script needed too much memory"}
}

func crashed() *Error {
	return &Error{Kind: Crashed, Message: "the script's process ended before it answered"}
}

func invalid(message string) *Error { return &Error{Kind: Invalid, Message: message} }
