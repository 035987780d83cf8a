package server_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/server"
)

// TestTrialOfAnIntegration goes the whole way of a test of an integration: the
// API begins it, a browser signs in at the sandbox, the API tells what went over
// the wire.
func TestTrialOfAnIntegration(t *testing.T) {
	t.Parallel()
	r := start(t, server.Options{DataDir: t.TempDir()})
	key := r.Welcome().APIKey
	call := func(method, path, body string, into any) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, r.URL()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(key)))
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if response.StatusCode >= 300 {
			t.Fatalf("%s %s: %d", method, path, response.StatusCode)
		}
		if err := json.NewDecoder(response.Body).Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	var begun struct{ ID, URL string }
	call("POST", "/api/integrations/mqjo/tests", `{}`, &begun)

	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	signIn, err := browser.Get(begun.URL)
	if err != nil {
		t.Fatal(err)
	}
	signIn.Body.Close()
	form := signIn.Request.URL.Query() // where the redirects have led
	if signIn.Request.URL.Path != "/sandbox/authorize" || form.Get("state") == "" {
		t.Fatalf("the browser is at %s", signIn.Request.URL.Path)
	}
	state := form.Get("state")
	form.Set("account", "robin")
	form.Set("decision", "allow")
	end, err := browser.PostForm(r.URL()+"/sandbox/authorize", form)
	if err != nil {
		t.Fatal(err)
	}
	defer end.Body.Close()
	text, _ := io.ReadAll(end.Body)
	if end.Request.URL.String() != r.URL()+"/link/trial/over" || !strings.Contains(string(text), "The test is over; you can close this tab.") {
		t.Errorf("the browser ends at %s: %s", end.Request.URL, text)
	}
	if policy := end.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("the policy of the page is %q", policy)
	}

	var result struct {
		Status string
		Steps  []struct{ Name, Outcome, Detail string }
		Hops   []struct{ Kind, Method, URL, RequestBody, ResponseBody string }
	}
	call("GET", "/api/integrations/mqjo/tests/"+begun.ID, "", &result)
	if result.Status != "done" {
		t.Errorf("%s: %+v", result.Status, result.Steps)
	}
	var shown strings.Builder
	for _, hop := range result.Hops {
		shown.WriteString(hop.Kind + " " + hop.Method + " " + hop.URL + "\n" + hop.RequestBody + "\n" + hop.ResponseBody + "\n")
	}
	for _, want := range []string{
		"authorization redirect GET " + r.URL() + "/sandbox/authorize?", "callback GET " + r.URL() + "/oauth/callback/mqjo?code=[masked, ",
		"code_verifier=[masked, 43 characters]", "grant_type=refresh_token", `"access_token":"[masked`, "POST " + r.URL() + "/sandbox/revoke",
	} {
		if !strings.Contains(shown.String(), want) {
			t.Errorf("%s is not shown in\n%s", want, shown.String())
		}
	}
	if strings.Contains(shown.String(), state) || strings.Contains(r.log.String(), state) || strings.Contains(r.log.String(), url.QueryEscape(begun.URL[strings.Index(begun.URL, "=")+1:])) {
		t.Error("a secret is shown or logged")
	}
}
