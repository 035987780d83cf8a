package sandbox

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var (
	hiddenInput  = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
	tickedInput  = regexp.MustCompile(`name="organisation" value="([^"]*)" checked>`)
	anyForm      = regexp.MustCompile(`(?s)<form.*?</form>`)
	inlineScript = regexp.MustCompile(`(?i)<script|<style|\sstyle=|\son[a-z]+=`)
)

// hiddenInputs reads the hidden fields of the first form of a page.
func hiddenInputs(page string) url.Values {
	out := url.Values{}
	for _, m := range hiddenInput.FindAllStringSubmatch(anyForm.FindString(page), -1) {
		out.Set(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return out
}

func ticked(page string) []string {
	var out []string
	for _, m := range tickedInput.FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

func (b *bench) consent(pairs ...string) response {
	b.t.Helper()
	res := b.post("/authorize", with(authorizeParams(), pairs...))
	_, query, ok := strings.Cut(res.Header.Get("Location"), "/consent?")
	if !ok {
		b.t.Fatalf("no way to the consent page: %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	return b.get("/consent?" + query)
}

func TestPagesCarryAStrictPolicy(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.code() // so that the page of switches has a grant to show
	for name, res := range map[string]response{
		"sign-in":  b.get("/authorize?" + authorizeParams().Encode()),
		"consent":  b.consent("account", "sam"),
		"switches": b.get("/switches"),
		"problem":  b.get("/authorize"),
	} {
		csp := res.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: policy %q lacks %s", name, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") || inlineScript.MatchString(res.body) {
			t.Errorf("%s: inline script or style", name)
		}
		if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", name, res.Header)
		}
		if !strings.Contains(res.body, "<strong>Sandbox</strong>") || !strings.Contains(res.body, "/sandbox/switches") {
			t.Errorf("%s: no sandbox mark or no link to the switches", name)
		}
	}
}

func TestRequestValuesAreEscapedOnPages(t *testing.T) {
	t.Parallel()
	b := start(t)
	attack := `"><script>alert(1)</script>`
	res := b.get("/authorize?" + with(authorizeParams(), "state", attack, "nonce", attack, "login_hint", attack).Encode())
	if strings.Contains(res.body, "<script") {
		t.Error("a request value reached the page unescaped")
	}
	if got := hiddenInputs(res.body).Get("state"); got != attack {
		t.Errorf("state came back as %q", got)
	}
	if body := b.consent("account", "zoe").body; strings.Contains(body, "<Smørrebrød>") || !strings.Contains(body, "Søn &amp; Døtre &lt;Smørrebrød&gt;") {
		t.Error("an organisation's name is not escaped")
	}
}

func TestConsentShowsWhatIsAskedAndShared(t *testing.T) {
	t.Parallel()
	b := start(t)
	page := b.consent("account", "sam")
	for _, want := range []string{"Sam Okafor", "Invoices, bills", "Your phone number", "until you take access back", "Northlight Studio"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the consent page lacks %q", want)
		}
	}
	if n := len(ticked(page.body)); n != 3 {
		t.Errorf("%d organisations preselected, want 3", n)
	}
	if strings.Contains(b.consent("account", "sam", "scope", "openid email").body, "organisation\"") {
		t.Error("organisations offered although no data was asked for")
	}
}

func TestOnlyTickedOrganisationsAreShared(t *testing.T) {
	t.Parallel()
	b := start(t)
	page := b.consent("account", "sam")
	form := hiddenInputs(page.body)
	chosen := ticked(page.body)[1]
	// Somebody else's organisation slipped into the form is not granted.
	form["organisation"] = []string{chosen, b.p.demo.Products[Accounting].Of["robin"][0]}
	form.Set("decision", "allow")
	got := b.tokens(b.token(redeemForm(b.answer(b.post("/authorize", form)).Get("code"))))
	list := b.api("/api/organisations", got.AccessToken)
	if strings.Count(list.body, `"id"`) != 1 || !strings.Contains(list.body, chosen) {
		t.Errorf("shared: %s", list.body)
	}
}

func TestConsentWithNothingTickedAsksAgain(t *testing.T) {
	t.Parallel()
	b := start(t)
	form := hiddenInputs(b.consent("account", "sam").body)
	form.Set("decision", "allow")
	res := b.post("/authorize", form)
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(res.body, "Tick at least one") {
		t.Errorf("got %d", res.StatusCode)
	}
}

func TestDenyReturnsAccessDenied(t *testing.T) {
	t.Parallel()
	b := start(t)
	atSignIn := b.answer(b.post("/authorize", with(authorizeParams(), "decision", "deny")))
	form := hiddenInputs(b.consent("account", "sam").body)
	form.Set("decision", "deny")
	atConsent := b.answer(b.post("/authorize", form))
	for _, q := range []url.Values{atSignIn, atConsent} {
		if q.Get("error") != "access_denied" || q.Get("state") != "st&te" || q.Get("iss") != b.issuer || q.Has("code") {
			t.Errorf("answer %v", q)
		}
	}
}

func TestAnyEmailSignsInAsAGuest(t *testing.T) {
	t.Parallel()
	b := start(t)
	page := b.consent("email", " Jane.Doe@Example.org ", "password", "whatever")
	if !strings.Contains(page.body, "Jane Doe") || !strings.Contains(page.body, "Demo Company") {
		t.Error("the guest has no name or no organisation")
	}
	if !strings.Contains(b.consent("email", "SAM.okafor@example.com").body, "Northlight Studio") {
		t.Error("a typed address did not find its demo account")
	}
	for _, bad := range []string{"nonsense", "@", "a b@example.com", "a@\u0000", strings.Repeat("a", 300) + "@example.com"} {
		res := b.post("/authorize", with(authorizeParams(), "email", bad))
		if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(res.body, `role="alert"`) {
			t.Errorf("address %.20q: status %d", bad, res.StatusCode)
		}
	}
}

func TestConsentNeedsAFreshSignIn(t *testing.T) {
	t.Parallel()
	b := start(t)
	page := b.consent("account", "sam")
	form := hiddenInputs(page.body)
	form["organisation"] = ticked(page.body)
	form.Set("decision", "allow")
	b.clock.advance(signedInLife)
	for name, res := range map[string]response{
		"expired": b.post("/authorize", form),
		"forged":  b.get("/consent?" + with(form, "as", "sbx_signedin_AAAA").Encode()),
		"absent":  b.get("/consent?" + with(form, "as", "").Encode()),
	} {
		if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/sandbox/authorize?") {
			t.Errorf("%s: %d to %s, want the sign-in page", name, res.StatusCode, res.Header.Get("Location"))
		}
	}
}

func TestFormsFromOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	b := start(t)
	stepping := with(authorizeParams(), "account", "sam", "decision", "allow")
	for _, c := range []struct {
		name, path, header, value string
		form                      url.Values
		want                      int
	}{
		{"consent cross-site", "/authorize", "Sec-Fetch-Site", "cross-site", stepping, 403},
		{"consent same-site", "/authorize", "Sec-Fetch-Site", "same-site", stepping, 403},
		{"consent foreign origin", "/authorize", "Origin", "https://evil.example", stepping, 403},
		{"consent same-origin", "/authorize", "Sec-Fetch-Site", "same-origin", stepping, 303},
		{"switches cross-site", "/switches", "Sec-Fetch-Site", "cross-site", url.Values{"action": {"reset"}}, 403},
		{"request by post cross-site", "/authorize", "Sec-Fetch-Site", "cross-site", authorizeParams(), 200},
		{"token is no page", "/token", "Sec-Fetch-Site", "cross-site", url.Values{}, 401},
		{"revoke is no page", "/revoke", "Sec-Fetch-Site", "cross-site", url.Values{}, 401},
	} {
		req := b.request("POST", c.path, c.form)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set(c.header, c.value)
		if res := b.do(req); res.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", c.name, res.StatusCode, c.want)
		}
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	b := start(t)
	if res := b.get("/assets/style.css"); res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/css") {
		t.Errorf("style sheet: %d %v", res.StatusCode, res.Header)
	}
	if res := b.get("/assets/people/zoe.svg"); res.StatusCode != 200 || !strings.Contains(res.body, ">ZÅ<") {
		t.Errorf("portrait: %d %s", res.StatusCode, res.body)
	}
	if res := b.get("/assets/people/nobody.svg"); res.StatusCode != 404 {
		t.Errorf("unknown portrait: %d", res.StatusCode)
	}
	if res := b.get(""); res.Header.Get("Location") != "/sandbox/switches" {
		t.Errorf("the issuer itself leads to %q", res.Header.Get("Location"))
	}
}
