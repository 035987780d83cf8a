package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/server"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestNoticesInTheProduct: the guide says where the provider's notices go, they
// are taken there once their key is set up, and only signed.
func TestNoticesInTheProduct(t *testing.T) {
	t.Parallel()
	const key = "configured-key-of-the-operator"
	r := start(t, server.Options{DataDir: t.TempDir(), Sealer: storetest.NewSealer(t), BootstrapAPIKey: key, Granted: bowline.Permissions()})
	guide := func(integration string) (path string) {
		t.Helper()
		_, text := r.do(t, "GET /integrations/"+integration+"/guide", key, "")
		var said struct{ NoticeURL, Notices string }
		if err := json.Unmarshal([]byte(text), &said); err != nil || said.Notices == "" {
			t.Fatalf("%s: %v", text, err)
		}
		at := strings.Index(said.NoticeURL, "/hooks/")
		return said.NoticeURL[at:]
	}
	call := func(method, path string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, r.URL()+path, strings.NewReader(`{"type":"oauth.authorization.revoked","merchant_id":"M1"}`))
		if err != nil {
			t.Fatal(err)
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
	square := guide("zsth")
	if status, text := call(http.MethodPost, square); status != http.StatusNotFound || !strings.Contains(text, "correlationId") {
		t.Errorf("without a key: %d %s", status, text)
	}
	if status, text := r.do(t, "PUT /integrations/zsth/setup", key,
		`{"enabled":true,"clients":{"":{"clientId":"a","clientSecret":"b"}},"values":{"noticeKey":"sekret"}}`); status != http.StatusOK || strings.Contains(text, "sekret") {
		t.Fatal(status, text)
	}
	if status, text := call(http.MethodPost, square); status != http.StatusUnauthorized {
		t.Errorf("unsigned: %d %s", status, text)
	}
	if status, text := call(http.MethodGet, guide("qhyg")+"?realmId=1"); status != http.StatusOK || !strings.Contains(text, "QuickBooks Online is disconnected") {
		t.Errorf("a browser gets %d %s", status, text)
	}
	if status, _ := call(http.MethodGet, "/hooks/"); status != http.StatusNotFound {
		t.Errorf("the area itself: %d", status)
	}
}
