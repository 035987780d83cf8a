package link

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/bowline/bowline"
)

// words are the texts of one language that the server sends: those that must be
// recorded as they were shown, and those that depend on what happened. All else
// is in the browser's catalogue. {platform} and {client} are filled with names,
// as are {platformName} and {companyName}, which the fintech may use too.
type words struct {
	Software string `json:"software"` // in the place of a platform's name
	Landing  struct {
		Title  string `json:"title"` // Markdown
		Body   string `json:"body"`  // Markdown
		Button string `json:"button"`
	} `json:"landing"`
	Invite struct {
		Title       string `json:"title"`
		Body        string `json:"body"` // Markdown
		NameMissing string `json:"nameMissing"`
		NameTooLong string `json:"nameTooLong"`
		NoRoom      string `json:"noRoom"` // the operator's limit is reached
	} `json:"invite"`
	Consent           consentWords     `json:"consent"`
	AdditionalConsent additionalWords  `json:"additionalConsent"`
	Manage            manageWords      `json:"manage"`
	Credentials       credentialsWords `json:"credentials"`
	Errors            map[string]struct {
		Title   string `json:"title"`
		Message string `json:"message"`
	} `json:"errors"` // by reason
}

// consentWords are the words of the consent screen: Markdown, but for the
// buttons and the headers.
type consentWords struct {
	Title          string         `json:"title"`
	Subtitle       string         `json:"subtitle"`
	Terms          string         `json:"terms"` // names the client alone
	TermsLink      string         `json:"termsLink"`
	Button         string         `json:"button"`
	HandOver       string         `json:"handOver"` // somebody else will sign in
	HandOverButton string         `json:"handOverButton"`
	Who            whoWords       `json:"who"`
	Headers        consentHeaders `json:"headers"`
}

// whoWords say who has to sign in. They are plain text and name the platform
// alone.
type whoWords struct {
	Administrator string `json:"administrator"`
	Adviser       string `json:"adviser"`
	Owner         string `json:"owner"`
}

// consentHeaders name the accordions of the consent screen.
type consentHeaders struct {
	Purpose            string `json:"purpose"`
	Access             string `json:"access"`
	AccountInformation string `json:"accountInformation"`
	PlatformData       string `json:"platformData"`
	Retention          string `json:"retention"`
}

// additionalWords ask for a further use of what is connected; they name the
// client alone.
type additionalWords struct {
	Title    string `json:"title"`    // Markdown
	Subtitle string `json:"subtitle"` // Markdown
	Button   string `json:"button"`
}

// manageWords head the list of what is connected: inside Link, and in the
// Connections SDK. They are plain text and name the client alone, but for those
// about a connection whose place another one takes, which name that one.
type manageWords struct {
	Title            string `json:"title"`
	Subtitle         string `json:"subtitle"`
	AccountsTitle    string `json:"accountsTitle"`
	AccountsSubtitle string `json:"accountsSubtitle"`
	Replaces         string `json:"replaces"`      // before it happens
	ReplaceButton    string `json:"replaceButton"` // that does it
	Replaced         string `json:"replaced"`      // after it happened
}

// credentialsWords say what is wrong with what was typed.
type credentialsWords struct {
	Missing     string `json:"missing"`
	TooLong     string `json:"tooLong"` // {n} is how many characters fit
	Malformed   string `json:"malformed"`
	Refused     string `json:"refused"`
	Permission  string `json:"permission"`
	Unavailable string `json:"unavailable"`
	TooMany     string `json:"tooMany"`
}

//go:embed words/*.json
var wordFiles embed.FS

// catalogue has the words of every language. A file that does not fit is a
// fault of the build, which the tests meet before anybody else does.
var catalogue = func() map[string]*words {
	all := map[string]*words{}
	for _, locale := range bowline.Locales {
		w, err := readWords(locale)
		if err != nil {
			panic("link: read words: " + err.Error())
		}
		all[locale] = w
	}
	return all
}()

func readWords(locale string) (*words, error) {
	text, err := wordFiles.ReadFile("words/" + locale + ".json")
	if err != nil {
		return nil, fmt.Errorf("language %s: %w", locale, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	w := &words{}
	if err := decoder.Decode(w); err != nil {
		return nil, fmt.Errorf("language %s: %w", locale, err)
	}
	return w, nil
}

// wordsOf returns the words of a language, those of the default for one that is
// not spoken.
func wordsOf(locale string) *words {
	if w := catalogue[locale]; w != nil {
		return w
	}
	return catalogue[bowline.Locales[0]]
}

// problem is what the error screen says for a reason.
func (w *words) problem(reason string, fill names) (title, message string) {
	text, ok := w.Errors[reason]
	if !ok {
		text = w.Errors[reasonInterrupted]
	}
	return fill.Replace(text.Title), fill.Replace(text.Message)
}

// chooseLocale picks a language from those offered: the one asked for, else the
// one that fits the wanted ones best, else the first.
func chooseLocale(asked string, wanted, offered []string) string {
	if len(offered) == 0 {
		return bowline.Locales[0]
	}
	for _, locale := range offered {
		if locale == asked {
			return asked
		}
	}
	if len(offered) == 1 || asked == "" && len(wanted) == 0 {
		return offered[0]
	}
	if asked == "" && slices.Contains(offered, wanted[0]) { // nearly always
		return wanted[0]
	}
	// Among equally good ones the matcher takes the first, which should be the
	// one that most people of the language speak: French of France in Belgium.
	offered, first := homeFirst(offered), offered[0]
	tags := make([]language.Tag, len(offered))
	for i, locale := range offered {
		tags[i] = language.Make(locale)
	}
	var wishes []language.Tag
	for _, wish := range append([]string{asked}, wanted...) {
		if tag, err := language.Parse(wish); err == nil && len(wishes) < maxWishes {
			wishes = append(wishes, tag)
		}
	}
	// Related languages that people of the other "understand" do not count.
	if _, i, confidence := language.NewMatcher(tags).Match(wishes...); confidence >= language.High {
		return offered[i]
	}
	return first
}

// homeFirst sorts the main region of each language to the front.
func homeFirst(locales []string) []string {
	away := func(locale string) int {
		tag := language.Make(locale)
		base, _ := tag.Base()
		region, _ := tag.Region()
		if home, _ := language.Make(base.String()).Region(); home == region {
			return 0
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(locales), func(a, b string) int { return away(a) - away(b) })
}

// maxWishes bounds how many languages of a browser are looked at.
const maxWishes = 10

// sameLanguage says whether two locales are of one language.
func sameLanguage(a, b string) bool {
	a, _, _ = strings.Cut(a, "-")
	b, _, _ = strings.Cut(b, "-")
	return a == b
}
