package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

func TestCompanyReferences(t *testing.T) {
	const portal = `"links":{"portal":"https://bowline.example/portal/companies/`
	others := func(h *harness, ids map[string]string) {
		other := newHarness(h.t, h.store)
		ids["foreign"] = other.company(`{"name":"Foreign"}`)
		var list strings.Builder
		for i := range 101 {
			fmt.Fprintf(&list, `,{"id":"5d0c7a0e-2f5b-4c1e-9a51-6b1f0c7d2%03d"}`, i)
		}
		ids["many"] = list.String()[1:]
	}
	play(t, []row{
		{"group", "POST /companies", `{"name":"Group"}`, 200, nil, []string{"Parent"}, []string{"company.created"}, "group"},
		{"kiosk", "POST /companies", `{"name":"Kiosk","description":"At the pier","tags":{"region":"emea"}}`, 200, nil, nil, []string{"company.created"}, "kiosk"},
		{"bakery", "POST /companies", `{"name":"Bakery","referenceParentCompany":{"id":"$group","name":"sekret","links":{}},"referenceSubsidiaryCompanies":[{"id":"$kiosk"},{"id":"$kiosk","tags":null}]}`, 200,
			[]string{`"referenceParentCompany":{"id":"$group","name":"Group",` + portal + `$group/summary"}}`,
				`"referenceSubsidiaryCompanies":[{"id":"$kiosk","name":"Kiosk","description":"At the pier",` + portal + `$kiosk/summary"},"tags":{"region":"emea"}}]`},
			[]string{"sekret"}, []string{"company.created"}, "bakery"},
		{"read", "GET /companies/$bakery", "", 200, []string{`"referenceParentCompany":{"id":"$group","name":"Group"`, `"referenceSubsidiaryCompanies":[{"id":"$kiosk","name":"Kiosk"`}, nil, nil, ""},
		{"parent's side", "GET /companies/$group", "", 200, []string{`"referenceSubsidiaryCompanies":[{"id":"$bakery","name":"Bakery",` + portal + `$bakery/summary"}}]`}, []string{"Parent"}, nil, ""},
		{"subsidiary's side", "GET /companies/$kiosk", "", 200, []string{`"referenceParentCompany":{"id":"$bakery","name":"Bakery"`, `"referenceSubsidiaryCompanies":[]`}, nil, nil, ""},

		{"unknown parent", "POST /companies", `{"name":"A","referenceParentCompany":{"id":"` + unknownID + `"}}`, 400, []string{"referenceParentCompany names a company that does not exist.", `"itemId":"referenceParentCompany"`}, []string{unknownID}, nil, ""},
		{"foreign parent", "POST /companies", `{"name":"A","referenceParentCompany":{"id":"$foreign"}}`, 400, []string{"does not exist"}, nil, nil, ""},
		{"malformed parent", "POST /companies", `{"name":"A","referenceParentCompany":{"id":"sekret"}}`, 400, []string{"does not exist"}, []string{"sekret"}, nil, ""},
		{"empty parent", "POST /companies", `{"name":"A","referenceParentCompany":{"id":""}}`, 400, []string{"does not exist"}, nil, nil, ""},
		{"parent without id", "POST /companies", `{"name":"A","referenceParentCompany":{"name":"Group"}}`, 400, []string{"referenceParentCompany", "id"}, nil, nil, ""},
		{"parent as text", "POST /companies", `{"name":"A","referenceParentCompany":"$group"}`, 400, []string{"referenceParentCompany: expected object"}, nil, nil, ""},
		{"unknown subsidiary", "POST /companies", `{"name":"A","referenceSubsidiaryCompanies":[{"id":"` + unknownID + `"}]}`, 400, []string{"referenceSubsidiaryCompanies names a company that does not exist."}, nil, nil, ""},
		{"malformed subsidiary", "POST /companies", `{"name":"A","referenceSubsidiaryCompanies":[{"id":"x"}]}`, 400, []string{"does not exist"}, nil, nil, ""},
		{"null subsidiary", "POST /companies", `{"name":"A","referenceSubsidiaryCompanies":[null]}`, 400, []string{"referenceSubsidiaryCompanies"}, nil, nil, ""},
		{"too many subsidiaries", "POST /companies", `{"name":"A","referenceSubsidiaryCompanies":[$many]}`, 400, []string{"referenceSubsidiaryCompanies", "100"}, nil, nil, ""},
		{"another's subsidiary", "POST /companies", `{"name":"A","referenceSubsidiaryCompanies":[{"id":"$kiosk"}]}`, 400, []string{"another parent"}, nil, nil, ""},
		{"parent and subsidiary", "POST /companies", `{"name":"A","referenceParentCompany":{"id":"$group"},"referenceSubsidiaryCompanies":[{"id":"$group"}]}`, 400, []string{"both the parent and a subsidiary"}, nil, nil, ""},
		{"nulls are nothing", "POST /companies", `{"name":"Null","referenceParentCompany":null,"referenceSubsidiaryCompanies":null}`, 200, nil, []string{"Parent"}, []string{"company.created"}, "null"},
		{"not with patch", "PATCH /companies/$bakery", `{"referenceParentCompany":{"id":"$kiosk"}}`, 400, []string{"unexpected property"}, nil, nil, ""},

		{"put leaves them", "PUT /companies/$bakery", `{"name":"Baker"}`, 200, []string{`{"id":"$group"`, `[{"id":"$kiosk"`}, nil, nil, ""},
		{"renamed for the parent", "GET /companies/$group", "", 200, []string{`[{"id":"$bakery","name":"Baker"`}, []string{"Bakery"}, nil, ""},
		{"renamed for the list", "GET /companies?query=name%3Dkiosk", "", 200, []string{`"referenceParentCompany":{"id":"$bakery","name":"Baker",` + portal}, nil, nil, ""},
		{"put on itself", "PUT /companies/$bakery", `{"name":"Baker","referenceParentCompany":{"id":"$bakery"}}`, 400, []string{"its own parent"}, nil, nil, ""},
		{"put below itself", "PUT /companies/$bakery", `{"name":"Baker","referenceSubsidiaryCompanies":[{"id":"$bakery"}]}`, 400, []string{"its own subsidiary"}, nil, nil, ""},
		{"put the child on top", "PUT /companies/$bakery", `{"name":"Baker","referenceParentCompany":{"id":"$kiosk"}}`, 400, []string{"both the parent and a subsidiary"}, nil, nil, ""},
		{"put the parent below", "PUT /companies/$bakery", `{"name":"Baker","referenceSubsidiaryCompanies":[{"id":"$group"}]}`, 400, []string{"both the parent and a subsidiary"}, nil, nil, ""},
		{"a refusal changes nothing", "GET /companies/$bakery", "", 200, []string{`"name":"Baker"`, `{"id":"$group"`, `[{"id":"$kiosk"`}, nil, nil, ""},
		{"put another list", "PUT /companies/$bakery", `{"name":"Baker","referenceSubsidiaryCompanies":[{"id":"$null"}]}`, 200, []string{`{"id":"$group"`, `[{"id":"$null"`}, []string{"$kiosk"}, nil, ""},
		{"left out", "GET /companies/$kiosk", "", 200, nil, []string{"Parent"}, nil, ""},
		{"put another parent", "PUT /companies/$bakery", `{"name":"Baker","referenceParentCompany":{"id":"$kiosk"}}`, 200, []string{`{"id":"$kiosk"`}, []string{"$group"}, nil, ""},
		{"former parent", "GET /companies/$group", "", 200, []string{`"referenceSubsidiaryCompanies":[]`}, nil, nil, ""},
		{"put on an unknown company", "PUT /companies/" + unknownID, `{"name":"A","referenceParentCompany":{"id":"$group"}}`, 404, nil, nil, nil, ""},
		{"products leave them", "PUT /companies/$bakery/products/lending", "", 204, nil, nil, []string{"company.product.added"}, ""},
		{"patch leaves them", "PATCH /companies/$bakery", `{"name":"Bakery"}`, 200, []string{`{"id":"$kiosk"`, `[{"id":"$null"`}, nil, nil, ""},

		{"delete", "DELETE /companies/$bakery", "", 204, nil, nil, []string{"company.deleted"}, ""},
		{"gone for the parent", "GET /companies/$kiosk", "", 200, []string{`"referenceSubsidiaryCompanies":[]`}, []string{"$bakery"}, nil, ""},
		{"gone for the subsidiary", "GET /companies/$null", "", 200, nil, []string{"$bakery", "Parent"}, nil, ""},
		{"free for another parent", "PUT /companies/$group", `{"name":"Group","referenceSubsidiaryCompanies":[{"id":"$kiosk"},{"id":"$null"}]}`, 200, []string{`[{"id":"$kiosk"`, `{"id":"$null"`}, nil, nil, ""},
		{"an empty list ends them", "PUT /companies/$group", `{"name":"Group","referenceSubsidiaryCompanies":[]}`, 200, []string{`"referenceSubsidiaryCompanies":[]`}, nil, nil, ""},
		{"no parent any more", "GET /companies/$null", "", 200, nil, []string{"Parent"}, nil, ""},
	}, others)
}

