package bowline

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Profile is the fintech's instance as its API shows it (platform-api section 5).
type Profile struct {
	Name               string   `json:"name"`
	RedirectURL        string   `json:"redirectUrl"`
	LogoURL            string   `json:"logoUrl,omitempty"`
	IconURL            string   `json:"iconUrl,omitempty"`
	WhiteListURLs      []string `json:"whiteListUrls"`
	AlertAuthHeader    string   `json:"alertAuthHeader,omitempty"`
	ConfirmCompanyName bool     `json:"confirmCompanyName"`
}

// MaxProfileName bounds the instance's name.
const MaxProfileName = 50

// Validate refuses a profile that could not be shown or redirected to. The
// redirect URL may be empty: the journey then ends on a confirmation page.
func (p *Profile) Validate() error {
	if strings.TrimSpace(p.Name) == "" || utf8.RuneCountInString(p.Name) > MaxProfileName {
		return Errorf(CodeInvalid, "name must have 1 to %d characters.", MaxProfileName).At("name")
	}
	if len(p.RedirectURL) > 2048 {
		return Errorf(CodeInvalid, "redirectUrl must have at most 2048 characters.").At("redirectUrl")
	}
	for _, of := range []struct {
		member string
		urls   []string
	}{{"logoUrl", []string{p.LogoURL}}, {"iconUrl", []string{p.IconURL}}, {"whiteListUrls", p.WhiteListURLs}} {
		for i, u := range of.urls {
			if u != "" && !absoluteHTTP(u) {
				if of.member == "whiteListUrls" {
					of.member = lineOf(of.member, i)
				}
				return Errorf(CodeInvalid, "logoUrl, iconUrl and whiteListUrls must be absolute http or https URLs.").At(of.member)
			}
		}
	}
	return p.validateRedirect()
}

// validateRedirect refuses a redirect that could not be built or could never be
// allowed. Braces are tokens (link.md 4.4); a host with tokens leads only to the
// origins on the list.
func (p *Profile) validateRedirect() error {
	for i, u := range p.WhiteListURLs {
		if _, ok := WebOrigin(u); !ok && u != "" {
			return Errorf(CodeInvalid, "whiteListUrls holds URLs with a plain host in its ASCII form, such as https://app.example.com.").At(lineOf("whiteListUrls", i))
		}
	}
	if p.RedirectURL == "" {
		return nil
	}
	t, err := ParseRedirect(p.RedirectURL)
	if err != nil {
		return err
	}
	if t.HasHostTokens() && len(p.WhiteListURLs) == 0 {
		return Errorf(CodeInvalid, "redirectUrl has a token in its host, so whiteListUrls must list the origins that it may lead to.").At("whiteListUrls")
	}
	return nil
}

// lineOf names one entry of a list.
func lineOf(list string, index int) string { return fmt.Sprintf("%s[%d]", list, index) }

// AllowedOrigins are the web origins whose pages may call with a company
// access token (platform-api section 3).
type AllowedOrigins struct {
	AllowedOrigins []string `json:"allowedOrigins"`
}

// Validate refuses anything that is not a bare http or https origin, and
// brings the others to their canonical, comparable form.
func (a *AllowedOrigins) Validate() error {
	for i, o := range a.AllowedOrigins {
		u, err := url.Parse(o)
		if err != nil || !absoluteHTTP(o) || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
			return Errorf(CodeInvalid, "allowedOrigins holds origins such as https://app.example.com, without a path.").At("allowedOrigins")
		}
		a.AllowedOrigins[i] = strings.ToLower(u.Scheme + "://" + u.Host)
	}
	return nil
}

func absoluteHTTP(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
