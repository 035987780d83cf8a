package server_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/server"
	"github.com/bowline/bowline/internal/store/storetest"
)

// do sends a request with a JSON body, "" for none.
func (r *running) do(t *testing.T, request, key, body string) (int, string) {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	req, err := http.NewRequestWithContext(t.Context(), method, r.URL()+"/api"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(key)))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// TestAccessInTheProduct goes from the configuration to the sandbox's API with
// everything in its place: permissions, switches, the grant's keeper and the
// counts that a stop must not lose.
func TestAccessInTheProduct(t *testing.T) {
	t.Parallel()
	dir, sealer := t.TempDir(), storetest.NewSealer(t)
	const key = "configured-key-of-the-operator"
	options := server.Options{DataDir: dir, Sealer: sealer, BootstrapAPIKey: key, Granted: bowline.Permissions()}
	r := start(t, options)
	status, text := r.do(t, "POST /companies", key, `{"name":"Harbour"}`)
	var made struct {
		ID bowline.ID `json:"id"`
	}
	if err := json.Unmarshal([]byte(text), &made); err != nil || status != 200 {
		t.Fatal(status, text, err)
	}
	connections := "/companies/" + string(made.ID) + "/connections"
	_, text = r.do(t, "POST "+connections, key, `{"platformKey":"wvtc"}`)
	if err := json.Unmarshal([]byte(text), &made); err != nil {
		t.Fatal(text, err)
	}
	connection := connections + "/" + string(made.ID)
	for _, step := range []struct {
		request, body string
		status        int
		says          string
	}{
		{"GET " + connection + "/credentials", "", 409, "not linked yet"},
		{"PUT " + connection + "/authorization", `{"store":"harbour-lane","key":"shop_demo2468"}`, 200, `"Linked"`},
		{"GET " + connection + "/credentials", "", 200, `"key":"shop_demo2468"`},
		{"GET " + connection + "/proxy/account", "", 200, `"currency"`},
		{"GET " + connection + "/proxy/account", "", 200, `"currency"`},
		{"GET " + connection + "/proxy/nothing", "", 404, ""},
		{"GET " + connection + "/proxy/%2e%2e/maple-pine.shops.example/account", "", 400, "dots"},
		{"GET " + connection + "/proxy/../../../../../companies", "", 400, "dots"},
		{"POST " + connection + "/proxy//evil.example/account", "{}", 400, "empty segment"},
		{"GET /companies//", "", 404, "NotFound"},
		{"GET " + connection + "/authorization", "", 200, `"store":"harbour-lane"`},
	} {
		if status, text := r.do(t, step.request, key, step.body); status != step.status || !strings.Contains(text, step.says) {
			t.Errorf("%s: %d %s", step.request, status, text)
		}
	}
	if log := r.log.String(); strings.Contains(log, "shop_demo2468") || strings.Contains(log, key) || strings.Contains(log, "proxy/account") || !strings.Contains(log, "/proxy/ ") {
		t.Error("a secret is in the log, or what a provider was asked for")
	}
	r.stopped(t)

	// The configuration takes back what it gave, and switches off for everybody.
	options.Granted, options.AccessOff = []bowline.Permission{bowline.PermissionProxy, bowline.PermissionCredentials}, []bowline.Permission{bowline.PermissionCredentials}
	r = start(t, options)
	for request, says := range map[string]string{
		"GET " + connection + "/authorization": "lacks the permission export",
		"GET " + connection + "/credentials":   "switched off on this deployment",
	} {
		if status, text := r.do(t, request, key, ""); status != 403 || !strings.Contains(text, says) {
			t.Errorf("%s: %d %s", request, status, text)
		}
	}
	if status, text := r.do(t, "GET "+connection+"/timeline", key, ""); status != 200 || !strings.Contains(text, `"permission":"proxy","requests":3,"failed":1`) {
		t.Errorf("%d %s", status, text)
	}
}
