package bowline

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// textTypes are the source types that have text keys of their own, by the name
// that begins the keys.
var textTypes = []struct {
	name string
	of   SourceType
}{{"accounting", Accounting}, {"banking", Banking}, {"commerce", Commerce}}

// TextKeys are the keys of the text option (link.md 2.5) that hold for a visit
// as a whole.
var TextKeys = []string{
	"companyName", "landing.title", "landing.subtitle", "landing.nextButton", "main.title", "main.subtitle",
}

// SourceTypeTextKeys are the keys that each source type has, without its name in
// front.
var SourceTypeTextKeys = []string{
	"consents.title", "consents.subtitle", "consents.termsAndConditions",
	"consents.purpose", "consents.access", "consents.accountInformation", "consents.retention",
	"consents.nextButton",
	"consents.headers.purpose", "consents.headers.access", "consents.headers.accountInformation",
	"consents.headers.platformData", "consents.headers.retention",
	"additionalConsents.title", "additionalConsents.subtitle", "additionalConsents.termsAndConditions",
	"additionalConsents.nextButton",
}

// TextKey is the full name of a key of [SourceTypeTextKeys].
func TextKey(t SourceType, key string) string {
	for _, known := range textTypes {
		if known.of == t {
			return known.name + "." + key
		}
	}
	return key
}

// Deprecated keys of one source type, without its name in front.
var (
	textAliases = map[string]string{
		"dataAccess.consent":                    "consents.termsAndConditions",
		"dataAccess.nextButton":                 "consents.nextButton",
		"dataAccess.additionalConsent.title":    "additionalConsents.title",
		"dataAccess.additionalConsent.subtitle": "additionalConsents.subtitle",
		"consents.accountInfo":                  "consents.accountInformation",
	}
	// dataTypeAliases hold lists, the preferred one first.
	dataTypeAliases = []string{"dataAccess.dataTypes", "dataTypes"}
	// silentKeys were announced and never shown (link.md 8, row 4).
	silentKeys = []string{"consents.communication", "consents.headers.communication"}
)

// uploadKeys are for screens that are still to come.
var uploadKeys = []string{
	"accounting.fileUpload.subtitle", "banking.fileUpload.subtitle", "businessDocuments.fileUpload.subtitle",
}

// knownText says what becomes of a key.
type knownText struct {
	key   string     // that the text counts for
	alias bool       // it is deprecated
	list  bool       // it holds a list of data types instead
	of    SourceType // with list
}

// textTable names every key that is accepted, with what becomes of it. An
// empty knownText is accepted and not used.
var textTable = func() map[string]knownText {
	table := map[string]knownText{}
	for _, key := range TextKeys {
		table[key] = knownText{key: key}
	}
	for _, key := range uploadKeys {
		table[key] = knownText{}
	}
	for _, t := range textTypes {
		at := t.name + "."
		for _, key := range SourceTypeTextKeys {
			table[at+key] = knownText{key: at + key}
		}
		for alias, key := range textAliases {
			table[at+alias] = knownText{key: at + key, alias: true}
		}
		for _, alias := range dataTypeAliases {
			table[at+alias] = knownText{alias: true, list: true, of: t.of}
		}
		for _, key := range silentKeys {
			table[at+key] = knownText{}
		}
	}
	return table
}()

// text reads the text option: new keys first, then the deprecated ones where
// the new one says nothing (link.md 2.4).
func (p *optionParser) text(text json.RawMessage) {
	var given map[string]json.RawMessage
	p.value("options.text", "an object", text, &given)
	if len(given) > maxTextKeys {
		p.refuse("options.text has at most %d keys.", maxTextKeys)
		return
	}
	p.options.Text = map[string]string{}
	var aliases []string
	for _, key := range slices.Sorted(maps.Keys(given)) {
		known, ok := textTable[key]
		switch {
		case !ok:
			p.unknown("options.text: ", key)
		case string(given[key]) == "null":
		case known.alias:
			aliases = append(aliases, key)
		case known.key != "":
			p.put(key, known.key, given[key])
		}
	}
	// The order of the names puts T.dataAccess.dataTypes before T.dataTypes.
	for _, key := range aliases {
		p.alias(key, textTable[key], given[key])
	}
}

func (p *optionParser) alias(key string, known knownText, value json.RawMessage) {
	if known.list {
		p.warn("options.text: %q is deprecated: use dataTypes of options.sourceTypes.", key)
		if p.options.DataTypes == nil {
			p.options.DataTypes = map[SourceType][]string{}
		}
		if p.options.DataTypes[known.of] == nil {
			var list []string
			p.list("options.text: "+key, &list)(value)
			p.options.DataTypes[known.of] = list
		}
		return
	}
	p.warn("options.text: %q is deprecated: use %q.", key, known.key)
	if _, said := p.options.Text[known.key]; !said {
		p.put(key, known.key, value)
	}
}

// put takes a text. Headers stand on one line, and stay short.
func (p *optionParser) put(from, key string, value json.RawMessage) {
	var text string
	p.value(fmt.Sprintf("options.text: %q", from), "a text", value, &text)
	text = p.cleaned(fmt.Sprintf("options.text: %q", from), text)
	if strings.Contains(key, ".headers.") && utf8.RuneCountInString(text) > maxHeader {
		text = string([]rune(text)[:maxHeader-1]) + "…"
		p.warn("options.text: %q is cut: headers have at most %d characters.", from, maxHeader)
	}
	p.options.Text[key] = text
}
