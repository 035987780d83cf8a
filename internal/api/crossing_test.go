package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// crossings says for every operation what a caller of one instance sends who
// tries to reach another one. The ids in the path are the other one's; in the
// query and in the body $x stands for its id of an x. An operation without a row
// fails the test: whoever adds one says here how it is kept apart.
var crossings = map[string]struct{ query, body string }{
	"list-companies": {"query=id%3D$companyId", ""}, "create-company": {"", `{"name":"A","referenceParentCompany":{"id":"$companyId"}}`},
	"get-company": {}, "replace-company": {"", `{"name":"A"}`}, "update-company": {"", `{"name":"A","tags":{"a":"b"}}`}, "delete-company": {},
	"add-product": {}, "remove-product": {}, "refresh-product-data": {"", `{}`}, "get-company-access-token": {},
	"list-company-consents": {}, "list-company-activity": {}, "create-company-links": {},
	"list-directory": {"q=Zebra", ""}, "count-directory": {},
	"list-connections": {}, "create-connection": {"", `{"platformKey":"mqjo"}`}, "get-connection": {}, "delete-connection": {},
	"unlink-connection": {"", `{"status":"Unlinked"}`}, "update-connection-authorization": {"", `{"accessToken":"` + goodToken + `"}`},
	"export-connection-authorization": {}, "get-connection-credentials": {}, "check-connection": {}, "list-connection-timeline": {},
	"get-connection-management-access-token": {}, "get-connection-management-cors-settings": {},
	"set-connection-management-cors-settings": {"", `{"allowedOrigins":["https://a.example"]}`},
	"get-cors-settings":                       {}, "set-cors-settings": {"", `{"allowedOrigins":["https://a.example"]}`},
	"list-integrations": {}, "get-integration": {}, "get-integrations-branding": {}, "get-integration-setup-guide": {}, "get-integration-setup": {},
	"set-integration-setup": {"", `{"version":0,"enabled":false}`}, "delete-integration-setup": {}, "start-integration-test": {"", `{}`}, "get-integration-test": {},
	"get-profile": {}, "update-profile": {"", `{"name":"A","redirectUrl":"","whiteListUrls":[],"confirmCompanyName":false}`},
	"get-link-settings": {}, "set-link-settings": {"", `{}`}, "get-link-branding": {}, "set-link-branding": {"", `{"primaryColor":"#0b5"}`},
	"set-branding-picture": {"", `<svg xmlns="http://www.w3.org/2000/svg"></svg>`}, "delete-branding-picture": {},
	"list-settings-history": {"kind=link", ""}, "restore-settings": {}, "preview-redirect": {"", `{"redirectUrl":"https://a.example"}`},
	"preview-link": {"", `{"locale":"en-US"}`}, "list-integration-settings": {}, "set-integration-order": {"", `{"sourceType":"Accounting","keys":["mqjo"]}`},
	"get-company-settings": {}, "set-company-settings": {"", `{"ownedOnly":false}`},
	"get-access-settings": {}, "set-access-settings": {"", `{"credentials":true,"proxy":true,"export":true}`},
	"list-api-keys": {}, "create-api-key": {"", `{"name":"A"}`}, "update-api-key": {"", `{"name":"A"}`}, "delete-api-key": {},
	"get-me": {}, "update-me": {"", `{"locale":"fr-CA"}`}, "change-own-password": {"", `{"current":"x","password":"thunder mystic island"}`},
	"link-own-identity": {"", `{"current":"x"}`}, "unlink-own-identity": {"", `{"current":"x"}`}, "list-own-sessions": {}, "end-other-sessions": {}, "end-own-session": {}, "list-owners": {},
	"list-notices": {}, "mark-notices-seen": {"", `{"ids":["0123456789abcdef"]}`}, "list-deprecations": {}, "set-deprecation": {"", `{"optedIn":true}`},
	"list-users": {}, "create-user": {"", `{"name":"A","email":"new@example.com","role":"analyst"}`}, "list-staff-history": {},
	"get-user": {}, "update-user": {"", `{"name":"A","role":"onboarding","disabled":true}`}, "delete-user": {}, "renew-invitation": {}, "create-reset-link": {},
	"list-user-sessions": {}, "end-user-sessions": {},
	"list-instances": {}, "create-instance": {"", `{"name":"A","kind":"test"}`}, "update-instance": {"", `{"name":"A"}`},
	"get-sign-in": {}, "set-sign-in": {"", `{"password":true,"message":"A"}`}, "test-sign-in": {},
	"list-erasures": {}, "check-erasures": {},
	"list-webhook-consumers": {}, "create-webhook-consumer": {"", `{"url":"https://a.example","eventTypes":["company.created"],"companyId":"$companyId"}`}, "list-webhook-event-types": {},
	"get-webhook-consumer": {}, "update-webhook-consumer": {"", `{"disabled":true}`}, "delete-webhook-consumer": {}, "list-webhook-consumer-history": {},
	"get-webhook-secret": {}, "rotate-webhook-secret": {"", `{}`}, "set-webhook-client-certificate": {"", `{"pem":"$pem"}`},
	"delete-webhook-client-certificate": {}, "get-webhook-transformation": {},
	"set-webhook-transformation":    {"", `{"source":"function handler(w) { return w }","enabled":true}`},
	"delete-webhook-transformation": {}, "test-webhook-transformation": {"", `{"source":"function handler(w) { return w }"}`},
	"list-webhook-messages": {}, "get-webhook-message": {}, "list-webhook-attempts": {}, "get-webhook-attempt": {}, "get-webhook-message-event": {}, "resend-webhook-message": {},
	"recover-webhook-messages": {"", `{"since":"2026-03-01T00:00:00Z"}`}, "replay-webhook-messages": {"", `{"since":"2026-03-01T00:00:00Z"}`},
	"send-webhook-example": {"", `{"eventType":"company.created"}`}, "get-webhook-activity": {},
	"get-auth-flow": {}, "export-auth-flow": {}, "list-requests": {}, "get-request": {}, "get-getting-started": {},
	"create-rule": {"", `{"type":"Sync Failed","notifiers":{"webhook":"https://a.example"}}`}, "list-rules": {}, "get-webhook": {},
	"proxy-get": {}, "proxy-post": {"", `{}`}, "proxy-put": {"", `{}`}, "proxy-patch": {"", `{}`}, "proxy-delete": {},
}

