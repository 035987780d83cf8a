package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// noticesOf are what somebody is told, as kinds in their order.
func (h *harness) noticesOf(caller auth.Caller) (kinds []string, list api.Notices) {
	h.t.Helper()
	got := h.as(caller, "GET", "/notices", "")
	if err := json.Unmarshal([]byte(got.body), &list); got.status != 200 || err != nil {
		h.t.Fatalf("notices: %d %s", got.status, got.body)
	}
	for _, n := range list.Results {
		kinds = append(kinds, string(n.Kind))
	}
	return kinds, list
}

// troubled is an instance in which something of everything is wrong.
func (h *harness) troubled(owner bowline.ID) {
	h.t.Helper()
	now := h.clock.Now()
	_, certificate := newCertificate(h.t, now.Add(10*24*time.Hour))
	consumer := func(url string, change func(*bowline.Consumer)) {
		c := bowline.Consumer{ID: bowline.NewID(now), InstanceID: h.instance, URL: url, EventTypes: []string{"company.created"}, Secret: "whsec_x", Created: now}
		change(&c)
		storetest.Write(h.t, h.store, func(ctx context.Context, tx *store.Tx) error { return tx.InsertConsumer(ctx, c) })
	}
	consumer("https://off.example", func(c *bowline.Consumer) { c.Disabled, c.DisabledReason = true, bowline.ReasonFailing })
	consumer("https://mine.example", func(c *bowline.Consumer) { c.Disabled = true })
	consumer("https://ends.example", func(c *bowline.Consumer) { c.ClientCertificate = bowline.ClientCertificate(certificate) })
	enabled, off := true, false
	for key, on := range map[string]*bool{"gbol": &enabled, "qhyg": &off, "fbrh": nil, "mqjo": &enabled} {
		storetest.Write(h.t, h.store, func(ctx context.Context, tx *store.Tx) error {
			return tx.PutIntegrationSetup(ctx, bowline.IntegrationSetup{InstanceID: h.instance, Key: key, Enabled: on, UpdatedAt: now})
		})
	}
	soon := now.Add(3 * 24 * time.Hour)
	storetest.Write(h.t, h.store, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertAPIKey(ctx, bowline.APIKey{ID: bowline.NewID(now), InstanceID: h.instance, Name: "Night", Hash: strings.Repeat("a", 64), CreatedDate: now, Expires: &soon})
	})
	for i, owners := range [][]bowline.ID{{owner}, nil} {
		c := bowline.Company{ID: bowline.NewID(now), InstanceID: h.instance, Name: fmt.Sprint("Bakery ", i), Created: now, OwnerUserIDs: owners}
		storetest.Add(h.t, h.store, c, bowline.Accounting)
		storetest.Write(h.t, h.store, func(ctx context.Context, tx *store.Tx) error {
			co, err := tx.LockCompany(ctx, h.instance, c.ID)
			for _, trigger := range []bowline.Trigger{bowline.TriggerLink, bowline.TriggerRevoke} {
				if err == nil {
					err = tx.MoveConnection(ctx, co, &co.DataConnections[0], trigger, store.Change{Actor: bowline.ActorSystem, Now: now})
				}
			}
			return err
		})
	}
}

// TestNoticesByRole: everybody is told what they may act on, and only that.
func TestNoticesByRole(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		people := map[bowline.Role]auth.Caller{}
		for _, role := range bowline.Roles() {
			people[role] = h.person(string(role), role)
		}
		advisor := people[bowline.RoleAdvisor]
		if kinds, _ := h.noticesOf(advisor); len(kinds) != 0 {
			t.Errorf("before anything is wrong: %q", kinds)
		}
		h.troubled(advisor.User)
		few := []string{"connections.deauthorized"}
		all := []string{"consumer.disabled", "key.expiring", "certificate.expiring", "integration.incomplete", "connections.deauthorized", "deprecation"}
		for role, caller := range people {
			want := few
			if role.May(bowline.ActionConfigure) {
				want = all
			}
			kinds, list := h.noticesOf(caller)
			slices.Sort(kinds)
			if want := slices.Sorted(slices.Values(want)); !slices.Equal(kinds, want) {
				t.Errorf("%s is told %q", role, kinds)
			}
			if list.Unread != len(want) {
				t.Errorf("%s: %d are unread", role, list.Unread)
			}
			for _, n := range list.Results {
				switch n.Kind {
				case bowline.NoticeDeauthorized:
					if n.Count != 2 || n.More {
						t.Errorf("%s: %+v", role, n)
					}
				case bowline.NoticeIntegrationIncomplete:
					if n.Subject != "gbol" || n.Name != "Xero" {
						t.Errorf("%s: %+v", role, n)
					}
				case bowline.NoticeCertificateExpiring:
					if n.Name != "https://ends.example" || n.Due == nil {
						t.Errorf("%s: %+v", role, n)
					}
				}
			}
		}
		// Who sees only what they own is told of that alone.
		h.as(people[bowline.RoleAdministrator], "PUT", "/settings/companies", `{"ownedOnly":true}`)
		for role, want := range map[bowline.Role]int{bowline.RoleAdvisor: 1, bowline.RoleAnalyst: 0, bowline.RoleDeveloper: 2} {
			_, list := h.noticesOf(people[role])
			count := 0
			for _, n := range list.Results {
				count += n.Count
			}
			if count != want {
				t.Errorf("%s is told of %d connections, want %d", role, count, want)
			}
		}
		// A week later nobody is told of the connections any more.
		h.clock.advance(8 * 24 * time.Hour)
		if kinds, _ := h.noticesOf(advisor); len(kinds) != 0 {
			t.Errorf("a week later: %q", kinds)
		}
		if kinds, _ := h.noticesOf(people[bowline.RoleDeveloper]); !slices.Contains(kinds, "key.expired") || slices.Contains(kinds, "key.expiring") {
			t.Errorf("a week later: %q", kinds)
		}
	})
}

