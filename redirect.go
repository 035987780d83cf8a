package bowline

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// RedirectPlace is the part of a redirect URL that a [RedirectPart] stands in.
// It decides how a value is put there.
type RedirectPlace int

// The places, in the order in which a URL has them.
const (
	RedirectHost RedirectPlace = iota // host and port
	RedirectPath
	RedirectRest // query and fragment
)

// RedirectPart is a piece of a redirect URL: text that stays as it is, or the
// name of a token.
type RedirectPart struct {
	Text  string
	Token bool
	Place RedirectPlace
}

// RedirectTemplate is a redirect URL with tokens, taken apart (link.md 4.4).
type RedirectTemplate struct {
	Scheme string // "http" or "https"
	Parts  []RedirectPart
}

// maxTokenName bounds the name of a token, in bytes.
const maxTokenName = 100

// reservedTokens are filled from the visit, never from the Link URL (link.md
// 4.5). integrationType is an alias of sourceType.
var reservedTokens = []string{
	"clientId", "companyId", "connectionId", "integrationId", "sourceId", "platform", "platformName",
	"sourceType", "integrationType", "statusCode", "errorMessage", "statusText", "data.company.companyName",
}

// ReservedTokens lists the names of the tokens that are filled from the visit,
// apart from those that begin with [OpenIDTokenPrefix].
func ReservedTokens() []string { return slices.Clone(reservedTokens) }

// OpenIDTokenPrefix begins the names of tokens that hold claims about the
// person who signed in (link.md 4.7).
const OpenIDTokenPrefix = "openId_"

// ReservedToken says whether a token of that name is filled from the visit.
// Names are case-sensitive.
func ReservedToken(name string) bool {
	return slices.Contains(reservedTokens, name) || strings.HasPrefix(name, OpenIDTokenPrefix)
}

// ParseRedirect takes a redirect URL apart: an absolute http or https URL with
// tokens in braces. Everything outside of tokens must be able to stand in a URL
// as it is, so that filling in can never change what the text around means. The
// error is a CodeInvalid [Error].
func ParseRedirect(text string) (RedirectTemplate, error) {
	scheme, rest, found := strings.Cut(text, "://")
	if !found || scheme != "https" && scheme != "http" {
		return RedirectTemplate{}, redirectFault("must be an absolute http or https URL.")
	}
	t := RedirectTemplate{Scheme: scheme}
	place := RedirectHost
	for rest != "" {
		literal, after, opened := strings.Cut(rest, "{")
		if err := t.addText(literal, &place); err != nil {
			return RedirectTemplate{}, err
		}
		if !opened {
			break
		}
		name, following, closed := strings.Cut(after, "}")
		if !closed {
			return RedirectTemplate{}, redirectFault("has a { without its }.")
		}
		if err := t.addToken(name, place); err != nil {
			return RedirectTemplate{}, err
		}
		rest = following
	}
	return t, t.check()
}

// addText adds text between tokens, in pieces that belong to one place each.
func (t *RedirectTemplate) addText(text string, place *RedirectPlace) error {
	start := 0
	cut := func(end int, next RedirectPlace) {
		if start < end {
			t.Parts = append(t.Parts, RedirectPart{Text: text[start:end], Place: *place})
		}
		start, *place = end, next
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '}':
			return redirectFault("has a } without its {.")
		case !inURL(c):
			return redirectFault("holds a character that cannot stand in a URL; percent-encode it, and write a host in its ASCII form.")
		case c == '%' && (i+2 >= len(text) || !isHex(text[i+1]) || !isHex(text[i+2])):
			return redirectFault("has a % that is not followed by two hexadecimal digits.")
		case *place == RedirectHost && c == '/':
			cut(i, RedirectPath)
		case *place != RedirectRest && (c == '?' || c == '#'):
			cut(i, RedirectRest)
		case *place == RedirectHost && !inHost(c):
			return redirectFault("must have a plain host, with or without a port.")
		}
	}
	cut(len(text), *place)
	return nil
}

func (t *RedirectTemplate) addToken(name string, place RedirectPlace) error {
	switch {
	case name == "" || len(name) > maxTokenName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return redirectFault("has a token without a usable name between { and }.")
	case strings.Contains(name, "{"):
		return redirectFault("has a { without its }.")
	case place == RedirectHost && ReservedToken(name):
		return redirectFault("may not have reserved tokens in the host; only tokens of your own that the Link URL fills.")
	}
	t.Parts = append(t.Parts, RedirectPart{Text: name, Token: true, Place: place})
	return nil
}

// check makes sure that with harmless values the whole is a URL with a host.
func (t RedirectTemplate) check() error {
	sample := t.Scheme + "://"
	for _, p := range t.Parts {
		if p.Token {
			sample += "1" // good in a name and as a port
		} else {
			sample += p.Text
		}
	}
	u, err := url.Parse(sample)
	if err != nil || u.Hostname() == "" {
		return redirectFault("must be an absolute http or https URL.")
	}
	return nil
}

// HasHostTokens says whether the Link URL decides about the host. Such a
// redirect leads to origins on the list of the profile only.
func (t RedirectTemplate) HasHostTokens() bool {
	return slices.ContainsFunc(t.Parts, func(p RedirectPart) bool { return p.Token && p.Place == RedirectHost })
}

// WebOrigin returns the origin of an absolute http or https URL in a form that
// can be compared: lower case, without the scheme's usual port (RFC 6454
// section 4). It reports false for anything else, and for a URL with user
// information or with a host that is not in its ASCII form.
func WebOrigin(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || !absoluteHTTP(address) || u.User != nil || u.Hostname() == "" {
		return "", false
	}
	host := strings.ToLower(u.Hostname())
	for i := range len(host) {
		if !inHost(host[i]) {
			return "", false
		}
	}
	if strings.Contains(host, ":") { // IPv6
		host = "[" + host + "]"
	}
	usual := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	if port := u.Port(); port != "" && port != usual {
		host += ":" + port
	}
	return u.Scheme + "://" + host, true
}

func redirectFault(what string) error {
	return Errorf(CodeInvalid, "redirectUrl %s", what).At("redirectUrl")
}

// inURL says whether a byte may stand in a URL as it is (RFC 3986 section 2).
func inURL(c byte) bool { return isAlnum(c) || strings.IndexByte("-._~:/?#[]@!$&'()*+,;=%", c) >= 0 }

// inHost is what a host, an IPv6 address or a port is made of.
func inHost(c byte) bool { return isAlnum(c) || strings.IndexByte("-._:[]", c) >= 0 }

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
