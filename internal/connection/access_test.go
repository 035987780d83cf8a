package connection_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestCredentials looks at what keys are handed, and that it is noted first.
func TestCredentials(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := newLender(t, s, nil, func(http.ResponseWriter, *http.Request) {})
		id := l.linkedBooks()
		got, err := l.Credentials(t.Context(), l.target(id))
		if err != nil || got.Type != "oauth" || got.AccessToken != "at-1" || got.TokenType != "Bearer" || got.TenantID != "org-1" ||
			got.ExpiresAt == nil || !got.ExpiresAt.Equal(l.Now().Add(time.Hour)) || got.APIURL != l.provider+"/api" {
			encoded, _ := json.Marshal(got)
			t.Errorf("%v %s", err, encoded)
		}
		if printed := fmt.Sprintf("%v %+v %#v", got, got, got); strings.Contains(printed, "at-1") {
			t.Errorf("prints %s", printed)
		}
		realm := l.linked("qhyg", "4611", bowline.Grant{AccessToken: "at-2", Extra: map[string]string{"callback.realmId": "4611"}})
		if got, err = l.Credentials(t.Context(), l.target(realm)); err != nil || got.Values["realmId"] != "4611" || got.APIURL != "https://quickbooks.api.intuit.com/v3/company/4611" || got.ExpiresAt != nil {
			t.Errorf("%v, values %q, %s", err, got.Values, got.APIURL)
		}
		shop := l.linked("wvtc", "shop-1", bowline.Grant{Extra: map[string]string{"store": "harbour-lane", "key": "shop_abcd1234"}})
		got, err = l.Credentials(t.Context(), l.target(shop))
		if err != nil || got.Type != "credentials" || !maps.Equal(got.Credentials, map[string]string{"store": "harbour-lane", "key": "shop_abcd1234"}) ||
			got.AccessToken != "" || got.APIURL != l.provider+"/shop/harbour-lane.shops.example" {
			t.Errorf("%v %s", err, got.APIURL)
		}
		lines, total, err := l.Timeline(t.Context(), l.target(shop), bowline.Page{Number: 1, Size: 10})
		if err != nil || total != 3 || lines[0].Access == nil || lines[0].Access.Permission != bowline.PermissionCredentials || lines[0].Access.Requests != 1 {
			t.Errorf("%v %+v", err, lines)
		}
		for name, c := range map[string]struct {
			off  []bowline.Permission
			id   bowline.ID
			code bowline.Code
		}{
			"unknown":      {nil, bowline.NewID(l.Now()), bowline.CodeNotFound},
			"switched off": {[]bowline.Permission{bowline.PermissionCredentials}, id, bowline.CodeForbidden},
			"another is":   {[]bowline.Permission{bowline.PermissionExport}, id, ""},
		} {
			err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.PutAccessOff(t.Context(), l.instance, c.off) })
			if err != nil {
				t.Fatal(err)
			}
			if _, err := l.Credentials(t.Context(), l.target(c.id)); bowline.CodeOf(err) != c.code {
				t.Errorf("%s: %v", name, err)
			}
		}
		err = s.Write(t.Context(), func(tx *store.Tx) error { return tx.PutAccessOff(t.Context(), l.instance, nil) })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Unlink(t.Context(), l.target(id), "Unlinked"); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Credentials(t.Context(), l.target(id)); bowline.CodeOf(err) != bowline.CodeConflict || !strings.Contains(err.Error(), "Unlinked") {
			t.Errorf("unlinked: %v", err)
		}
	})
}

// TestExportIsImported moves connections to another instance: what an export
// says is what an update of authorization takes, and nothing is lost on the way.
func TestExportIsImported(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		provider := func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"organisations":[{"id":"org-1","name":"Harbour"},{"id":"org-2","name":"Hill"}],"companyName":"Harbour Ltd","shop":{"id":"shop-1","name":"Harbour Shop"}}`)
		}
		here := newLender(t, s, nil, provider)
		there := newBench(t, s)
		there.Catalog, there.Probe = here.Catalog, here.Probe
		for key, grant := range map[string]bowline.Grant{
			"mqjo": {AccessToken: "at-1", RefreshToken: "rt-1", TokenType: "Bearer", ExpiresAt: here.Now().Add(time.Hour)},
			"qhnd": {AccessToken: "at-2", TokenType: "Bearer"},
			"wvtc": {Extra: map[string]string{"store": "harbour-lane", "key": "shop_abcd1234"}},
		} {
			tenant := "org-2"
			if key == "wvtc" {
				tenant = "shop-1"
			}
			id := here.linked(key, tenant, grant)
			members, err := here.Export(t.Context(), here.target(id))
			if err != nil {
				t.Fatal(key, err)
			}
			copied, err := there.Authorize(t.Context(), there.target(there.create(t, key)), members)
			if err != nil || copied.Status != bowline.Linked || copied.TenantID != tenant {
				t.Fatalf("%s: %v %+v", key, err, copied)
			}
			got, err := s.Grant(t.Context(), copied.ID)
			if err != nil || got.AccessToken != grant.AccessToken || got.RefreshToken != grant.RefreshToken || got.ExpiresAt.IsZero() != grant.ExpiresAt.IsZero() || got.Extra["key"] != grant.Extra["key"] {
				t.Errorf("%s: %v", key, err)
			}
			lines, _, err := here.Timeline(t.Context(), here.target(id), bowline.Page{Number: 1, Size: 1})
			if err != nil || lines[0].Access == nil || lines[0].Access.Permission != bowline.PermissionExport {
				t.Errorf("%s: %v %+v", key, err, lines)
			}
		}
	})
}