// mayRefuse are operations of the own instance that can refuse as they are
// asked here, each with its reason.
var mayRefuse = []string{"change-own-password", "link-own-identity", "unlink-own-identity", "test-sign-in", "create-company", "set-integration-setup"}

// world is an instance with one of everything, and its ids by the names that
// paths give them.
type world struct {
	*harness
	staff auth.Caller
	ids   map[string]string
}

// newWorld fills an instance. Everything in it that has a name is called marker.
func newWorld(t *testing.T, h *harness, marker string) *world {
	t.Helper()
	own := *h
	w := &world{harness: &own, ids: map[string]string{"productIdentifier": "assess", "platformKey": "mqjo", "picture": "logo", "path": "me", "deprecationId": "rules"}}
	key, certificate := newCertificate(t, h.clock.Now().AddDate(1, 0, 0))
	w.ids["pem"] = strings.ReplaceAll(key+certificate, "\n", `\n`)
	ctx, now := t.Context(), h.clock.Now()
	w.instance = bowline.NewID(now)
	storetest.Write(t, h.store, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertInstance(ctx, store.Instance{ID: w.instance, Name: marker, Created: now}); err != nil {
			return err
		}
		return tx.PutProfile(ctx, w.instance, bowline.Profile{Name: marker})
	})
	// A key that may do everything is the first one here.
	all := auth.New(auth.Options{Store: h.store, Sealer: storetest.NewSealer(t), Now: h.clock.Now, Granted: bowline.Permissions()})
	var err error
	if w.key, _, err = all.Bootstrap(ctx, w.instance, ""); err != nil {
		t.Fatal(err)
	}
	w.staff = w.person(strings.ToLower(marker), bowline.RoleAdministrator)
	sent := func(method, target, body string) string {
		t.Helper()
		got := w.as(w.staff, method, target, body)
		if got.status >= 300 {
			t.Fatalf("%s %s: %d %s", method, target, got.status, got.body)
		}
		var made struct{ ID string }
		_ = json.Unmarshal([]byte(got.body), &made)
		return made.ID
	}
	w.ids["instanceId"], w.ids["userId"] = string(w.instance), sent("POST", "/users", `{"name":"`+marker+`","email":"invited.`+marker+`@example.com","role":"administrator"}`)
	w.ids["webhookId"] = sent("POST", "/webhooks", `{"url":"https://`+marker+`.example/in","eventTypes":["company.created"]}`)
	w.ids["companyId"] = sent("POST", "/companies", `{"name":"`+marker+` Bakery","tags":{"a":"`+marker+`"}}`)
	w.ids["connectionId"] = sent("POST", "/companies/"+w.ids["companyId"]+"/connections", `{"platformKey":"mqjo"}`)
	got := w.raw("PUT", "/companies/"+w.ids["companyId"]+"/connections/"+w.ids["connectionId"]+"/authorization", `{"accessToken":"`+goodToken+`"}`)
	if got.status != 200 {
		t.Fatal(got)
	}
	w.ids["apiKeyId"] = sent("POST", "/apiKeys", `{"name":"`+marker+`"}`)
	w.ids["ruleId"] = sent("POST", "/rules", `{"type":"Sync Failed","notifiers":{"webhook":"https://`+marker+`.example"}}`)
	w.ids["testId"] = sent("POST", "/integrations/mqjo/tests", `{}`)
	sent("PUT", "/settings/link", `{}`)
	sent("PUT", "/settings/link", `{"oneTimeLinks":false,"landing":{"enabled":true,"title":"`+marker+`"}}`)
	sent("POST", "/corsSettings", `{"allowedOrigins":["https://`+strings.ToLower(marker)+`.example"]}`)
	w.ids["versionId"] = w.first("/settings/history?kind=link")
	if deliver(w.harness, 200) == 0 {
		t.Fatal("nothing was delivered")
	}
	w.ids["messageId"] = w.first("/webhooks/" + w.ids["webhookId"] + "/messages")
	w.ids["attemptId"] = w.first("/webhooks/messages/" + w.ids["messageId"] + "/attempts")
	w.ids["sessionId"], w.ids["correlationId"] = string(bowline.NewID(now)), "c0ffee"+strings.ToLower(marker)
	storetest.Write(t, h.store, func(ctx context.Context, tx *store.Tx) error {
		s := bowline.StaffSession{ID: bowline.ID(w.ids["sessionId"]), UserID: w.staff.User, Hash: marker, Created: now, LastSeen: now}
		if err := tx.InsertStaffSession(ctx, s); err != nil {
			return err
		}
		return tx.InsertRequests(ctx, []bowline.AnsweredRequest{{
			InstanceID: w.instance, ID: w.ids["correlationId"], At: now, Area: "api", Method: "GET", Path: "/api/" + marker, Status: 404,
		}})
	})
	return w
}

