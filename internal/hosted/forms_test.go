package hosted

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/web"
)

func TestOldForms(t *testing.T) {
	t.Parallel()
	const (
		c = "0197a5e0-0000-7000-8000-000000000001"
		k = "0197a5e0-0000-7000-8000-000000000002"
	)
	h := &Handler{Links: bowline.NewLinks(publicURL), Assets: &web.Assets{}}
	mux := http.NewServeMux()
	h.Mount(mux)
	mux.Handle("/", h.Old(http.NotFoundHandler()))
	start := publicURL + "/link/companies/" + c + "/connections/" + k + "/start"
	for path, want := range map[string]string{
		"/companies/" + c + "/connections/" + k + "/start":             start,
		"/companies/" + c + "/connections/" + k + "/start?otp=ABC&a=b": start + "?otp=ABC&a=b",
		"/link/start/" + c + "/" + k + "?x=%2F%0D%0A":                  start + "?x=%2F%0D%0A",
		"/" + c + "/link":                 publicURL + "/link/company/" + c,
		"/company/" + c + "?link.otp=ABC": publicURL + "/link/company/" + c + "?link.otp=ABC",
		"/company/" + strings.ToUpper(c):  publicURL + "/link/company/" + c,
		"/harbour-lending/company/" + c:   publicURL + "/link/harbour-lending/company/" + c,
		"/..evil.example/company/" + c:    publicURL + "/link/evil-example/company/" + c,
		"/%E6%A0%AA/company/" + c:         publicURL + "/link/company/" + c,

		"/companies/" + c + "/connections/x/start": "",
		"/companies/x/connections/" + k + "/start": "",
		"/company/evil":                        "",
		"/evil.example/link":                   "",
		"/a/company/evil":                      "",
		"/company/" + c + "/more":              "",
		"/..%2F..%2Fevil.example/company/" + c: "",
		"/link/start/" + c + "/no":             "",
	} {
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "http://bowline.example"+path, nil))
		got := rec.Header().Get("Location")
		if got != want || (rec.Code == http.StatusMovedPermanently) != (want != "") {
			t.Errorf("%s: %d to %q, want %q", path, rec.Code, got, want)
		}
		if want != "" && rec.Header().Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: framing is not denied", path)
		}
		rec = httptest.NewRecorder()
		mux.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "http://bowline.example"+path, nil))
		if rec.Code < 400 {
			t.Errorf("POST %s: %d", path, rec.Code)
		}
	}
}

// TestKnownScanners: they see no data and touch nothing. Without a link.Service
// every page that reads something would panic.
func TestKnownScanners(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	(&Handler{Links: bowline.NewLinks(publicURL), Assets: &web.Assets{}}).Mount(mux)
	const id = "0197a5e0-0000-7000-8000-000000000001"
	agents := []string{
		"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
		"WhatsApp/2.23.20.0", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "TelegramBot (like TwitterBot)",
		"Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5", "LinkedInBot/1.0 (compatible; Mozilla/5.0)",
		"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/116.0 Safari/537.36",
	}
	for _, s := range scanners {
		if s.why == "" || s.agent != strings.ToLower(s.agent) {
			t.Errorf("%q would never be found, or nobody says why it is here", s.agent)
		}
		agents = append(agents, "Mozilla/5.0 (compatible; "+strings.ToUpper(s.agent)+"/1.0)")
	}
	for _, agent := range agents {
		for _, path := range []string{
			"/link/company/" + id, "/link/a/company/" + id, "/link/companies/" + id + "/connections/" + id + "/start",
			"/link/go", "/link/invite/" + id,
		} {
			r := httptest.NewRequest(http.MethodGet, publicURL+path, nil)
			r.Header.Set("User-Agent", agent)
			rec := httptest.NewRecorder()
			mux.ServeHTTP(rec, r)
			if rec.Code != http.StatusOK || rec.Body.String() != scannerPage || len(rec.Result().Cookies()) != 0 {
				t.Errorf("%s at %s: %d %s", agent, path, rec.Code, rec.Body)
			}
		}
	}
}

// TestBrowsersAreNotScanners: also those inside of the apps whose previews are.
func TestBrowsersAreNotScanners(t *testing.T) {
	t.Parallel()
	for _, agent := range []string{
		"",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/500.0;FBDV/iPhone]",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [LinkedInApp]/9.30",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/138.0 Mobile Safari/537.36 Instagram 380.0",
		"Mozilla/5.0 (Linux; Android 15; wv) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Mobile Safari/537.36 Telegram-Android/11.0",
		"Mozilla/5.0 (Macintosh) AppleWebKit/537.36 (KHTML, like Gecko) Slack_SSB/4.40 Chrome/138.0 Electron/36.0 Safari/537.36",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/138.0.0.0 Safari/537.36",
		"Mozilla/5.0 (Windows NT 10.0) Teams/24.1 Chrome/138.0 Safari/537.36",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Snapchat/13.0",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [Pinterest/iOS]",
	} {
		if isScanner(agent) {
			t.Errorf("a customer with %q sees nothing", agent)
		}
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	for header, want := range map[string][]string{
		"":                                   nil,
		"fr-CA":                              {"fr-CA"},
		"fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5": {"fr-CH", "fr", "en"},
		"en;q=0.1, de ; q=0.9":               {"de", "en"},
		"en;q=0":                             nil,
		"en;q=2, de;q=NaN, fr;q=-1, it;q=x":  nil,
		"<script>, en\x00, " + strings.Repeat("a", 40): nil,
		strings.Repeat("a,", 50):                       {"a", "a", "a", "a", "a", "a", "a", "a", "a", "a"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Language", header)
		if diff := cmp.Diff(want, languages(r)); diff != "" {
			t.Errorf("%q: %s", header, diff)
		}
	}
}

func TestDirection(t *testing.T) {
	t.Parallel()
	for locale, want := range map[string]string{"en-US": "ltr", "ar": "rtl", "ar-XB": "rtl", "he-IL": "rtl", "arn": "ltr", "": "ltr"} {
		if got := direction(locale); got != want {
			t.Errorf("%s: %s", locale, got)
		}
	}
}
