package hosted

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store"
)

// TestEmbeddedIsLetIn is the table of who gets a journey into a host page, and
// of what a browser is told.
func TestEmbeddedIsLetIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t, bowline.Profile{Name: "Lender", WhiteListURLs: []string{}}, bowline.DefaultLinkSettings())
	const origin = "https://app.fintech.example"
	must(t, h.store.Write(t.Context(), func(tx *store.Tx) error {
		return tx.PutAllowedOrigins(t.Context(), h.instance, bowline.AllowedOrigins{AllowedOrigins: []string{origin}})
	}))
	token, err := h.auth.IssueToken(h.instance, h.company, time.Hour)
	must(t, err)
	key, err := h.auth.CreateKey(t.Context(), h.instance, "Test")
	must(t, err)
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(key.Secret))
	path := "/sdk/companies/" + string(h.company) + "/journey"
	for name, tt := range map[string]struct {
		authorization, origin string
		status                int
		says                  string
	}{
		"a token from a registered origin": {"Bearer " + token, origin, 200, `"step":"main"`},
		"the origin in capitals":           {"Bearer " + token, "HTTPS://APP.fintech.example", 200, `"step":"main"`},
		"another origin":                   {"Bearer " + token, "https://evil.example", 403, "not registered"},
		"no token":                         {"", origin, 401, "company access token is required"},
		"a token that is none":             {"Bearer nonsense", origin, 401, "not valid or has expired"},
		"an API key":                       {basic, origin, 403, "must never reach a browser"},
	} {
		rec := h.visitor().send(http.MethodPost, path, link.Action{Action: link.ActBoot}, "Authorization", tt.authorization, "Origin", tt.origin)
		if rec.Code != tt.status || !strings.Contains(rec.Body.String(), tt.says) {
			t.Errorf("%s: %d %s", name, rec.Code, rec.Body)
		}
		if strings.Contains(rec.Body.String(), "Harbour Bakery") != (tt.status == 200) {
			t.Errorf("%s: the company is told of, or not: %s", name, rec.Body)
		}
		header := rec.Header()
		if header.Get("Access-Control-Allow-Origin") != tt.origin || header.Get("Access-Control-Allow-Credentials") != "" ||
			header.Get("Cache-Control") != "no-store" || len(rec.Result().Cookies()) > 0 {
			t.Errorf("%s: headers %v", name, header)
		}
	}
	rec := h.visitor().send(http.MethodOptions, path, nil, "Origin", origin, "Access-Control-Request-Method", "POST")
	if rec.Code != http.StatusNoContent || !strings.Contains(rec.Header().Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("preflight: %d %v", rec.Code, rec.Header())
	}
}
