package link

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

// RedirectDraft is a redirect URL that somebody is writing, and what to fill it
// with. Company, Integration and Params are samples.
type RedirectDraft struct {
	Template    string
	Allowed     []string // URLs whose origins a token in the host may lead to
	Instance    bowline.ID
	Company     bowline.ID
	CompanyName string // inside the platform
	Integration catalog.Integration
	Params      map[string]string // custom parameters of a Link URL
}

// RedirectCase is where customers would go after one kind of end.
type RedirectCase struct {
	Case    string // of RedirectCases
	URL     string // "" where they are refused
	Refused bool   // the host is not on the list, so they would be answered with 400
}

// RedirectCases are the ends of a visit (link.md 4.6).
func RedirectCases() []string {
	return []string{"connected", "several", "skipped", "cancelled", "failed", "notSupported"}
}

// RedirectWarning says of a token that it will most likely stay empty.
type RedirectWarning struct {
	Code    string // RedirectUnknown, RedirectMistyped, RedirectOpenID or RedirectPlain
	Token   string
	Meant   string // the reserved token, with RedirectMistyped
	Message string
}

// The codes of warnings about redirects.
const (
	RedirectUnknown  = "unknownToken"  // neither reserved nor among the sample's parameters
	RedirectMistyped = "mistypedToken" // a reserved one in other letters
	RedirectOpenID   = "openIdToken"   // needs openId=true in the Link URL
	RedirectPlain    = "plainHttp"     // what is told on the way can be read
)

// PreviewRedirect fills a redirect URL for each end of a visit, by the function
// that leads customers on. An error is CodeInvalid and says what is wrong with the
// URL, with the list, or with where the sample would lead; the cases are there all
// the same, unless the URL cannot be taken apart.
func PreviewRedirect(d RedirectDraft) ([]RedirectCase, []RedirectWarning, error) {
	template, err := bowline.ParseRedirect(d.Template)
	if err != nil {
		return nil, nil, err
	}
	profile := bowline.Profile{Name: "Sample", RedirectURL: d.Template, WhiteListURLs: d.Allowed}
	fault := profile.Validate()
	params := decoded(d.Params)
	var cases []RedirectCase
	for _, name := range RedirectCases() {
		to, err := buildRedirect(d.Template, d.reserved(name), params, d.Allowed)
		if err != nil && fault == nil {
			fault = bowline.Errorf(bowline.CodeInvalid,
				"With these sample values the host is not one of the allowed redirect URLs, so customers would be refused.")
		}
		cases = append(cases, RedirectCase{name, to, err != nil})
	}
	return cases, d.warnings(template), fault
}

// decoded takes percent-encoding off once, as it is for the query of a Link URL
// (link.md 4.4).
func decoded(params map[string]string) map[string]string {
	plain := map[string]string{}
	for name, value := range params {
		if text, err := url.PathUnescape(value); err == nil {
			value = text
		}
		plain[name] = value
	}
	return plain
}

// reserved are the values of [Service.reservedValues] for one end.
func (d RedirectDraft) reserved(name string) map[string]string {
	code := map[string]int{
		"connected": outcomeLinked, "several": outcomeLinked, "skipped": outcomeNothing,
		"cancelled": outcomeCancelled, "failed": outcomeFailed, "notSupported": outcomeNotListed,
	}[name]
	values := map[string]string{
		"clientId": string(d.Instance), "companyId": string(d.Company),
		"statusCode": strconv.Itoa(code), "errorMessage": outcomeMessage(code),
	}
	if name == "cancelled" {
		values["statusText"] = "access_denied"
	}
	if code == outcomeNothing || code == outcomeNotListed {
		return values
	}
	// Of several connections the redirect tells of the last one (link.md 4.4).
	values["connectionId"], values["integrationId"], values["sourceId"] = string(sampleID(name)), d.Integration.ID, d.Integration.SourceID
	values["platform"], values["platformName"] = d.Integration.Key, d.Integration.Name
	values["sourceType"] = strings.ToLower(d.Integration.SourceType)
	values["integrationType"] = values["sourceType"]
	if code == outcomeLinked {
		values["data.company.companyName"] = d.CompanyName
	}
	return values
}

func (d RedirectDraft) warnings(t bowline.RedirectTemplate) []RedirectWarning {
	var list []RedirectWarning
	if t.Scheme == "http" {
		list = append(list, RedirectWarning{Code: RedirectPlain, Message: "Over http others on the way can read what the URL tells. Use https."})
	}
	var seen []string
	for _, p := range t.Parts {
		_, given := d.Params[p.Text]
		if !p.Token || slices.Contains(seen, p.Text) {
			continue
		}
		seen = append(seen, p.Text)
		meant := ""
		for _, reserved := range bowline.ReservedTokens() {
			if strings.EqualFold(reserved, p.Text) {
				meant = reserved
			}
		}
		switch {
		case strings.HasPrefix(p.Text, bowline.OpenIDTokenPrefix):
			list = append(list, RedirectWarning{Code: RedirectOpenID, Token: p.Text,
				Message: "{" + p.Text + "} is empty unless the Link URL has openId=true and the platform tells it."})
		case bowline.ReservedToken(p.Text) || given:
		case meant != "":
			list = append(list, RedirectWarning{Code: RedirectMistyped, Token: p.Text, Meant: meant,
				Message: "{" + p.Text + "} is empty unless the Link URL has such a parameter. Did you mean {" + meant + "}?"})
		default:
			list = append(list, RedirectWarning{Code: RedirectUnknown, Token: p.Text,
				Message: "{" + p.Text + "} is empty unless the Link URL has a parameter of that name."})
		}
	}
	return list
}
