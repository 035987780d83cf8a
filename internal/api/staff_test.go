package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// person is somebody who works in the harness's instance.
func (h *harness) person(name string, role bowline.Role) auth.Caller {
	h.t.Helper()
	p := storetest.AddPerson(h.t, h.store, h.instance, name+"@example.com", role)
	now := h.clock.Now()
	session := bowline.StaffSession{ID: bowline.NewID(now), UserID: p.ID, Hash: "hash of " + string(p.ID), Created: now, LastSeen: now}
	storetest.Write(h.t, h.store, func(ctx context.Context, tx *store.Tx) error { return tx.InsertStaffSession(ctx, session) })
	return auth.Caller{Instance: h.instance, User: p.ID, Name: p.Name, Role: role, Session: session.ID}
}

// as sends a request in the name of somebody who is signed in.
func (h *harness) as(caller auth.Caller, method, target, body string) answer {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), method, "http://127.0.0.1"+target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", basic(h.key)) // which counts for nothing here
	if body == "" {
		r.Body = http.NoBody
		r.Header.Del("Content-Type")
	}
	w := httptest.NewRecorder()
	h.api.StaffHandler().ServeHTTP(w, r.WithContext(auth.With(r.Context(), &caller)))
	return answer{w.Code, w.Header(), w.Body.String()}
}

// raw sends a request with the harness's key, and looks at nothing.
func (h *harness) raw(method, target, body string) answer {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), method, "http://127.0.0.1"+target, strings.NewReader(body))
	r.Header.Set("Authorization", basic(h.key))
	r.Header.Set("Content-Type", "application/json")
	if body == "" {
		r.Body = http.NoBody
		r.Header.Del("Content-Type")
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}

var parameter = regexp.MustCompile(`\{([^}]+)\}`)

// TestRolesAndRoutes walks every route as each role, and compares who was let
// through with a table for people to read.
func TestRolesAndRoutes(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	staff := map[bowline.Role]auth.Caller{}
	for _, role := range bowline.Roles() {
		staff[role] = h.person(string(role), role)
	}
	var table strings.Builder
	for _, route := range h.api.Routes() {
		target := parameter.ReplaceAllString(route.Path, unknownID)
		for _, role := range bowline.Roles() {
			letter := "."
			got := h.as(staff[role], route.Method, target, "")
			var said struct{ Error string }
			_ = json.Unmarshal([]byte(got.body), &said)
			refused := got.status == 403 && (strings.HasPrefix(said.Error, "Your role ("+role.Name()+") cannot ") || said.Error == "This is for API keys only.")
			if !refused {
				letter = role.Letter()
			}
			if got.status == 401 || got.status == 403 && !refused && !strings.Contains(said.Error, "every instance") {
				t.Errorf("%s %s as %s: %d %s", route.Method, route.Path, role, got.status, said.Error)
			}
			table.WriteString(letter)
		}
		fmt.Fprintf(&table, "  %-6s %s\n", route.Method, route.Path)
	}
	const golden = "testdata/roles.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(table.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != table.String() {
		t.Errorf("who may call what is not what %s says; run go test ./internal/api -run TestRolesAndRoutes -update and read the difference:\n%s", golden, table.String())
	}
}

// TestKeysAndPeopleStayApart: what is for people refuses keys, the mount for
// people looks at no key, and the one for keys at no person.
func TestKeysAndPeopleStayApart(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	ada := h.person("ada", bowline.RoleAdministrator)
	for _, target := range []string{"/me", "/users", "/instances", "/settings/signIn", "/owners", "/users/history"} {
		if got := h.raw("GET", target, ""); got.status != 403 {
			t.Errorf("%s with a key: %d %s", target, got.status, got.body)
		}
		if got := h.as(auth.Caller{Instance: h.instance}, "GET", target, ""); got.status != 401 {
			t.Errorf("%s as nobody: %d", target, got.status)
		}
		if got := h.as(ada, "GET", target, ""); got.status != 200 {
			t.Errorf("%s as an administrator: %d %s", target, got.status, got.body)
		}
	}
	if got := h.as(auth.Caller{}, "GET", "/companies", ""); got.status != 401 {
		t.Errorf("a key at the mount for people: %d", got.status)
	}
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/companies", nil)
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r.WithContext(auth.With(r.Context(), &ada)))
	if w.Code != 401 {
		t.Errorf("a person at the mount for keys: %d", w.Code)
	}
	got := h.as(ada, "POST", "/companies", `{"name":"Harbour Bakery"}`)
	if got.status != 200 || !strings.Contains(got.body, `"createdByUserName":"Ada"`) {
		t.Errorf("created by a person: %d %s", got.status, got.body)
	}
}

