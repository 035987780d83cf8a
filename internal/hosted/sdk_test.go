package hosted

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
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
	key, err := h.auth.CreateKey(t.Context(), auth.Caller{Instance: h.instance}, auth.NewAPIKey{Name: "Test"})
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

// TestConnectionsAreLetIn is the same for the Connections SDK, whose path names
// no company: a token is wanted even where Link does without.
func TestConnectionsAreLetIn(t *testing.T) {
	t.Parallel()
	settings := bowline.DefaultLinkSettings()
	settings.AllowTokenless = true
	h := newHouse(t, bowline.Profile{Name: "Lender", WhiteListURLs: []string{}}, settings)
	const origin = "https://app.fintech.example"
	must(t, h.store.Write(t.Context(), func(tx *store.Tx) error {
		return tx.PutAllowedOrigins(t.Context(), h.instance, bowline.AllowedOrigins{AllowedOrigins: []string{origin}})
	}))
	token, err := h.auth.IssueToken(h.instance, h.company, time.Hour)
	must(t, err)
	old, err := h.auth.IssueToken(h.instance, h.company, -time.Hour)
	must(t, err)
	gone, err := h.auth.IssueToken(h.instance, bowline.NewID(h.now), time.Hour)
	must(t, err)
	key, err := h.auth.CreateKey(t.Context(), auth.Caller{Instance: h.instance}, auth.NewAPIKey{Name: "Test"})
	must(t, err)
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(key.Secret))
	for name, tt := range map[string]struct {
		authorization, origin string
		action                string
		status                int
		says                  string
	}{
		"a token from a registered origin": {"Bearer " + token, origin, link.ActBoot, 200, `"step":"manage"`},
		"another origin":                   {"Bearer " + token, "https://evil.example", link.ActBoot, 403, "not registered"},
		"no origin":                        {"Bearer " + token, "", link.ActBoot, 403, "not registered"},
		"no token":                         {"", origin, link.ActBoot, 401, "company access token is required"},
		"an old token":                     {"Bearer " + old, origin, link.ActBoot, 401, "not valid or has expired"},
		"an API key":                       {basic, origin, link.ActBoot, 403, "must never reach a browser"},
		"a company that is gone":           {"Bearer " + gone, origin, link.ActBoot, 404, ""},
		"an action without a flow":         {"Bearer " + token, origin, link.ActConfirm, 410, ""},
	} {
		rec := h.visitor().send(http.MethodPost, link.ConnectionsPath, link.Action{Action: tt.action}, "Authorization", tt.authorization, "Origin", tt.origin)
		if rec.Code != tt.status || !strings.Contains(rec.Body.String(), tt.says) {
			t.Errorf("%s: %d %s", name, rec.Code, rec.Body)
		}
		header := rec.Header()
		if header.Get("Access-Control-Allow-Origin") != tt.origin || header.Get("Access-Control-Allow-Credentials") != "" ||
			header.Get("Cache-Control") != "no-store" || len(rec.Result().Cookies()) > 0 {
			t.Errorf("%s: headers %v", name, header)
		}
	}
	rec := h.visitor().send(http.MethodOptions, link.ConnectionsPath, nil, "Origin", origin, "Access-Control-Request-Method", "POST")
	if rec.Code != http.StatusNoContent || !strings.Contains(rec.Header().Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("preflight: %d %v", rec.Code, rec.Header())
	}
}

// TestHostedManageNeedsAPassword: the list is for the browser that spent one, on
// our own pages, and for no other.
func TestHostedManageNeedsAPassword(t *testing.T) {
	t.Parallel()
	settings := oneTimeLinks()
	settings.ManageConnections.Enabled = true
	h := newHouse(t, bowline.Profile{Name: "Lender", WhiteListURLs: []string{}}, settings)
	var unlinked []bowline.ID
	h.service.Unlink = func(_ context.Context, c bowline.Connection) error {
		unlinked = append(unlinked, c.ID)
		return nil
	}
	must(t, h.store.Write(t.Context(), func(tx *store.Tx) error {
		company, err := tx.LockCompany(t.Context(), h.instance, h.company)
		if err != nil {
			return err
		}
		c := company.DataConnections[0]
		if c.Status == bowline.Linked {
			return nil
		}
		return tx.MoveConnection(t.Context(), company, &c, bowline.TriggerLink,
			store.Change{Actor: bowline.ActorCustomer, Links: bowline.NewLinks(publicURL), Now: h.now})
	}))
	passwords, err := h.oneTime.Issue(t.Context(), []bowline.ID{h.company})
	must(t, err)
	v := h.visitor()
	address := "/link/company/" + string(h.company)
	opened := v.post(http.StatusOK, v.page(http.StatusOK, address), link.Action{Action: link.ActOpen, OTP: passwords[0]})
	if opened.Step != link.StepManage || len(opened.Manage.Connections) != 1 {
		t.Fatalf("the password leads to %s, %+v", opened.Step, opened.Manage)
	}
	if again := v.page(http.StatusOK, address); again.Step != link.StepManage {
		t.Errorf("loading the page again shows %s", again.Step)
	}
	detail := v.post(http.StatusOK, opened, link.Action{Action: link.ActDetails, ConnectionID: h.connection})
	asked := v.post(http.StatusOK, detail, link.Action{Action: link.ActDisconnect})
	// Another site's page, with this browser's cookies.
	rec := v.send(http.MethodPost, asked.Post, link.Action{Flow: asked.Flow, Action: link.ActConfirm}, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
	if rec.Code != http.StatusForbidden || len(unlinked) != 0 {
		t.Errorf("from another site: %d, ended %v", rec.Code, unlinked)
	}
	// Another browser, with the flow.
	if got := h.visitor().post(http.StatusOK, asked, link.Action{Action: link.ActConfirm}); got.Step != link.StepMain || len(unlinked) != 0 {
		t.Errorf("in another browser: %s, ended %v", got.Step, unlinked)
	}
	v.post(http.StatusOK, asked, link.Action{Action: link.ActConfirm})
	if len(unlinked) != 1 || unlinked[0] != h.connection {
		t.Errorf("ended %v", unlinked)
	}
}
