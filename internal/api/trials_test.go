package api_test

import (
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestIntegrationTests asks for tests and their results; the sign-in itself is
// played where there is a browser's half (package server).
func TestIntegrationTests(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		begun := h.must(201, "POST", "/integrations/mqjo/tests", `{}`)
		address, _ := begun["url"].(string)
		if !strings.HasPrefix(address, publicURL+"/link/trial?ticket=") {
			t.Errorf("the address is %q", address)
		}
		test := id(t, begun)
		waiting := h.must(200, "GET", "/integrations/mqjo/tests/"+test, "")
		if waiting["status"] != "waiting" || waiting["id"] != test {
			t.Errorf("%v", waiting)
		}

		// Keys are tried at once.
		tried := h.must(201, "POST", "/integrations/wvtc/tests", `{"inputs":{"store":"harbour-lane","key":"shop_demo2468"}}`)
		if tried["url"] != nil {
			t.Errorf("%v", tried)
		}
		result := h.call("GET", "/integrations/wvtc/tests/"+id(t, tried), "")
		if result.status != 200 || !strings.Contains(result.body, `"name":"X-Shop-Key","value":"[masked, 13 characters]"`) ||
			!strings.Contains(result.body, `"status":"failed"`) || strings.Contains(result.body, "shop_demo2468") {
			t.Errorf("%d %s", result.status, result.body)
		}

		for _, row := range []struct {
			method, path, body string
			status             int
		}{
			{"POST", "/integrations/none/tests", `{}`, 404},
			{"POST", "/integrations/wvtc/tests", `{"inputs":{"store":"harbour-lane"}}`, 400},
			{"POST", "/integrations/mqjo/tests", `{"inputs":[]}`, 400},
			{"GET", "/integrations/mqjo/tests/x", "", 404},
			{"GET", "/integrations/aiwb/tests/" + test, "", 404},
			{"GET", "/integrations/mqjo/tests/" + string(h.instance), "", 404},
		} {
			if got := h.call(row.method, row.path, row.body); got.status != row.status {
				t.Errorf("%s %s: %d, want %d: %s", row.method, row.path, got.status, row.status, got.body)
			}
		}
	})
}
