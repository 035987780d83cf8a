package link

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// The outcomes of a visit (link.md 4.6).
const (
	outcomeLinked    = 200
	outcomeNothing   = 201 // finished without a new connection
	outcomeCancelled = 403
	outcomeFailed    = 500
	outcomeNotListed = 501
)

// hostValue is what may be put into a host (link.md 4.4).
var hostValue = regexp.MustCompile(`^[A-Za-z0-9.-]+$`)

// errRedirect tells the visitor no more than that the link is of no use: what
// exactly is wrong is for the fintech, and would help somebody who tries.
var errRedirect error = bowline.Errorf(bowline.CodeInvalid, "This link leads back to an address that is not allowed.")

// reasonBadLink names the words for such a link.
const reasonBadLink = "badLink"

// BadLink is the view for a link whose end would not be allowed.
func BadLink() View { return simpleError(reasonBadLink, "") }

// buildRedirect fills a template. Reserved tokens are taken from reserved only,
// all others from custom; what is missing becomes nothing. Values are escaped
// as parts of a URI (RFC 3986 section 2.1), so that none can end the place that
// it was put in; a value in the host must be a plain name, and the origin that
// comes out must be on the list. Everything else is a CodeInvalid error.
func buildRedirect(template string, reserved, custom map[string]string, allowed []string) (string, error) {
	t, err := bowline.ParseRedirect(template)
	if err != nil {
		return "", err
	}
	value := func(name string) string {
		if bowline.ReservedToken(name) {
			return reserved[name]
		}
		return custom[name]
	}
	var host, rest strings.Builder
	var path segments
	for _, p := range t.Parts {
		text := p.Text
		if p.Token {
			text = value(p.Text)
			if p.Place != bowline.RedirectHost {
				text = escape(text)
			} else if !hostValue.MatchString(text) {
				return "", errRedirect
			}
		}
		switch p.Place {
		case bowline.RedirectHost:
			host.WriteString(text)
		case bowline.RedirectPath:
			path.add(text, p.Token)
		default:
			rest.WriteString(text)
		}
	}
	origin := t.Scheme + "://" + host.String()
	if t.HasHostTokens() && !originListed(origin, allowed) {
		return "", errRedirect
	}
	return origin + path.String() + rest.String(), nil
}

