package hosted

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/web"
)

func TestEntry(t *testing.T) {
	t.Parallel()
	tests := []struct {
		query string
		want  link.Entry
	}{
		{"", link.Entry{}},
		{"openId=true", link.Entry{OpenID: true}},
		{"openId=yes", link.Entry{}},
		{"link.showSandboxIntegrations=false", link.Entry{Sandbox: new(false)}},
		{"link.showSandboxIntegrations=true", link.Entry{Sandbox: new(true)}},
		{"link.showSandboxIntegrations=yes", link.Entry{}},
		{"journey=demo&ref=a%2Fb%20c", link.Entry{Params: map[string]string{"journey": "demo", "ref": "a/b c"}}},
		{"link.otp=ABC123&otp=ABC123&link.authorization=x", link.Entry{}},
		{"authorization=x", link.Entry{Params: map[string]string{"authorization": "x"}}},
		{"bad=%FF", link.Entry{}},
	}
	for _, tt := range tests {
		query, err := url.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, entry(query)); diff != "" {
			t.Errorf("%s: %s", tt.query, diff)
		}
	}
}

// TestParametersFitIntoACookie feeds more than a browser would keep.
func TestParametersFitIntoACookie(t *testing.T) {
	t.Parallel()
	many := url.Values{}
	for i := range 500 {
		many.Set("name"+strings.Repeat("x", i), strings.Repeat("v", 50))
	}
	size := 0
	kept := entry(many).Params
	for name, value := range kept {
		size += len(name) + len(value)
	}
	if len(kept) == 0 || len(kept) > maxParams || size > maxParamsSize {
		t.Errorf("%d parameters of %d bytes are kept", len(kept), size)
	}
	if diff := cmp.Diff(kept, entry(many).Params); diff != "" {
		t.Errorf("the same URL keeps other parameters: %s", diff)
	}
	if kept := entry(url.Values{"a": {strings.Repeat("\x01", maxParamsSize/2)}}).Params; len(kept) != 0 {
		t.Error("a value is kept that grows beyond the limit when it is encoded")
	}
}

func TestCookiesOverHTTPS(t *testing.T) {
	t.Parallel()
	for public, want := range map[string]struct {
		prefix string
		secure bool
	}{
		"https://connect.example.com": {"__Host-", true},
		"http://127.0.0.1:8080":       {"", false},
	} {
		h := &Handler{Links: bowline.NewLinks(public)}
		rec := httptest.NewRecorder()
		name := link.CookieName(strings.Repeat("a", 64))
		h.keep(rec, httptest.NewRequest(http.MethodGet, "/", nil), link.Cookie{Name: name, Value: "sealed", Life: time.Minute})
		set := rec.Result().Cookies()
		if len(set) != 1 {
			t.Fatalf("%s: %d cookies", public, len(set))
		}
		c := set[0]
		if c.Name != want.prefix+name || c.Secure != want.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 60 {
			t.Errorf("%s: %+v", public, c)
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.AddCookie(c)
		r.AddCookie(&http.Cookie{Name: "somebody_else", Value: "x"})
		if got := h.cookies(r); len(got) != 1 || got[name] != "sealed" {
			t.Errorf("%s: read back %v", public, got)
		}
	}
}

func TestOldestAttemptsAreDropped(t *testing.T) {
	t.Parallel()
	h := &Handler{Links: bowline.NewLinks("http://127.0.0.1:8080")}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, digit := range "0123456" {
		r.AddCookie(&http.Cookie{Name: link.CookieName(strings.Repeat(string(digit), 64)), Value: "sealed"})
	}
	rec := httptest.NewRecorder()
	h.keep(rec, r, link.Cookie{Name: link.CookieName(strings.Repeat("f", 64)), Value: "sealed", Life: time.Minute})
	var dropped []string
	for _, c := range rec.Result().Cookies() {
		if c.MaxAge < 0 {
			dropped = append(dropped, strings.TrimPrefix(c.Name, "bowline_attempt_")[:1])
		}
	}
	if got := strings.Join(dropped, ""); got != "0123" {
		t.Errorf("dropped %q, want the four oldest", got)
	}
}

// TestViewCannotLeaveItsDataBlock draws a view whose texts try to.
func TestViewCannotLeaveItsDataBlock(t *testing.T) {
	t.Parallel()
	assets, err := web.Load(web.FS())
	if err != nil {
		t.Fatal(err)
	}
	h := &Handler{Links: bowline.NewLinks("http://127.0.0.1:8080"), Assets: assets}
	const attack = `</script><script>alert(1)</script><!--`
	rec := httptest.NewRecorder()
	h.show(rec, httptest.NewRequest(http.MethodGet, "/", nil), http.StatusOK, link.View{
		Step: link.StepMain, Locale: "en-US",
		Client: link.ClientView{Name: attack}, Company: link.CompanyView{Name: attack},
	})
	body := rec.Body.String()
	if strings.Contains(body, "<script>alert") || strings.Contains(body, "<!--") {
		t.Errorf("the page repeats an attack: %s", body)
	}
	if n := strings.Count(body, "</script>"); n != strings.Count(body, "<script") {
		t.Errorf("%d script elements end, %d begin", n, strings.Count(body, "<script"))
	}
}

func TestScannersStartNothing(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	// Without a link.Service every attempt to start or complete would panic.
	(&Handler{Links: bowline.NewLinks("http://127.0.0.1:8080"), Assets: &web.Assets{}}).Mount(mux)
	const id = "00000000-0000-7000-8000-000000000000"
	for _, path := range []string{
		"/link/companies/" + id + "/connections/" + id + "/start",
		"/oauth/callback/mqjo?code=c&state=s",
	} {
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, httptest.NewRequest(http.MethodHead, path, nil))
		if rec.Code != http.StatusOK || len(rec.Result().Cookies()) != 0 {
			t.Errorf("HEAD %s: %d with %d cookies", path, rec.Code, len(rec.Result().Cookies()))
		}
	}
}

func TestActionsFromOtherOriginsAreRefused(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	(&Handler{Links: bowline.NewLinks("http://127.0.0.1:8080"), Assets: &web.Assets{}}).Mount(mux)
	r := httptest.NewRequest(http.MethodPost, "/link/companies/00000000-0000-7000-8000-000000000000/journey", strings.NewReader("{}"))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, r)
	if rec.Code != http.StatusForbidden {
		t.Errorf("a post from another site is answered with %d", rec.Code)
	}
}
