package api_test

import (
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestErasures reads the proofs of what was deleted.
func TestErasures(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		read := func(target string) string {
			t.Helper()
			got := h.call("GET", target, "")
			if got.status != 200 {
				t.Fatalf("%s answers %d", target, got.status)
			}
			return got.body
		}
		company := h.company(`{"name":"alpha"}`)
		first, second := h.linked(company, "mqjo"), h.connection(company, "aiwb")
		if got := read("/erasures"); !strings.Contains(got, `"results":[]`) {
			t.Errorf("before anything was deleted: %s", got)
		}
		h.must(200, "DELETE", "/companies/"+company+"/connections/"+first, "")
		h.must(204, "DELETE", "/companies/"+company, "")
		all := read("/erasures")
		for _, want := range []string{
			`"totalResults":3`, `"number":1`, `"kind":"connection"`, `"connectionId":"` + first + `"`, `"connectionId":"` + second + `"`,
			`"kind":"company"`, `"companyId":"` + company + `"`, `"grants":1`, `"actor":"key:`, `"grantOutcome":"waiting"`,
		} {
			if !strings.Contains(all, want) {
				t.Errorf("%s is not in %s", want, all)
			}
		}
		if got := read("/erasures?page=2&pageSize=2"); !strings.Contains(got, `"number":3`) || strings.Contains(got, `"number":2`) {
			t.Errorf("the second page: %s", got)
		}
		if got := read("/erasures/check"); !strings.Contains(got, `"count":3`) || !strings.Contains(got, `"intact":true`) {
			t.Errorf("check: %s", got)
		}
		storetest.Tamper(t, s, `DELETE FROM erasures WHERE seq = 2`)
		if got := read("/erasures/check"); !strings.Contains(got, `{"number":2,"problem":"missing"}`) || strings.Contains(got, `"intact":true`) {
			t.Errorf("check of what was tampered with: %s", got)
		}
		if traces := storetest.Traces(t, s, company); len(traces) != 1 || traces[0] != "revocations" {
			t.Errorf("the company is still in %v", traces)
		}
		if check, err := s.CheckErasures(t.Context(), bowline.NewID(h.clock.Now())); err != nil || check.Count != 0 {
			t.Errorf("of another instance: %+v, %v", check, err)
		}
	})
}
