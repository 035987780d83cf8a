package web

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
)

// Opens says that a page at a step can carry everything that its first screen is
// drawn with, so that nothing has to be fetched before it stands. What may lie
// in a page has a Text.
func (a *Assets) Opens(page, step string) bool {
	if !a.entries[page].Inline {
		return false
	}
	for _, part := range a.entries {
		if part.Inline && slices.Contains(part.Steps, step) {
			return true
		}
	}
	return false
}

// Text returns a script or style sheet that may lie in a page, by its address:
// between the tags of a module script or a style element it stays what it is,
// byte by byte, so that a Content Security Policy can name its hash. It is empty
// where an asset must be fetched.
func (a *Assets) Text(address string) string { return a.inline[path.Base(address)] }

// unquotable is what an HTML parser would change in, or take for the end of, a
// script or style element (HTML standard, section 4.12.1.3 and 13.2.3.5).
var unquotable = regexp.MustCompile(`(?i)</script|<script|</style|<!--|[\r\x00]`)

var errUnquotable = errors.New("it holds what would end it or change in a page")

// readInline keeps the texts of an entry that may lie in a page.
func (a *Assets) readInline(entry entry) error {
	if !entry.Inline {
		return nil
	}
	for _, named := range []string{entry.Script, entry.Stylesheet} {
		if named == "" {
			continue
		}
		variants := a.files[path.Base(named)].variants
		text := variants[len(variants)-1].body
		if unquotable.Match(text) {
			return fmt.Errorf("%s cannot lie in a page: %w", named, errUnquotable)
		}
		a.inline[path.Base(named)] = string(text)
	}
	return nil
}
