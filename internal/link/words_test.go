package link

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/bowline/bowline"
)

// reasons are all that an error screen can be about.
var reasons = []string{
	reasonDenied, reasonExpired, reasonOtherBrowser, reasonRefused, reasonUnavailable, reasonMisconfigured, reasonInvalid,
	reasonWrongIssuer, reasonNoTenants, reasonMismatch, reasonInterrupted, reasonGone, reasonWorking, reasonTooMany,
	reasonCancelled, reasonFault, reasonCredentials, reasonPermission, reasonRole, reasonPlan, reasonBadLink, reasonConnected,
}

// TestEveryLanguageIsComplete wants every text in every language, with the same
// placeholders, and no text that nobody uses.
func TestEveryLanguageIsComplete(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir("words")
	fatal(t, err)
	if len(files) != len(bowline.Locales) {
		t.Errorf("%d files for %d languages", len(files), len(bowline.Locales))
	}
	ours := flattened(t, bowline.Locales[0])
	for _, locale := range bowline.Locales {
		w, err := readWords(locale)
		fatal(t, err)
		for _, reason := range reasons {
			if w.Errors[reason].Title == "" || w.Errors[reason].Message == "" {
				t.Errorf("%s has no words for %s", locale, reason)
			}
		}
		for reason := range w.Errors {
			if !slices.Contains(reasons, reason) {
				t.Errorf("%s has words for %s, which is no reason", locale, reason)
			}
		}
		// What is in the file is in the type, because it is read strictly; what
		// is in the type must be in the file.
		encoded, err := json.Marshal(w)
		fatal(t, err)
		var inType any
		fatal(t, json.Unmarshal(encoded, &inType))
		theirs := flattened(t, locale)
		if want := leaves("", inType, map[string]string{}); !reflect.DeepEqual(want, theirs) {
			t.Errorf("%s lacks texts", locale)
		}
		for path, text := range theirs {
			if strings.TrimSpace(text) != text || text == "" {
				t.Errorf("%s: %s is %q", locale, path, text)
			}
			if a, b := placeholders(text), placeholders(ours[path]); !slices.Equal(a, b) {
				t.Errorf("%s: %s has the placeholders %v, not %v", locale, path, a, b)
			}
		}
		if len(theirs) != len(ours) {
			t.Errorf("%s has %d texts, not %d", locale, len(theirs), len(ours))
		}
	}
}

// TestLanguagesDiffer finds a text that somebody forgot to translate.
func TestLanguagesDiffer(t *testing.T) {
	t.Parallel()
	ours := flattened(t, "en-US")
	for _, locale := range bowline.Locales {
		if sameLanguage(locale, "en-US") {
			continue
		}
		for path, text := range flattened(t, locale) {
			if text == ours[path] {
				t.Errorf("%s: %s is still English: %q", locale, path, text)
			}
		}
	}
}

func flattened(t *testing.T, locale string) map[string]string {
	t.Helper()
	text, err := os.ReadFile("words/" + locale + ".json")
	fatal(t, err)
	var tree any
	fatal(t, json.Unmarshal(text, &tree))
	return leaves("", tree, map[string]string{})
}

func leaves(path string, v any, into map[string]string) map[string]string {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			leaves(path+"."+name, inner, into)
		}
	case string:
		into[path] = v
	}
	return into
}

func placeholders(text string) []string {
	found := regexp.MustCompile(`\{[a-zA-Z]+\}`).FindAllString(text, -1)
	sort.Strings(found)
	return slices.Compact(found)
}

// TestTextsWithoutPageNameNobody looks at the errors that are shown when
// neither the platform nor the client is known.
func TestTextsWithoutPageNameNobody(t *testing.T) {
	t.Parallel()
	for _, locale := range bowline.Locales {
		for _, reason := range []string{reasonOtherBrowser, reasonTooMany, reasonExpired, reasonFault} {
			text := wordsOf(locale).Errors[reason]
			if found := placeholders(text.Title + text.Message); len(found) > 0 {
				t.Errorf("%s: %s names %v", locale, reason, found)
			}
		}
	}
}

func TestChooseLocale(t *testing.T) {
	t.Parallel()
	all := bowline.Locales
	for _, c := range []struct {
		asked   string
		wanted  []string
		offered []string
		want    string
	}{
		{"", nil, nil, "en-US"},
		{"", nil, []string{"de-DE", "en-US"}, "de-DE"},
		{"", []string{"fr"}, []string{"de-DE"}, "de-DE"},
		{"nl-NL", []string{"fr"}, all, "nl-NL"},
		{"", []string{"fr-CA"}, all, "fr-CA"},
		{"", []string{"fr-FR"}, all, "fr-FR"},
		{"", []string{"fr"}, all, "fr-FR"},
		{"", []string{"fr-BE"}, all, "fr-FR"},
		{"", []string{"de-AT"}, all, "de-DE"},
		{"", []string{"en-AU"}, all, "en-GB"},
		{"", []string{"en"}, all, "en-US"},
		{"", []string{"es-MX"}, all, "es-ES"},
		{"", []string{"pt-BR"}, all, "pt-PT"},
		{"", []string{"nl-BE"}, all, "nl-NL"},
		{"", []string{"sv", "it"}, all, "it-IT"},
		{"", []string{"sv"}, []string{"de-DE", "en-US"}, "de-DE"},
		{"", []string{"ca"}, []string{"en-US", "es-ES"}, "en-US"}, // not the same language
		{"fr", []string{"de"}, []string{"en-US", "fr-CA", "de-DE"}, "fr-CA"},
		{"xx", []string{"de"}, []string{"en-US", "de-DE"}, "de-DE"},
		{"'; DROP", []string{"*", "", "de_DE", strings.Repeat("x", 5000)}, []string{"en-US", "de-DE"}, "de-DE"},
	} {
		if got := chooseLocale(c.asked, c.wanted, c.offered); got != c.want {
			t.Errorf("asked for %q and %v of %v: %s, not %s", c.asked, c.wanted, c.offered, got, c.want)
		}
	}
}
