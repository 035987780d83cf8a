package api_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// grown is a company with children and a grandchild, each with a grant.
func (h *harness) grown() (group, bakery, kiosk, stall string) {
	h.t.Helper()
	below := func(name, parent string) string {
		return h.company(`{"name":"` + name + `","referenceParentCompany":{"id":"` + parent + `"}}`)
	}
	group = h.company(`{"name":"Group"}`)
	bakery, kiosk = below("Bakery", group), below("Kiosk", group)
	stall = below("Stall", bakery)
	for _, id := range []string{group, bakery, stall} {
		h.linked(id, "mqjo")
	}
	return group, bakery, kiosk, stall
}

// TestDeleteFamily: those below a company go with it where the caller says how
// many they are, by the same way as when each is deleted alone.
func TestDeleteFamily(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		ada := h.person("ada", bowline.RoleAdministrator)
		group, bakery, kiosk, stall := h.grown()
		holding := h.company(`{"name":"Holding","referenceSubsidiaryCompanies":[{"id":"` + group + `"}]}`)
		for _, wrong := range []int{1, 2, 4} {
			got := h.as(ada, "DELETE", fmt.Sprintf("/companies/%s?subsidiaries=%d", group, wrong), "")
			if got.status != 409 || !strings.Contains(got.body, "not those that you saw") {
				t.Errorf("%d: %d %s", wrong, got.status, got.body)
			}
		}
		h.must(400, "DELETE", "/companies/"+group+"?subsidiaries=-1", "")
		h.must(404, "DELETE", "/companies/"+unknownID+"?subsidiaries=1", "")
		if got := h.as(ada, "DELETE", "/companies/"+group+"?subsidiaries=3", ""); got.status != 204 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		for _, gone := range []string{group, bakery, kiosk, stall} {
			h.must(404, "GET", "/companies/"+gone, "")
			for _, left := range storetest.Traces(t, s, gone) {
				if left != "revocations" {
					t.Errorf("%s is still in %s", gone, left)
				}
			}
		}
		if left := h.must(200, "GET", "/companies/"+holding, ""); len(left["referenceSubsidiaryCompanies"].([]any)) != 0 {
			t.Errorf("the parent above still names it: %v", left)
		}
		proofs := h.call("GET", "/erasures", "").body
		for want, times := range map[string]int{`"kind":"company"`: 4, `"kind":"connection"`: 3, `"grantOutcome":"waiting"`: 3} {
			if got := strings.Count(proofs, want); got != times {
				t.Errorf("%s stands %d times in the proofs, want %d: %s", want, got, times, proofs)
			}
		}
		if check := h.call("GET", "/erasures/check", "").body; !strings.Contains(check, `"intact":true`) {
			t.Errorf("the chain: %s", check)
		}
		events, err := s.Events(t.Context(), h.instance, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, e := range events {
			if e.EventType == bowline.CompanyDeleted {
				told = append(told, string(e.CompanyID))
			}
		}
		if len(told) != 4 || told[0] != stall || told[3] != group {
			t.Errorf("told of %v", told)
		}
	})
}

// TestDeleteFamilyKeepsOthers: without the number nothing but the company goes,
// and somebody who sees only what they own takes nobody else's along.
func TestDeleteFamilyKeepsOthers(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	ada, ana := h.person("ada", bowline.RoleAdministrator), h.person("ana", bowline.RoleAnalyst)
	group, bakery, kiosk, stall := h.grown()
	own := func(id string) { h.must(200, "PATCH", "/companies/"+id, `{"owners":["`+string(ana.User)+`"]}`) }
	for _, id := range []string{group, bakery, stall} {
		own(id)
	}
	if got := h.as(ada, "PUT", "/settings/companies", `{"ownedOnly":true}`); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := h.as(ana, "DELETE", "/companies/"+group+"?subsidiaries=3", ""); got.status != 403 || !strings.Contains(got.body, "other owners") {
		t.Errorf("with somebody else's: %d %s", got.status, got.body)
	}
	own(kiosk)
	if got := h.as(ana, "DELETE", "/companies/"+bakery, ""); got.status != 204 {
		t.Errorf("alone: %d %s", got.status, got.body)
	}
	if left := h.must(200, "GET", "/companies/"+stall, ""); left["referenceParentCompany"] != nil {
		t.Errorf("what belonged to it: %v", left)
	}
	if got := h.as(ana, "DELETE", "/companies/"+group+"?subsidiaries=1", ""); got.status != 204 {
		t.Errorf("all their own: %d %s", got.status, got.body)
	}
	h.must(404, "GET", "/companies/"+kiosk, "")
}

