package api_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestDirectory looks through companies.
func TestDirectory(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		alpha := h.company(`{"name":"Harbour Bakery","tags":{"region":"north"}}`)
		beta := h.company(`{"name":"Orchard Books","referenceParentCompany":{"id":"` + alpha + `"}}`)
		linked := h.linked(alpha, "mqjo")
		h.connection(beta, "aiwb")
		for folded := 0; folded < 2; folded++ {
			for _, row := range []struct {
				query string
				want  []string
				not   []string
			}{
				{"", []string{`"total":2`, `"totalIsExact":true`, alpha, beta, `"status":"Linked"`, `"status":"Pending"`, linked, `"building":false`}, nil},
				{"?limit=1", []string{`"total":2`, beta, `"next":"`}, []string{`"subsidiaries":1`}},
				{"?q=HARB", []string{`"total":1`, alpha, `"match":["name"]`}, []string{`"id":"` + beta}},
				{"?q=" + linked, []string{`"total":1`, `"id":"` + alpha, `"match":["connectionId"]`}, nil},
				{"?q=" + linked[20:], []string{`"total":1`, `"id":"` + alpha}, nil},
				{"?tag=region:north", []string{`"total":1`, alpha}, nil},
				{"?status=Pending", []string{`"total":1`, `"id":"` + beta, `"parent":{"id":"` + alpha + `","name":"Harbour Bakery"}`}, nil},
				{"?status=Pending,Linked", []string{`"total":2`}, nil},
				{"?integration=aiwb", []string{`"total":1`, `"id":"` + beta}, nil},
				{"?parent=" + alpha, []string{`"total":1`, `"id":"` + beta}, nil},
				{"?owner=" + alpha, []string{`"total":0`, `"results":[]`}, nil},
				{"?sort=name&limit=1", []string{`"id":"` + alpha}, nil},
				{"?q=" + url.QueryEscape(`" OR * '; --`), []string{`"total":0`}, nil},
				{"/counts", []string{`"total":2`, `"Linked":1`, `"Pending":1`, `"Partial":0`, `"NoConnections":0`}, nil},
			} {
				got := h.call("GET", "/directory"+row.query, "")
				if got.status != 200 {
					t.Errorf("%q answers %d: %s", row.query, got.status, got.body)
				}
				for _, want := range row.want {
					if !strings.Contains(got.body, want) {
						t.Errorf("%q: %s is not in %s", row.query, want, got.body)
					}
				}
				for _, not := range row.not {
					if strings.Contains(got.body, not) {
						t.Errorf("%q: %s is in %s", row.query, not, got.body)
					}
				}
			}
			for n := 1; n > 0; {
				var err error
				if n, err = s.FoldDirectory(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		nul, err := json.Marshal("a\x00b")
		if err != nil {
			t.Fatal(err)
		}
		byName, err := base64.RawURLEncoding.DecodeString(h.cursor("/directory?limit=1&sort=name"))
		if err != nil {
			t.Fatal(err)
		}
		withNUL := regexp.MustCompile(`"s":"[^"]*"`).ReplaceAllLiteralString(string(byName), `"s":`+string(nul))
		if withNUL == string(byName) {
			t.Fatalf("no text in the cursor %s", byName)
		}
		for _, query := range []string{
			"?sort=name&limit=1&cursor=" + base64.RawURLEncoding.EncodeToString([]byte(withNUL)),
			"?status=Odd", "?tag=region", "?tag=:x", "?owner=x", "?parent=x", "?sort=size", "?limit=0", "?limit=101", "?cursor=x", "?cursor=bnVsbA",
			"?q=" + strings.Repeat("x", 201), "?q=%00", "?sort=name&cursor=" + h.cursor("/directory?limit=1"), "?cursor=" + strings.Repeat("A", 10_000),
		} {
			if got := h.call("GET", "/directory"+query, ""); got.status != 400 {
				t.Errorf("%.60q answers %d: %s", query, got.status, got.body)
			}
		}
	})
}

// cursor reads where the next page begins.
func (h *harness) cursor(target string) string {
	h.t.Helper()
	next, ok := h.must(200, "GET", target, "")["next"].(string)
	if !ok {
		h.t.Fatal("there is no next page")
	}
	return next
}

// TestCompanyPage reads what the page of a company shows.
func TestCompanyPage(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		company := h.company(`{"name":"alpha"}`)
		linked, pending := h.linked(company, "mqjo"), h.connection(company, "aiwb")
		storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertConsent(ctx, bowline.Consent{
				ID: bowline.NewID(h.clock.Now()), InstanceID: h.instance, CompanyID: bowline.ID(company), ConnectionID: bowline.ID(linked),
				IntegrationKey: "mqjo", Kind: bowline.ConsentConnect, Text: "I agree", TextVersion: "v", Locale: "en-US", GrantedAt: h.clock.Now(),
			})
		})
		contains := func(body string, wants ...string) {
			t.Helper()
			for _, want := range wants {
				if !strings.Contains(body, want) {
					t.Errorf("%s is not in %s", want, body)
				}
			}
		}
		contains(h.call("GET", "/companies/"+company+"/consents", "").body, `"text":"I agree"`, `"connectionId":"`+linked+`"`, `"dataTypes":[]`)
		h.must(200, "DELETE", "/companies/"+company+"/connections/"+pending, "")
		contains(h.call("GET", "/companies/"+company+"/activity", "").body,
			`"kind":"erased"`, `"kind":"consent"`, `"kind":"state"`, `"kind":"created"`, `"to":"Linked"`, `"actor":"key:`)
		contains(h.call("POST", "/companies/"+company+"/links", "").body,
			`"hosted":"`+publicURL+`/link/company/`+company+`"`, `"connectionId":"`+linked+`"`, `/connections/`+linked+`/start"`)
		for _, target := range []string{"/companies/" + string(bowline.NewID(h.clock.Now())) + "/activity", "/companies/x/consents"} {
			h.must(404, "GET", target, "")
		}
		h.must(400, "GET", "/companies/"+company+"/activity?cursor=x", "")
	})
}