// TestNoticesAreSeen by one person, in one instance, until something new happens.
func TestNoticesAreSeen(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		ada, bram := h.person("ada", bowline.RoleDeveloper), h.person("bram", bowline.RoleDeveloper)
		h.troubled("")
		_, list := h.noticesOf(ada)
		mark := func(ids ...string) {
			t.Helper()
			body, err := json.Marshal(api.NoticesSeen{IDs: append([]string{}, ids...)})
			if err != nil {
				t.Fatal(err)
			}
			if got := h.as(ada, "POST", "/notices/seen", string(body)); got.status != 204 {
				t.Fatalf("%d %s", got.status, got.body)
			}
		}
		unread := func(about string, who auth.Caller, want int) {
			t.Helper()
			if _, list := h.noticesOf(who); list.Unread != want {
				t.Errorf("%s: %d are unread, want %d", about, list.Unread, want)
			}
		}
		all := len(list.Results)
		mark(list.Results[0].ID, "0123456789abcdef")
		unread("one seen", ada, all-1)
		for _, n := range list.Results {
			mark(n.ID)
		}
		unread("all seen", ada, 0)
		unread("by somebody else", bram, all)
		// The same matter stays seen; a later one is new.
		h.clock.advance(time.Hour)
		unread("an hour later", ada, 0)
		stored, err := s.NoticesSeen(t.Context(), h.instance, ada.User)
		if err != nil || len(stored) != all {
			t.Errorf("%d are kept of %d, %v", len(stored), all, err)
		}
		h.as(ada, "PUT", "/deprecations/rules", `{"optedIn":true}`)
		mark()
		if stored, err = s.NoticesSeen(t.Context(), h.instance, ada.User); err != nil || len(stored) != all-1 {
			t.Errorf("what is over is kept: %d of %d, %v", len(stored), all, err)
		}
		h.as(ada, "PUT", "/deprecations/rules", `{"optedIn":false}`)
		unread("ahead again", ada, 1)
	})
}

// TestNoticesAreForPeople and not for keys; strange ids change nothing.
func TestNoticesAreForPeople(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	for _, request := range [][3]string{{"GET", "/notices", ""}, {"POST", "/notices/seen", `{"ids":[]}`}} {
		if got := h.raw(request[0], request[1], request[2]); got.status != 403 {
			t.Errorf("%s with a key: %d %s", request, got.status, got.body)
		}
	}
	ada := h.person("ada", bowline.RoleDeveloper)
	for body, want := range map[string]int{
		`{"ids":["x","` + strings.Repeat("y", 9999) + `"]}`: 204, `{"ids":[1]}`: 400, `{}`: 400, ``: 400,
		`{"ids":["` + strings.Join(make([]string, 101), `","`) + `"]}`: 400,
	} {
		if got := h.as(ada, "POST", "/notices/seen", body); got.status != want {
			t.Errorf("%.40s: %d %s", body, got.status, got.body)
		}
	}
	if stored, err := h.store.NoticesSeen(t.Context(), h.instance, ada.User); err != nil || len(stored) != 0 {
		t.Errorf("%q is kept, %v", stored, err)
	}
	got, _ := h.inFrench(ada, "GET", "/notices", "")
	if !strings.Contains(got.body, "Règles d’alerte") {
		t.Errorf("in French: %s", got.body)
	}
	if got, _ := h.inFrench(ada, "GET", "/deprecations", ""); !strings.Contains(got.body, "Les règles d’avant les adresses") {
		t.Errorf("in French: %s", got.body)
	}
}
