package sandbox

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestShop(t *testing.T) {
	t.Parallel()
	p := start(t).p
	for name, c := range map[string]struct {
		host, key string
		status    int
		want      string
	}{
		"right":            {"harbour-lane.shops.example", "shop_demo2468", 200, `"name":"Harbour Lane Coffee Beans"`},
		"another shop":     {"Maple-Pine.shops.example", "shop_demo2468", 200, `"currency":"CAD"`},
		"wrong key":        {"harbour-lane.shops.example", "shop_demo2469", 401, "wrong_key"},
		"no key":           {"harbour-lane.shops.example", "", 401, "wrong_key"},
		"no such shop":     {"harbor-lane.shops.example", "shop_demo2468", 404, "no_such_shop"},
		"another domain":   {"harbour-lane", "shop_demo2468", 404, "no_such_shop"},
		"nothing":          {".shops.example", "shop_demo2468", 404, "no_such_shop"},
		"always closed":    {"resting.shops.example", "shop_demo2468", 503, "closed"},
		"key in the query": {"harbour-lane.shops.example", "", 401, "wrong_key"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/sandbox/shop/"+c.host+"/account?key=shop_demo2468", nil)
		if c.key != "" {
			r.Header.Set("X-Shop-Key", c.key)
		}
		rec := httptest.NewRecorder()
		p.Handler().ServeHTTP(rec, r)
		if rec.Code != c.status || !strings.Contains(rec.Body.String(), c.want) {
			t.Errorf("%s: %d %s", name, rec.Code, rec.Body)
		}
	}
}
