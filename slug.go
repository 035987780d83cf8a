package bowline

import (
	"strings"
	"unicode"
)

// folded are the letters with marks that names in our languages have, and what
// is left of them in an address.
var folded = strings.NewReplacer(
	"à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "ā", "a", "ă", "a", "ą", "a", "æ", "ae",
	"ç", "c", "ć", "c", "č", "c", "ď", "d", "đ", "d", "ð", "d",
	"è", "e", "é", "e", "ê", "e", "ë", "e", "ē", "e", "ė", "e", "ę", "e", "ě", "e", "ğ", "g", "ģ", "g",
	"ì", "i", "í", "i", "î", "i", "ï", "i", "ī", "i", "į", "i", "ı", "i", "ķ", "k", "ł", "l", "ļ", "l", "ľ", "l",
	"ñ", "n", "ń", "n", "ņ", "n", "ň", "n", "ò", "o", "ó", "o", "ô", "o", "õ", "o", "ö", "o", "ø", "o", "ő", "o", "œ", "oe",
	"ŕ", "r", "ř", "r", "ś", "s", "ş", "s", "š", "s", "ș", "s", "ß", "ss", "ţ", "t", "ť", "t", "ț", "t", "þ", "th",
	"ù", "u", "ú", "u", "û", "u", "ü", "u", "ū", "u", "ů", "u", "ű", "u", "ų", "u", "ý", "y", "ÿ", "y",
	"ź", "z", "ż", "z", "ž", "z",
)

// Slug is a name as a part of an address: lower-case ASCII letters and digits,
// with hyphens for whatever else stands between them (link.md 4.1). It is empty
// for a name that has neither.
func Slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range folded.Replace(strings.ToLower(name)) {
		switch {
		case r < unicode.MaxASCII && isAlnum(byte(r)): //nolint:gosec // ASCII
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r): // an accent written on its own belongs to its letter
		default:
			gap = true
		}
	}
	return b.String()
}