// first is the id of the first line of a list.
func (w *world) first(target string) string {
	w.t.Helper()
	var list struct{ Results []struct{ ID string } }
	got := w.as(w.staff, "GET", target, "")
	if err := json.Unmarshal([]byte(got.body), &list); err != nil || len(list.Results) == 0 {
		w.t.Fatalf("%s: %d %s", target, got.status, got.body)
	}
	return list.Results[0].ID
}

// other fills in another world's ids.
func (w *world) other(text string, mark func(string) string) string {
	for name, value := range w.ids {
		text = strings.ReplaceAll(text, mark(name), value)
	}
	return text
}

// counters are tables of the deployment that count changes and say nothing else.
var counters = []string{"consumer_revision", "setup_revision"}

// lines are all rows of a database.
func lines(t *testing.T, s *store.Store) map[string]int {
	all := map[string]int{}
	for table, rows := range storetest.Dump(t, s) {
		if slices.Contains(counters, table) {
			continue
		}
		for _, row := range rows {
			all[table+": "+row]++
		}
	}
	return all
}

func inPath(name string) string { return "{" + name + "}" }
func inBody(name string) string { return "$" + name }

// TestNoEndpointCrossesInstances calls every operation from one instance with
// the ids of another one, with a key and as staff: nothing of the other one is
// told, and nothing of it changes.
func TestNoEndpointCrossesInstances(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	here := newWorld(t, h, "Heron")
	before := lines(t, h.store)
	there := newWorld(t, h, "Zebra")
	theirs := map[string]int{}
	for row, n := range lines(t, h.store) {
		if n > before[row] {
			theirs[row] = n - before[row]
		}
	}
	if len(theirs) < 20 {
		t.Fatalf("the other instance has %d rows", len(theirs))
	}
	seen := map[string]bool{}
	for _, route := range h.api.Routes() {
		seen[route.OperationID] = true
		try, listed := crossings[route.OperationID]
		if !listed {
			t.Errorf("%s has no row in crossings", route.OperationID)
			continue
		}
		names := []string{}
		for _, found := range parameter.FindAllStringSubmatch(route.Path, -1) {
			names = append(names, found[1])
			if there.ids[found[1]] == "" {
				t.Errorf("%s: the world has no %s", route.OperationID, found[1])
			}
		}
		targets := []string{there.other(route.Path, inPath)}
		if slices.Contains(names, "companyId") && len(names) > 1 {
			// Their connection below a company of one's own.
			targets = append(targets, there.other(strings.Replace(route.Path, "{companyId}", here.ids["companyId"], 1), inPath))
		}
		foreign := slices.ContainsFunc(names, func(n string) bool {
			return !slices.Contains([]string{"productIdentifier", "platformKey", "picture", "path", "deprecationId"}, n)
		})
		for i, target := range targets {
			if i > 0 && !slices.ContainsFunc(names, func(n string) bool { return n == "connectionId" }) {
				continue
			}
			if try.query != "" {
				target += "?" + there.other(try.query, inBody)
			}
			body := there.other(try.body, inBody)
			for who, got := range map[string]answer{"key": here.raw(route.Method, target, body), "staff": here.as(here.staff, route.Method, target, body)} {
				label := fmt.Sprintf("%s by %s: %d %s", route.OperationID, who, got.status, got.body)
				if foreign && got.status != 404 && got.status != 403 {
					t.Errorf("%s, want 404 or 403", label)
				}
				if !foreign && got.status >= 400 && got.status != 403 && !slices.Contains(mayRefuse, route.OperationID) {
					t.Errorf("%s: nothing was tried", label)
				}
				told := strings.ReplaceAll(got.body, "Zebra%20", "")
				for _, secret := range append([]string{"Zebra", "zebra"}, there.secrets()...) {
					if strings.Contains(told, secret) && !strings.Contains(target+body, secret) {
						t.Errorf("%s tells %s of the other instance", label, secret)
					}
				}
			}
		}
		now := lines(t, h.store)
		for row, n := range theirs {
			if now[row] < n {
				t.Fatalf("%s changed a row of the other instance: %s", route.OperationID, row)
			}
		}
		for row := range now {
			if theirs[row] > 0 || before[row] > 0 {
				continue
			}
			for _, secret := range there.secrets() {
				if strings.Contains(row, secret) && !allowed(route.OperationID) {
					t.Errorf("%s wrote a row about the other instance: %s", route.OperationID, row)
				}
			}
			before[row] = now[row]
		}
	}
	// Their ids in what is said of one's own.
	own := "/companies/" + here.ids["companyId"]
	for _, try := range [][3]string{
		{"PATCH", own, `{"owners":["$userId"]}`}, {"POST", "/companies", `{"name":"A","owners":["$userId"]}`},
		{"PATCH", own, `{"referenceParentCompany":{"id":"$companyId"}}`}, {"PATCH", own, `{"referenceSubsidiaryCompanies":[{"id":"$companyId"}]}`},
		{"GET", "/directory?parent=$companyId", ""}, {"GET", "/directory?owner=$userId", ""}, {"GET", "/directory?q=$connectionId", ""},
		{"PUT", "/settings/signIn", `{"password":true,"sso":{"issuer":"https://a.example","clientId":"a","mapping":[{"group":"a","role":"administrator","instanceId":"$instanceId"}]}}`},
		{"POST", "/users", `{"name":"A","email":"invited.Zebra@example.com","role":"onboarding"}`},
	} {
		got := here.as(here.staff, try[0], there.other(try[1], inBody), there.other(try[2], inBody))
		if got.status < 300 && (strings.Contains(got.body, there.ids["companyId"]) || strings.Contains(got.body, "invitationUrl") || strings.Contains(got.body, `"owners":[`)) {
			t.Errorf("%v: %d %s", try, got.status, got.body)
		}
	}
	now := lines(t, h.store)
	for row, n := range theirs {
		if now[row] < n {
			t.Errorf("ids of the other instance in bodies changed a row there: %s", row)
		}
	}
	for id := range crossings {
		if !seen[id] {
			t.Errorf("crossings has a row for %s, which does not exist", id)
		}
	}
}

// allowed are operations that keep an id as they are given it, without looking
// at what it belongs to.
func allowed(id string) bool {
	return id == "create-webhook-consumer"
}

// secrets are the ids that mean something.
func (w *world) secrets() (list []string) {
	for _, name := range []string{"companyId", "connectionId", "webhookId", "apiKeyId", "userId", "instanceId", "testId", "ruleId", "messageId", "versionId", "sessionId"} {
		if w.ids[name] != "" {
			list = append(list, w.ids[name])
		}
	}
	return list
}