// TestReferencesInEvents: the events of creation and deletion say what the
// company is related to, with names and links.
func TestReferencesInEvents(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		parent := h.company(`{"name":"Group"}`)
		company := h.company(`{"name":"Bakery","referenceParentCompany":{"id":"` + strings.ToUpper(parent) + `"}}`)
		h.must(http.StatusNoContent, "DELETE", "/companies/"+company, "")
		list, err := s.Events(t.Context(), h.instance, 0, 10)
		if err != nil || len(list) != 3 {
			t.Fatalf("%d events, %v", len(list), err)
		}
		want := `"referenceParentCompany":{"id":"` + parent + `","name":"Group","links":{"portal":"https://bowline.example/portal/companies/` + parent + `/summary"}}`
		for i, e := range list {
			payload := string(e.Payload)
			if strings.Contains(payload, want) != (i > 0) || strings.Contains(payload, "Subsidiary") {
				t.Errorf("%s: %s", e.EventType, payload)
			}
		}
	})
}

func TestUnicodeNames(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	for unicode, want := range map[bool]string{false: "Caf Zo", true: "Café Zoë"} {
		h := newHarness(t, s, func(o *api.Options) { o.UnicodeNames = unicode })
		const body = `{"name":"Café <Zoë>"}`
		created := h.must(200, "POST", "/companies", body)
		path := "/companies/" + id(t, created)
		for what, answer := range map[string]map[string]any{
			"POST": created, "PUT": h.must(200, "PUT", path, body), "PATCH": h.must(200, "PATCH", path, body),
		} {
			if answer["name"] != want {
				t.Errorf("unicode %t: %s names it %q, want %q", unicode, what, answer["name"], want)
			}
		}
	}
}