// escape percent-encodes everything but the unreserved characters, a space as
// %20 and never as a plus.
func escape(value string) string { return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") }

func originListed(address string, allowed []string) bool {
	origin, ok := bowline.WebOrigin(address)
	return ok && slices.ContainsFunc(allowed, func(entry string) bool {
		listed, ok := bowline.WebOrigin(entry)
		return ok && listed == origin
	})
}

// segments writes a path. Dots cannot be escaped: a browser takes %2e for one
// (URL Standard, section 4.3). So values that would make a segment "." or "..",
// and thereby climb to another page of the fintech's, are left out.
type segments struct {
	done, whole, literal strings.Builder // whole and literal are of the segment at hand
}

func (s *segments) add(text string, token bool) {
	for !token {
		before, after, more := strings.Cut(text, "/")
		s.whole.WriteString(before)
		s.literal.WriteString(before)
		if !more {
			return
		}
		s.end()
		s.done.WriteByte('/')
		text = after
	}
	s.whole.WriteString(text)
}

func (s *segments) end() {
	segment := s.whole.String()
	switch strings.ReplaceAll(strings.ToLower(segment), "%2e", ".") {
	case ".", "..":
		segment = s.literal.String()
	}
	s.done.WriteString(segment)
	s.whole.Reset()
	s.literal.Reset()
}

func (s *segments) String() string {
	s.end()
	return s.done.String()
}

// redirects says whether a visit leaves for the fintech at its end. It does not
// when nothing is configured, when it began in a host page, which owns what
// comes next, and when somebody helped who is not the fintech's customer.
func (pg page) redirects() bool {
	v := pg.visit
	return pg.profile.RedirectURL != "" && !v.SDK && !v.Left && v.Device == "" && v.Helper == ""
}

// redirectURL is where a finished visit leaves for, or empty when it ends on a
// page of ours. A redirect that cannot be allowed is a CodeInvalid error.
func (s *Service) redirectURL(ctx context.Context, pg page, outcome touched) (string, error) {
	if !pg.redirects() {
		return "", nil
	}
	reserved, err := s.reservedValues(ctx, pg, outcome)
	if err != nil {
		return "", err
	}
	return buildRedirect(pg.profile.RedirectURL, reserved, pg.visit.Params, pg.profile.WhiteListURLs)
}

// checkRedirect refuses, at its start, a visit that could not be led back at
// its end (link.md 4.4, "Host tokens").
func (s *Service) checkRedirect(pg page) error {
	if !pg.redirects() {
		return nil
	}
	_, err := buildRedirect(pg.profile.RedirectURL, nil, pg.visit.Params, pg.profile.WhiteListURLs)
	return err
}

// reservedValues gathers what the reserved tokens stand for (link.md 4.5). What
// costs a query is read only for a template that asks for it.
func (s *Service) reservedValues(ctx context.Context, pg page, outcome touched) (map[string]string, error) {
	code := cmp.Or(outcome.Code, outcomeNothing)
	values := map[string]string{
		"clientId": string(pg.company.InstanceID), "companyId": string(pg.company.ID),
		"statusCode": strconv.Itoa(code), "errorMessage": outcomeMessage(code),
	}
	asks := func(token string) bool { return strings.Contains(pg.profile.RedirectURL, "{"+token) }
	if asks("statusText") && outcome.Authorization != "" {
		a, err := s.Store.Authorization(ctx, outcome.Authorization)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		if err == nil && a.CompanyID == pg.company.ID {
			values["statusText"] = a.StatusText
		}
	}
	// Nothing newly authorized: the visit is not about any connection (4.6).
	conn, ok := pg.connection(outcome.Connection)
	if !ok || code == outcomeNothing || code == outcomeNotListed {
		return values, nil
	}
	values["connectionId"], values["integrationId"], values["sourceId"] = string(conn.ID), string(conn.IntegrationID), string(conn.SourceID)
	values["platform"], values["platformName"] = conn.IntegrationKey, conn.PlatformName
	values["sourceType"] = strings.ToLower(string(conn.SourceType))
	values["integrationType"] = values["sourceType"]
	values["data.company.companyName"] = conn.CompanyName
	if asks(bowline.OpenIDTokenPrefix) && pg.visit.OpenID && code == outcomeLinked {
		grant, err := s.Store.Grant(ctx, conn.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		for name, claim := range grant.Claims {
			values[bowline.OpenIDTokenPrefix+name] = claimText(name, claim)
		}
	}
	return values, nil
}

// openIDClaims are the claims that may leave with a redirect (link.md 4.7).
// Others, such as the subject, are between us and the provider.
var openIDClaims = []string{
	"given_name", "family_name", "email", "email_verified", "phone_number", "phone_number_verified", "address",
	"name", "middle_name", "nickname", "preferred_username", "gender", "birthdate", "locale", "profile", "picture",
	"website", "zoneinfo", "updated_at",
}

// claimText is a claim as text: strings as they are, booleans and numbers as
// JSON writes them, and the address as a JSON object.
func claimText(name string, claim any) string {
	if !slices.Contains(openIDClaims, name) || claim == nil {
		return ""
	}
	switch v := claim.(type) {
	case string:
		return v
	case float64: // of a time, which JSON would write with an exponent when large
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(claim) != nil {
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// outcomeMessage is the standard message of an outcome (link.md 4.6).
func outcomeMessage(code int) string {
	switch code {
	case outcomeLinked, outcomeNothing:
		return ""
	case outcomeCancelled:
		return "User cancelled"
	case outcomeNotListed:
		return "Not supported"
	}
	return "Unknown error occurred"
}
