package hosted

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// maxLanguages is how many languages of a browser are looked at.
const maxLanguages = 10

// languages reads the languages that a browser prefers, the dearest first (RFC
// 9110 section 12.5.4). What is no language tag is left out.
func languages(r *http.Request) []string {
	type wish struct {
		tag     string
		quality float64
	}
	var wishes []wish
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, parameter, _ := strings.Cut(strings.TrimSpace(part), ";")
		tag = strings.TrimSpace(tag)
		quality := 1.0
		if q, given := strings.CutPrefix(strings.TrimSpace(parameter), "q="); given {
			var err error
			if quality, err = strconv.ParseFloat(q, 64); err != nil || !(quality <= 1) {
				continue
			}
		}
		if quality > 0 && isLanguageTag(tag) {
			wishes = append(wishes, wish{tag, quality})
		}
		if len(wishes) == maxLanguages {
			break
		}
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return cmp.Compare(b.quality, a.quality) })
	var tags []string
	for _, w := range wishes {
		tags = append(tags, w.tag)
	}
	return tags
}

// isLanguageTag checks the letters of a tag (RFC 5646 section 2.1), not whether
// there is such a language.
func isLanguageTag(tag string) bool {
	const longest = 35
	if tag == "" || len(tag) > longest {
		return false
	}
	for _, c := range []byte(tag) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// direction is how a locale's script runs, as the dir attribute names it.
func direction(locale string) string {
	language, _, _ := strings.Cut(locale, "-")
	switch language {
	case "ar", "fa", "he", "ur":
		return "rtl"
	}
	return "ltr"
}