// TestPeopleOverTheAPI plays the life of somebody, as the Portal does.
func TestPeopleOverTheAPI(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	ada := h.person("ada", bowline.RoleAdministrator)
	step := func(status int, method, target, body string, want ...string) map[string]any {
		t.Helper()
		got := h.as(ada, method, target, body)
		if got.status != status {
			t.Fatalf("%s %s: %d %s", method, target, got.status, got.body)
		}
		for _, part := range want {
			if !strings.Contains(got.body, part) {
				t.Errorf("%s %s: no %s in %s", method, target, part, got.body)
			}
		}
		decoded := map[string]any{}
		if got.body != "" {
			if err := json.Unmarshal([]byte(got.body), &decoded); err != nil {
				t.Fatal(err)
			}
		}
		return decoded
	}
	step(200, "PATCH", "/me", `{"name":"Ada L.","locale":"fr-CA","preferences":{"columns":["name"],"theme":"dark"}}`, `"locale":"fr-CA"`, `"columns":["name"]`)
	step(200, "GET", "/me", "", `"name":"Ada L."`, `"theme":"dark"`, `"role":"administrator"`)
	step(400, "PATCH", "/me", `{"locale":"de-CH"}`)
	step(400, "PATCH", "/me", `{"preferences":{"a":"`+strings.Repeat("x", 9000)+`"}}`)
	step(400, "PATCH", "/me", `{"email":"x@example.com"}`)
	bob := step(201, "POST", "/users", `{"name":"Bob","email":"bob@example.com","role":"analyst"}`, `"status":"Invited"`, `"invitationUrl":"`+publicURL+`/portal/invitation#`)
	user := "/users/" + id(t, bob)
	step(409, "POST", "/users", `{"name":"Bob","email":"BOB@example.com","role":"analyst"}`)
	step(400, "POST", "/users", `{"name":"Bob","email":"nowhere","role":"analyst"}`)
	step(400, "POST", "/users", `{"name":"Bob","email":"c@example.com","role":"root"}`)
	step(200, "POST", user+"/invitation", "", `"url":"`+publicURL+`/portal/invitation#`)
	step(409, "POST", user+"/resetLink", "")
	step(200, "PATCH", user, `{"role":"developer","disabled":true}`, `"role":"developer"`, `"status":"Disabled"`)
	step(200, "GET", "/users", "", `"email":"bob@example.com"`, `"name":"Ada L."`)
	step(200, "GET", user+"/sessions", "", `"results":[]`)
	step(204, "DELETE", user+"/sessions", "")
	step(204, "DELETE", user, "")
	step(404, "GET", user, "")
	step(409, "DELETE", "/users/"+string(ada.User), "")
	step(200, "GET", "/users/history", "", `"what":"user.added"`, `"actorName":"Ada L."`, `"what":"user.removed"`)
	step(200, "GET", "/users/history?kind=people", "", `"what":"user.added"`)
	step(200, "GET", "/users/history?kind=keys", "", `"results":[]`)
	step(400, "GET", "/users/history?kind=all", "")
	step(201, "POST", "/instances", `{"name":"Try","kind":"test"}`, `"kind":"test"`, `"role":"administrator"`)
	step(400, "POST", "/instances", `{"name":"Try 2","kind":"other"}`)
	step(200, "GET", "/instances", "", `"slug":"try"`, `"name":"Test"`)
	step(200, "GET", "/settings/signIn", "", `"sso":null`, `"password":true`, `"callbackUrl":"`+publicURL+`/portal/sso/callback"`)
	saved := step(200, "PUT", "/settings/signIn", `{"password":true,"message":"Hi","sso":{"issuer":"https://login.example","clientId":"b","clientSecret":"hush","mapping":[{"group":"x","role":"analyst","instanceId":null}]}}`,
		`"hasSecret":true`, `"groupsClaim":"groups"`)
	if text := fmt.Sprint(saved); strings.Contains(text, "hush") {
		t.Error("the client secret is shown")
	}
	step(200, "GET", "/me", "", `"signInService":"Single sign-on"`)
	step(409, "PUT", "/settings/signIn", `{"password":false,"sso":{"issuer":"https://login.example","clientId":"b"}}`)
	step(400, "PUT", "/settings/signIn", `{"password":true,"sso":{"issuer":"http://login.example","clientId":"b"}}`)
	step(200, "POST", "/settings/signIn/test", "", `"url":"`+publicURL+`/portal/sso/start?test=`)
	step(200, "PUT", "/settings/signIn", `{"password":true}`, `"sso":null`)
	step(409, "POST", "/me/identity", `{"current":"x"}`, "no sign-in service")
	step(400, "POST", "/me/identity", `{}`)
	step(409, "POST", "/me/identity/unlink", `{"current":"x"}`, "not linked")
	step(400, "POST", "/me/identity/unlink", `{}`)

	until := h.clock.Now().Add(1e12).Format("2006-01-02T15:04:05Z")
	key := step(201, "POST", "/apiKeys", `{"name":"CI","expires":"`+until+`","permissions":["export"]}`, `"createdBy":"Ada`, `"prefix":"bwl_`, `"expires":"`+until+`"`)
	step(200, "PATCH", "/apiKeys/"+id(t, key), `{"name":"CD"}`, `"name":"CD"`)
	step(400, "POST", "/apiKeys", `{"expires":"2020-01-01T00:00:00Z"}`)
	step(204, "DELETE", "/apiKeys/"+id(t, key), "")
}

// TestTestInstancesAreSmall: the 51st company is one too many.
func TestTestInstancesAreSmall(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	ada := h.person("ada", bowline.RoleAdministrator)
	var made struct{ ID bowline.ID }
	if err := json.Unmarshal([]byte(h.as(ada, "POST", "/instances", `{"name":"Try","kind":"test"}`).body), &made); err != nil {
		t.Fatal(err)
	}
	ada.Instance = made.ID
	for n := range bowline.TestCompanies + 1 {
		want := 200
		if n == bowline.TestCompanies {
			want = 402
		}
		if got := h.as(ada, "POST", "/companies", `{"name":"A"}`); got.status != want {
			t.Errorf("company %d: %d %s", n+1, got.status, got.body)
		}
	}
}
