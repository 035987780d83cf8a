package bowline

import "strings"

// EscapeMarkdown makes of a name a text of one line that means itself in the
// Markdown of the screens, whatever characters it has.
func EscapeMarkdown(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	if !strings.ContainsAny(name, "\\`*_{}[]()<>#+-.!|~:") {
		return name
	}
	var b strings.Builder
	for i, r := range name {
		switch {
		case strings.ContainsRune("\\`*_[]<>|~", r): // marks wherever they stand
			b.WriteByte('\\')
		case i == 0 && strings.ContainsRune("#+-", r): // marks at the beginning of a line
			b.WriteByte('\\')
		case (r == '.' || r == ')') && strings.Trim(name[:i], "0123456789") == "" && i > 0: // "1." begins a list
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
