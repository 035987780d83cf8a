package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
)

// xeroRow is a row of Xero's list of connections.
type xeroRow struct {
	ID, TenantID, TenantName, TenantType, AuthEventID string
}

func (f *flight) connections(query string) []xeroRow {
	f.Helper()
	r := f.ring("GET https://api.xero.com/connections" + query)
	var rows []xeroRow
	if err := json.Unmarshal([]byte(r.body), &rows); err != nil || r.status != http.StatusOK {
		f.Fatalf("%d %s: %v", r.status, r.body, err)
	}
	return rows
}

// event is the consent that the access token names.
func (f *flight) event() string {
	f.Helper()
	claims := f.claims(f.tokens["access_token"], "https://identity.xero.com/.well-known/openid-configuration/jwks")
	event, _ := claims["authentication_event_id"].(string)
	if event == "" {
		f.Fatalf("no event in %v", claims)
	}
	return event
}

func TestXeroListsEveryConsentOfTheUser(t *testing.T) {
	t.Parallel()
	f := aboard(t, "gbol")
	all, mine := f.connections(""), f.connections("?authEventId="+f.event())
	names := func(rows []xeroRow) (out []string) {
		for _, row := range rows {
			out = append(out, row.TenantType+" "+row.TenantName)
		}
		slices.Sort(out)
		return out
	}
	if got, want := names(all), []string{"ORGANISATION " + first, "ORGANISATION Northgate Hardware", "PRACTICE Sample & Co Accountants"}; !slices.Equal(got, want) {
		t.Errorf("all: %q", got)
	}
	if got, want := names(mine), []string{"ORGANISATION " + first, "PRACTICE Sample & Co Accountants"}; !slices.Equal(got, want) {
		t.Errorf("of this consent: %q", got)
	}

	// The same organisation again: its row keeps the consent that made it.
	f.connect()
	if again := f.connections("?authEventId=" + f.event()); len(again) != 0 || len(f.connections("")) != 3 {
		t.Errorf("confirmed again: %v", again)
	}
	// Another one, by name, is new.
	back, err := f.visit(Decision{Tenants: []string{"Maple & Pine Furniture"}})
	if err != nil {
		t.Fatal(err)
	}
	f.back = back
	f.tokens = f.redeem(nil, nil).object(t)
	if other := f.connections("?authEventId=" + f.event()); len(other) != 1 || other[0].TenantName != "Maple & Pine Furniture" {
		t.Errorf("of the third consent: %v", other)
	}
	if _, err := f.visit(Decision{Tenants: []string{"Nobody Ltd"}}); err == nil {
		t.Error("an organisation that is not there can be ticked")
	}
}

func TestXeroDisconnectsOneOrAll(t *testing.T) {
	t.Parallel()
	f := aboard(t, "gbol")
	rows := f.connections("?authEventId=" + f.event())
	i := slices.IndexFunc(rows, func(r xeroRow) bool { return r.TenantType == "ORGANISATION" })
	organisation := func() int {
		f.headers = map[string]string{"xero-tenant-id": rows[i].TenantID}
		return f.ring("GET https://api.xero.com/api.xro/2.0/Organisation").status
	}
	if status := organisation(); status != http.StatusOK {
		t.Errorf("organisation: %d", status)
	}
	if r := f.ring("DELETE https://api.xero.com/connections/" + rows[i].ID); r.status != http.StatusNoContent {
		t.Errorf("disconnect: %d %s", r.status, r.body)
	}
	if r := f.ring("DELETE https://api.xero.com/connections/" + rows[i].ID); r.status != http.StatusNotFound {
		t.Errorf("disconnect twice: %d", r.status)
	}
	if status := organisation(); status != http.StatusForbidden || len(f.connections("")) != 2 {
		t.Errorf("organisation after it was disconnected: %d", status)
	}
	other := aboard(t, "gbol")
	other.s, other.client = f.s, f.client
	other.connect()
	r := f.post("https://identity.xero.com/connect/revocation", map[string][]string{"token": {f.refreshToken()}}, nil)
	if r.status != http.StatusOK {
		t.Errorf("revocation: %d %s", r.status, r.body)
	}
	if r := other.again(other.refreshToken()); r.status != http.StatusBadRequest {
		t.Errorf("another consent of the same user outlives the revocation: %d", r.status)
	}
}