// TestDeleteFamilyInBounds: what one transaction should not hold is refused in a
// sentence, and companies that belong to each other in a circle come to an end.
func TestDeleteFamilyInBounds(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		parse := func(id string) bowline.ID {
			t.Helper()
			parsed, err := bowline.ParseID(id)
			if err != nil {
				t.Fatal(err)
			}
			return parsed
		}
		children := func(parent string, n int) (last string) {
			t.Helper()
			err := s.Write(t.Context(), func(tx *store.Tx) error {
				for i := range n {
					c := storetest.NewCompany(h.instance, fmt.Sprint("Child ", i))
					c.ID = bowline.NewID(h.clock.Now())
					if err := tx.Relate(context.Background(), &c, bowline.Relations{Parent: parse(parent)}); err != nil {
						return err
					}
					if err := tx.InsertCompany(context.Background(), c); err != nil {
						return err
					}
					last = string(c.ID)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			return last
		}
		group := h.company(`{"name":"Group"}`)
		at := group
		for range 3 {
			at = children(at, 67)
		}
		got := h.call("DELETE", "/companies/"+group+"?subsidiaries=201", "")
		if got.status != 409 || !strings.Contains(got.body, "More than 200 companies belong to this one") {
			t.Fatalf("%d %s", got.status, got.body)
		}
		h.must(204, "DELETE", "/companies/"+at, "")
		h.must(204, "DELETE", "/companies/"+group+"?subsidiaries=200", "")

		first := h.company(`{"name":"First"}`)
		second := h.company(`{"name":"Second","referenceParentCompany":{"id":"` + first + `"}}`)
		third := h.company(`{"name":"Third","referenceParentCompany":{"id":"` + second + `"},"referenceSubsidiaryCompanies":[{"id":"` + first + `"}]}`)
		h.must(204, "DELETE", "/companies/"+second+"?subsidiaries=2", "")
		for _, id := range []string{first, third} {
			h.must(404, "GET", "/companies/"+id, "")
		}
	})
}

// TestNamesOfPeople: whoever types a name in the Portal keeps its letters, where
// a key's are those of ASCII.
func TestNamesOfPeople(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	ada := h.person("ada", bowline.RoleOnboarding)
	got := h.as(ada, "POST", "/companies", `{"name":"Café <Léo> 東京"}`)
	if got.status != 200 || !strings.Contains(got.body, `"name":"Café Léo 東京"`) {
		t.Fatalf("%d %s", got.status, got.body)
	}
	path := "/companies/" + h.company(`{"name":"Café"}`)
	if name := h.must(200, "GET", path, "")["name"]; name != "Caf" {
		t.Errorf("by a key: %v", name)
	}
	for _, method := range []string{"PATCH", "PUT"} {
		if got := h.as(ada, method, path, `{"name":"Château `+method+`"}`); got.status != 200 || !strings.Contains(got.body, "Château") {
			t.Errorf("%s: %d %s", method, got.status, got.body)
		}
	}
}

// TestProductsOfNewCompanies: who may not change products does not come by them
// in making the company either.
func TestProductsOfNewCompanies(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	for role, want := range map[bowline.Role]int{
		bowline.RoleOnboarding: 200, bowline.RoleAdvisor: 403, bowline.RoleAnalyst: 200, bowline.RoleDeveloper: 200, bowline.RoleAdministrator: 200,
	} {
		got := h.as(h.person(string(role), role), "POST", "/companies", `{"name":"Bakery","products":["lending"]}`)
		if got.status != want || (want == 403) != strings.Contains(got.body, "Your role (") {
			t.Errorf("%s: %d %s", role, got.status, got.body)
		}
	}
}
