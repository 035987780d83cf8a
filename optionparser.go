package bowline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of options. They come from a browser with every action.
const (
	maxOptions        = 32 << 10 // bytes
	maxTextKeys       = 200
	maxText           = 5000 // characters
	maxOptionList     = 200  // entries of allowedIntegrations and dataTypes
	maxOptionWarnings = 20
)

// ParseLinkOptions reads the options of a host page. It is lenient: what is not
// known is left out, with a warning for the page's developers, and null counts
// as not said. What has the wrong type or is too large is a CodeInvalid [Error].
func ParseLinkOptions(text json.RawMessage) (LinkOptions, []string, error) {
	var p optionParser
	warnings, err := p.parse(text, p.top)
	if err != nil {
		return LinkOptions{}, nil, err
	}
	return p.options, warnings, nil
}

// parse reads the options as a whole, and returns the warnings.
func (p *optionParser) parse(text json.RawMessage, top func(json.RawMessage)) ([]string, error) {
	if len(text) > maxOptions {
		return nil, Errorf(CodeInvalid, "options has at most %d bytes.", maxOptions)
	}
	if len(bytes.TrimSpace(text)) > 0 {
		top(text)
	}
	if p.err != nil {
		return nil, p.err
	}
	if len(p.warnings) > maxOptionWarnings {
		more := len(p.warnings) - maxOptionWarnings + 1
		p.warnings = append(p.warnings[:maxOptionWarnings-1], fmt.Sprintf("There are %d more warnings about options.", more))
	}
	return p.warnings, nil
}

// optionParser gathers options, warnings and the first error.
type optionParser struct {
	options  LinkOptions
	warnings []string
	err      error
}

func (p *optionParser) refuse(format string, args ...any) {
	if p.err == nil {
		p.err = Errorf(CodeInvalid, format, args...)
	}
}

func (p *optionParser) warn(format string, args ...any) {
	p.warnings = append(p.warnings, fmt.Sprintf(format, args...))
}

// unknown warns of a name that means nothing here.
func (p *optionParser) unknown(at, name string) {
	if runes := []rune(name); len(runes) > 60 {
		name = string(runes[:60]) + "…"
	}
	p.warn("%s%q is not an option and is ignored.", at, name)
}

func (p *optionParser) top(text json.RawMessage) {
	var nonModal *bool
	p.object("options", text, map[string]func(json.RawMessage){
		"hideBorder":               p.boolean("options.hideBorder", &p.options.HideBorder),
		"nonModal":                 p.boolean("options.nonModal", &nonModal),
		"showLandingPage":          p.boolean("options.showLandingPage", &p.options.ShowLandingPage),
		"showSandboxIntegrations":  p.boolean("options.showSandboxIntegrations", &p.options.ShowSandboxIntegrations),
		"enableAdditionalConsent":  p.boolean("options.enableAdditionalConsent", &p.options.EnableAdditionalConsent),
		"enableMultiEntityLinking": p.boolean("options.enableMultiEntityLinking", &p.options.EnableMultiEntityLinking),
		"theme":                    p.theme,
		"sourceTypes":              p.sourceTypes,
		"text":                     p.text,
		// Of the browser, which puts it on its style elements.
		"nonce": func(v json.RawMessage) { var nonce *string; p.value("options.nonce", "a text", v, &nonce) },
	})
	if nonModal != nil {
		p.warn("options.nonModal is deprecated: use hideBorder, and leave out onClose.")
		if p.options.HideBorder == nil {
			p.options.HideBorder = nonModal
		}
	}
}

// object hands each member to its reader, in the order of the names, so that
// warnings come in the same order each time.
func (p *optionParser) object(at string, text json.RawMessage, members map[string]func(json.RawMessage)) {
	var object map[string]json.RawMessage
	p.value(at, "an object", text, &object)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		value := object[name]
		switch read, ok := members[name]; {
		case !ok:
			p.unknown(at+": ", name)
		case string(value) != "null":
			read(value)
		}
	}
}

func (p *optionParser) value(at, kind string, text json.RawMessage, into any) {
	if json.Unmarshal(text, into) != nil {
		p.refuse("%s must be %s.", at, kind)
	}
}

func (p *optionParser) boolean(at string, into **bool) func(json.RawMessage) {
	return func(v json.RawMessage) { p.value(at, "true or false", v, into) }
}

func (p *optionParser) theme(text json.RawMessage) {
	p.object("options.theme", text, map[string]func(json.RawMessage){
		"colors": func(v json.RawMessage) {
			p.object("options.theme.colors", v, map[string]func(json.RawMessage){"primary": p.primary})
		},
	})
}

// primary leaves out a colour that cannot be drawn: it is no reason to keep the
// customer from connecting.
func (p *optionParser) primary(text json.RawMessage) {
	var color string
	p.value("options.theme.colors.primary", "a text", text, &color)
	if color != "" && !HexColor(color) {
		p.warn("options.theme.colors.primary must be #rgb or #rrggbb, and is ignored.")
		return
	}
	p.options.PrimaryColor = color
}

func (p *optionParser) sourceTypes(text json.RawMessage) {
	types := &SourceTypesOptions{}
	read := func(name string, into **SourceTypeOptions) func(json.RawMessage) {
		return func(v json.RawMessage) { *into = p.sourceType("options.sourceTypes."+name, v) }
	}
	p.object("options.sourceTypes", text, map[string]func(json.RawMessage){
		"accounting":        read("accounting", &types.Accounting),
		"banking":           read("banking", &types.Banking),
		"commerce":          read("commerce", &types.Commerce),
		"businessDocuments": ignored, // there are no uploads yet
	})
	p.options.SourceTypes = types
}

func ignored(json.RawMessage) {}

func (p *optionParser) sourceType(at string, text json.RawMessage) *SourceTypeOptions {
	var optional *bool
	enabled := new(true)
	o := &SourceTypeOptions{}
	p.object(at, text, map[string]func(json.RawMessage){
		"optional":            p.boolean(at+".optional", &optional),
		"enableIntegrations":  p.boolean(at+".enableIntegrations", &enabled),
		"enableFileUpload":    ignored,
		"allowedIntegrations": p.list(at+".allowedIntegrations", &o.AllowedIntegrations),
		"dataTypes":           p.list(at+".dataTypes", &o.DataTypes),
	})
	o.Optional, o.EnableIntegrations = optional != nil && *optional, *enabled
	return o
}

func (p *optionParser) list(at string, into *[]string) func(json.RawMessage) {
	return func(v json.RawMessage) {
		p.value(at, "a list of texts", v, into)
		if len(*into) > maxOptionList {
			p.refuse("%s has at most %d entries.", at, maxOptionList)
		}
		for i, item := range *into {
			(*into)[i] = p.cleaned(fmt.Sprintf("%s[%d]", at, i), item)
		}
	}
}

// cleaned drops control characters: they cannot be seen, and not be stored.
func (p *optionParser) cleaned(at, text string) string {
	if utf8.RuneCountInString(text) > maxText {
		p.refuse("%s has at most %d characters.", at, maxText)
	}
	if !strings.ContainsFunc(text, forbidden) {
		return text
	}
	p.warn("%s holds control characters, which are left out.", at)
	return strings.Map(func(r rune) rune {
		if forbidden(r) {
			return -1
		}
		return r
	}, text)
}
