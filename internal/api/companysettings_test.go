package api_test

import (
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestOwnedOnly lets people with limited roles see what they own, and nothing
// else, where the setting is on.
func TestOwnedOnly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		ada, bob := h.person("ada", bowline.RoleAnalyst), h.person("bob", bowline.RoleOnboarding)
		boss := h.person("boss", bowline.RoleAdministrator)
		foreign := h.company(`{"name":"foreign"}`)
		made := func(body string) string {
			got := h.as(ada, "POST", "/companies", body)
			_, rest, _ := strings.Cut(got.body, `"id":"`)
			if got.status != 200 || len(rest) < 36 {
				t.Fatalf("creation answers %d: %s", got.status, got.body)
			}
			return rest[:36]
		}
		before := made(`{"name":"before","owners":["` + string(bob.User) + `"]}`)
		if got := h.as(boss, "PUT", "/settings/companies", `{"ownedOnly":true}`); got.status != 200 {
			t.Fatalf("the setting answers %d: %s", got.status, got.body)
		}
		own := made(`{"name":"own"}`)
		for _, row := range []struct {
			who            string
			method, target string
			status         int
			want           string
		}{
			{"ada", "GET", "/directory", 200, `"total":1`},
			{"ada", "GET", "/directory", 200, own},
			{"ada", "GET", "/directory?q=" + foreign, 200, `"total":0`},
			{"ada", "GET", "/directory?owner=" + string(bob.User), 200, `"total":0`},
			{"ada", "GET", "/directory/counts", 200, `"total":1`},
			{"bob", "GET", "/directory", 200, before},
			{"boss", "GET", "/directory", 200, `"total":3`},
			{"boss", "GET", "/directory?owner=" + string(ada.User), 200, `"owners":[{"id":"` + string(ada.User)},
			{"ada", "GET", "/companies/" + own, 200, `"ownerUserIds":["` + string(ada.User)},
			{"ada", "GET", "/companies/" + foreign, 404, "No company exists"},
			{"ada", "PATCH", "/companies/" + before, 404, "No company exists"},
			{"ada", "DELETE", "/companies/" + foreign, 404, "No company exists"},
			{"ada", "POST", "/companies/" + foreign + "/links", 404, "No company exists"},
			{"ada", "GET", "/companies/" + foreign + "/connections", 404, "No company exists"},
			{"ada", "GET", "/companies", 403, "directory"},
			{"bob", "GET", "/companies/" + before, 200, `"name":"before"`},
			{"boss", "GET", "/companies/" + foreign, 200, `"name":"foreign"`},
			{"boss", "GET", "/companies", 200, `"totalResults":3`},
		} {
			body := ""
			if row.method == "PATCH" {
				body = `{"name":"taken"}`
			}
			caller := ada
			switch row.who {
			case "bob":
				caller = bob
			case "boss":
				caller = boss
			}
			got := h.as(caller, row.method, row.target, body)
			if got.status != row.status || !strings.Contains(got.body, row.want) {
				t.Errorf("%s: %s %s answers %d, want %d with %s: %s", row.who, row.method, row.target, got.status, row.status, row.want, got.body)
			}
		}
		if got := h.as(ada, "PUT", "/settings/companies", `{"ownedOnly":false}`); got.status != 403 {
			t.Errorf("who is limited switches it off: %d", got.status)
		}
		if got := h.call("PUT", "/settings/companies", `{"ownedOnly":false}`); got.status != 403 {
			t.Errorf("a key, which a developer can make, switches it off: %d", got.status)
		}
		// Relations lead neither to what others own, nor change it.
		relate := `{"name":"own","referenceParentCompany":{"id":"` + foreign + `"}}`
		for _, request := range []string{"POST /companies", "PUT /companies/" + own} {
			method, target, _ := strings.Cut(request, " ")
			if got := h.as(ada, method, target, relate); got.status != 403 || strings.Contains(got.body, `"foreign"`) {
				t.Errorf("%s with a parent of others answers %d: %s", request, got.status, got.body)
			}
		}
		if got := h.as(boss, "PUT", "/companies/"+own, strings.Replace(relate, `{"name`, `{"owners":["`+string(ada.User)+`"],"name`, 1)); got.status != 200 {
			t.Fatalf("the parent answers %d: %s", got.status, got.body)
		}
		for _, target := range []string{"/companies/" + own, "/directory"} {
			if got := h.as(ada, "GET", target, ""); got.status != 200 || strings.Contains(got.body, foreign) {
				t.Errorf("%s tells of the parent that others own: %d %s", target, got.status, got.body)
			}
		}
		for _, body := range []string{`{"owners":["` + foreign + `"]}`, `{"owners":["x"]}`} {
			if got := h.as(boss, "PATCH", "/companies/"+own, body); got.status != 400 || !strings.Contains(got.body, "owners") {
				t.Errorf("%s answers %d: %s", body, got.status, got.body)
			}
		}
		if got := h.as(boss, "PATCH", "/companies/"+own, `{"owners":[]}`); got.status != 200 || !strings.Contains(got.body, `"ownerUserIds":[]`) {
			t.Errorf("no owners: %d: %s", got.status, got.body)
		}
		if got := h.as(ada, "GET", "/directory", ""); !strings.Contains(got.body, `"total":0`) {
			t.Errorf("after her company was taken from her: %s", got.body)
		}
	})
}
