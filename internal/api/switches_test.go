package api_test

import (
	"slices"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestSwitchesAreRecorded: who let whom see or use what is in the history, with
// what it was; what was so before is no line.
func TestSwitchesAreRecorded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		ada := h.person("ada", bowline.RoleAdministrator)
		for _, step := range []struct{ target, body string }{
			{"/settings/companies", `{"ownedOnly":true}`}, {"/settings/companies", `{"ownedOnly":true}`}, {"/settings/companies", `{"ownedOnly":false}`},
			{"/settings/access", `{"credentials":true,"proxy":false,"export":false}`}, {"/settings/access", `{"credentials":true,"proxy":false,"export":false}`},
			{"/settings/access", `{"credentials":false,"proxy":true,"export":false}`},
		} {
			if got := h.as(ada, "PUT", step.target, step.body); got.status != 200 {
				t.Fatalf("%s: %d %s", step.target, got.status, got.body)
			}
		}
		list, err := s.StaffHistory(t.Context(), store.StaffLines{Instance: h.instance, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, line := range list {
			if line.Actor != bowline.ActorUser(ada.User) || line.ActorName != "Ada" {
				t.Errorf("%+v", line)
			}
			got = append(got, line.What+": "+line.Detail)
		}
		slices.Reverse(got)
		want := []string{
			"companies.ownedOnly: ownedOnly on", "companies.ownedOnly: ownedOnly off",
			"access.changed: export off, proxy off", "access.changed: credentials off, proxy on",
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
	})
}

// TestNobodyWaitsForAnotherInstancesCounts: while connections of one instance are
// counted, which may take long, the others have their lists.
func TestNobodyWaitsForAnotherInstancesCounts(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	release := api.HoldCounts(h.api, bowline.NewID(h.clock.Now()))
	defer release()
	h.must(200, "GET", "/settings/integrations", "")
}
