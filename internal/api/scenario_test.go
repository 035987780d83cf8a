package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// row is one request of a scenario: what is sent, what must come back and which
// events must be recorded, exactly those.
type row struct {
	name    string
	request string // method and target; $name stands for an earlier id
	body    string
	status  int
	want    []string // the answer holds each
	wantNot []string // the answer holds none
	events  []string
	keep    string // name under which the answer's id is kept
}

// play runs the rows in order on one API, on both engines.
func play(t *testing.T, rows []row, setUp func(*harness, map[string]string)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h, ids := newHarness(t, s), map[string]string{}
		if setUp != nil {
			setUp(h, ids)
		}
		_, last := h.events(0)
		for _, r := range rows {
			h.t = t
			method, target, _ := strings.Cut(fill(r.request, ids), " ")
			got := h.call(method, target, fill(r.body, ids))
			if got.status != r.status {
				t.Fatalf("%s: status %d, want %d: %s", r.name, got.status, r.status, got.body)
			}
			for _, want := range r.want {
				if !strings.Contains(got.body, fill(want, ids)) {
					t.Errorf("%s: %q is not in %s", r.name, fill(want, ids), got.body)
				}
			}
			for _, no := range r.wantNot {
				if strings.Contains(got.body, fill(no, ids)) {
					t.Errorf("%s: %q is in %s", r.name, fill(no, ids), got.body)
				}
			}
			var types []string
			if types, last = h.events(last); !slices.Equal(types, r.events) {
				t.Errorf("%s: events %q, want %q", r.name, types, r.events)
			}
			if r.keep != "" {
				_, rest, _ := strings.Cut(got.body, `"id":"`)
				ids[r.keep], _, _ = strings.Cut(rest, `"`)
			}
		}
	})
}

func fill(text string, ids map[string]string) string {
	for name, id := range ids {
		text = strings.ReplaceAll(text, "$"+name, id)
	}
	return text
}

const unknownID = "5d0c7a0e-2f5b-4c1e-9a51-6b1f0c7d2e44"

func TestCompanies(t *testing.T) {
	long := strings.Repeat("x", 101)
	play(t, []row{
		{"create", "POST /companies", `{"name":"Harbour (Bakery)[2]","description":"Bread","tags":{"region":"emea","tier":"free"}}`, 200,
			[]string{`"name":"Harbour Bakery2"`, `"description":"Bread"`, `"platform":""`, `"region":"emea"`, `"products":[]`, `"dataConnections":[]`,
				`"referenceSubsidiaryCompanies":[]`, `"ownerUserIds":[]`, `"created":"2026-03-04T05:06:07.123456Z"`, `"redirect":"https://bowline.example/link/company/`},
			[]string{"lastSync", "referenceParentCompany", "createdByUserName"}, []string{"company.created"}, "a"},
		{"get", "GET /companies/$a", "", 200, []string{`"id":"$a"`, `"redirect":"https://bowline.example/link/company/$a"`}, nil, nil, ""},
		{"get in upper case", "GET /companies/" + strings.ToUpper(unknownID), "", 404, []string{`"statusCode":404`, unknownID, `"service":"PublicApi"`, `"detailedErrorCode":0`}, []string{"validation"}, nil, ""},
		{"get malformed id", "GET /companies/nonsense", "", 404, []string{"No company exists"}, []string{"nonsense"}, nil, ""},

		{"no body", "POST /companies", "", 400, []string{"The company object is required"}, nil, nil, ""},
		{"null body", "POST /companies", "null", 400, nil, nil, nil, ""},
		{"array body", "POST /companies", "[]", 400, []string{"The company object is required"}, nil, nil, ""},
		{"broken JSON", "POST /companies", `{"name":"sekret-value`, 400, []string{"not valid JSON"}, []string{"sekret"}, nil, ""},
		{"two values", "POST /companies", `{"name":"A"} {}`, 400, nil, nil, nil, ""},
		{"NUL", "POST /companies", `{"name":"A","description":"a\u0000b"}`, 400, []string{"NUL"}, nil, nil, ""},
		{"escaped backslash is no NUL", "PATCH /companies/$a", `{"description":"a\\u0000b"}`, 200, []string{`a\\u0000b`}, nil, nil, ""},
		{"unknown member", "POST /companies", `{"name":"A","shoeSize":"sekret-value"}`, 400, []string{"shoeSize: unexpected property", `"validation"`}, []string{"sekret"}, nil, ""},
		{"wrong type", "POST /companies", `{"name":["sekret-value"]}`, 400, []string{"name: expected string"}, []string{"sekret"}, nil, ""},
		{"no name", "POST /companies", `{"description":"x"}`, 400, []string{"name"}, nil, nil, ""},
		{"nothing left of the name", "POST /companies", `{"name":"()[]"}`, 400, []string{"name"}, nil, nil, ""},
		{"tag value too long", "POST /companies", `{"name":"A","tags":{"k":"` + long + `"}}`, 400, []string{"100 characters"}, []string{long}, nil, ""},
		{"tag value of another type", "POST /companies", `{"name":"A","tags":{"k":1}}`, 400, []string{"expected string"}, nil, nil, ""},
		{"body too large", "POST /companies", `{"name":"` + strings.Repeat("x", 1<<20) + `"}`, 400, []string{"1 MiB"}, nil, nil, ""},
		{"old members are ignored", "POST /companies", `{"name":"Old","platformKey":"mqjo","platformType":"x","ownerUserIds":["u"],"description":null,"tags":null}`, 200,
			[]string{`"ownerUserIds":[]`, `"dataConnections":[]`}, []string{"description"}, []string{"company.created"}, "old"},

		{"patch nothing", "PATCH /companies/$a", `{}`, 200, []string{`"name":"Harbour Bakery2"`, `"tier":"free"`}, nil, nil, ""},
		{"patch nulls", "PATCH /companies/$a", `{"name":null,"description":null,"tags":null}`, 200, []string{`"name":"Harbour Bakery2"`, `"tier":"free"`, "description"}, nil, nil, ""},
		{"patch name", "PATCH /companies/$a", `{"name":"Hill Cafe"}`, 200, []string{`"name":"Hill Cafe"`, `"tier":"free"`}, nil, nil, ""},
		{"patch to an empty name", "PATCH /companies/$a", `{"name":""}`, 400, nil, nil, nil, ""},
		{"patch tags replaces them", "PATCH /companies/$a", `{"tags":{"tier":"gold"}}`, 200, []string{`"tier":"gold"`}, []string{"region"}, nil, ""},
		{"patch clears tags", "PATCH /companies/$a", `{"tags":{}}`, 200, nil, []string{"tags"}, nil, ""},
		{"patch without a body", "PATCH /companies/$a", "", 400, nil, nil, nil, ""},
		{"patch an unknown company", "PATCH /companies/" + unknownID, `{}`, 404, nil, nil, nil, ""},
		{"put clears", "PUT /companies/$a", `{"name":"Hill Cafe 2"}`, 200, []string{`"name":"Hill Cafe 2"`}, []string{"description", "tags"}, nil, ""},
		{"put without a name", "PUT /companies/$a", `{"description":"x"}`, 400, nil, nil, nil, ""},
		{"put with products", "PUT /companies/$a", `{"name":"A","products":["lending"]}`, 400, []string{"creation only"}, nil, nil, ""},
		{"read back", "GET /companies/$a", "", 200, []string{`"name":"Hill Cafe 2"`}, []string{"description", "tags"}, nil, ""},

		{"delete", "DELETE /companies/$a", "", 204, nil, nil, []string{"company.deleted"}, ""},
		{"delete again", "DELETE /companies/$a", "", 404, nil, nil, nil, ""},
		{"get deleted", "GET /companies/$a", "", 404, []string{"No company exists with ID $a"}, nil, nil, ""},
	}, nil)
}

func TestProducts(t *testing.T) {
	play(t, []row{
		{"at creation", "POST /companies", `{"name":"A","products":["lending","lending"]}`, 200, []string{`"products":["lending"]`}, nil, []string{"company.created"}, "a"},
		{"unknown at creation", "POST /companies", `{"name":"A","products":["sekret"]}`, 400, []string{"products"}, []string{"sekret"}, nil, ""},
		{"add", "PUT /companies/$a/products/bank-feeds", "", 204, nil, nil, []string{"company.product.added"}, ""},
		{"add again", "PUT /companies/$a/products/bank-feeds", "", 204, nil, nil, nil, ""},
		{"read", "GET /companies/$a", "", 200, []string{`"products":["lending","bank-feeds"]`}, nil, nil, ""},
		{"add unknown", "PUT /companies/$a/products/shoes", "", 404, nil, []string{"shoes"}, nil, ""},
		{"add to unknown", "PUT /companies/" + unknownID + "/products/lending", "", 404, nil, nil, nil, ""},
		{"remove", "DELETE /companies/$a/products/lending", "", 204, nil, nil, []string{"company.product.removed"}, ""},
		{"remove again", "DELETE /companies/$a/products/lending", "", 204, nil, nil, nil, ""},
		{"remove the last", "DELETE /companies/$a/products/bank-feeds", "", 204, nil, nil, []string{"company.product.removed"}, ""},
		{"read none", "GET /companies/$a", "", 200, []string{`"products":[]`}, nil, nil, ""},
		{"refresh", "POST /companies/$a/products/lending/refresh", "", 400, []string{"standard product"}, nil, nil, ""},
		{"refresh with types", "POST /companies/$a/products/lending/refresh", `{"dataTypes":["invoices"]}`, 400, []string{"standard product"}, nil, nil, ""},
		{"refresh with more", "POST /companies/$a/products/lending/refresh", `{"x":1}`, 400, []string{"unexpected"}, nil, nil, ""},
		{"refresh unknown company", "POST /companies/" + unknownID + "/products/lending/refresh", "", 404, nil, nil, nil, ""},
	}, nil)
}

func TestConnections(t *testing.T) {
	withCompany := func(h *harness, ids map[string]string) { ids["co"] = h.company(`{"name":"A"}`) }
	play(t, []row{
		{"create", "POST /companies/$co/connections", `{"platformKey":"mqjo"}`, 200,
			[]string{`"status":"PendingAuth"`, `"integrationKey":"mqjo"`, `"sourceType":"Accounting"`, `"platformName":"Accounting Sandbox"`,
				`"linkUrl":"https://bowline.example/link/companies/$co/connections/`, `"integrationId":"`, `"sourceId":"`},
			[]string{"lastSync", "dataConnectionErrors", "connectionInfo"}, []string{"connection.created"}, "a"},
		{"a second pending one is fine", "POST /companies/$co/connections", `{"platformKey":"mqjo"}`, 200, nil, nil, []string{"connection.created"}, "b"},
		{"old raw body", "POST /companies/$co/connections", `"mqjo"`, 400, []string{"connection arguments object is required"}, nil, nil, ""},
		{"no body", "POST /companies/$co/connections", "", 400, []string{"connection arguments object is required"}, nil, nil, ""},
		{"malformed key", "POST /companies/$co/connections", `{"platformKey":"MQJO"}`, 400, []string{"four lower-case"}, nil, nil, ""},
		{"no key", "POST /companies/$co/connections", `{}`, 400, nil, nil, nil, ""},
		{"unknown key", "POST /companies/$co/connections", `{"platformKey":"zzzz"}`, 404, nil, nil, nil, ""},
		{"unknown company", "POST /companies/" + unknownID + "/connections", `{"platformKey":"mqjo"}`, 404, []string{"No company"}, nil, nil, ""},
		{"get", "GET /companies/$co/connections/$a", "", 200, []string{`"id":"$a"`}, nil, nil, ""},
		{"get unknown", "GET /companies/$co/connections/" + unknownID, "", 404, []string{"No connection"}, nil, nil, ""},
		{"get malformed", "GET /companies/$co/connections/1", "", 404, nil, nil, nil, ""},

		{"unlink a pending one", "PATCH /companies/$co/connections/$a", `{"status":"Unlinked"}`, 400, []string{"PendingAuth"}, nil, nil, ""},
		{"authorize without token", "PUT /companies/$co/connections/$a/authorization", `{"refreshToken":"sekret-r"}`, 400, []string{"accessToken"}, []string{"sekret"}, nil, ""},
		{"authorize with unknown member", "PUT /companies/$co/connections/$a/authorization", `{"accessToken":"sekret-a","sekret-b":"x"}`, 400, nil, []string{"sekret"}, nil, ""},
		{"authorize with wrong type", "PUT /companies/$co/connections/$a/authorization", `{"accessToken":{"sekret-a":1}}`, 400, nil, []string{"sekret"}, nil, ""},
		{"authorize with odd lifetime", "PUT /companies/$co/connections/$a/authorization", `{"accessToken":"` + goodToken + `","expiresIn":"soon"}`, 400, []string{"expiresIn"}, nil, nil, ""},
		{"authorize with odd scopes", "PUT /companies/$co/connections/$a/authorization", `{"accessToken":"` + goodToken + `","scope":"sekret \"s\""}`, 400, []string{"member scope"}, []string{"sekret"}, nil, ""},
		{"refused by the provider", "PUT /companies/$co/connections/$a/authorization", `{"accessToken":"sekret-a"}`, 400, []string{"refused the credentials"}, []string{"sekret", "invalid_token"}, nil, ""},
		{"reaches nothing", "PUT /companies/$co/connections/$a/authorization", `{"accessToken":"` + emptyToken + `"}`, 400, []string{"any organisation"}, nil, nil, ""},
		{"reaches two", "PUT /companies/$co/connections/$a/authorization", `{"accessToken":"` + manyToken + `"}`, 400, []string{"tenantId"}, nil, nil, ""},
		{"reaches another", "PUT /companies/$co/connections/$a/authorization", `{"accessToken":"` + goodToken + `","tenantId":"org-2"}`, 400, []string{"tenantId"}, nil, nil, ""},
		{"still pending", "GET /companies/$co/connections/$a", "", 200, []string{`"PendingAuth"`}, nil, nil, ""},
		{"authorize", "PUT /companies/$co/connections/$a/authorization", `{"accessToken":"` + manyToken + `","refreshToken":"r","expiresIn":"3600","tenantId":"org-2"}`, 200, []string{`"status":"Linked"`}, []string{manyToken}, []string{"connection.connected"}, ""},
		{"one accounting connection only", "PUT /companies/$co/connections/$b/authorization", `{"accessToken":"` + goodToken + `"}`, 409, []string{"active Accounting"}, nil, nil, ""},
		{"authorize again", "PUT /companies/$co/connections/$a/authorization", `{"accessToken":"` + manyToken + `","tenantId":"org-2"}`, 200, []string{`"status":"Linked"`}, nil, nil, ""},
		{"authorize another organisation", "PUT /companies/$co/connections/$a/authorization", `{"accessToken":"` + goodToken + `"}`, 409, []string{"another organisation"}, nil, nil, ""},
		{"which the timeline notes", "GET /companies/$co/connections/$a/timeline", "", 200, []string{`"type":"note"`, "for another organization was handed over, and refused", `"actor":"key:`}, nil, nil, ""},
		{"authorize unknown", "PUT /companies/$co/connections/" + unknownID + "/authorization", `{"accessToken":"x"}`, 404, nil, nil, nil, ""},

		{"check", "POST /companies/$co/connections/$a/check", "", 200, []string{`"result":"linked"`, `"status":"Linked"`, `"checkedAt":"2026-`, "confirms"}, []string{"tenants-token"}, nil, ""},
		{"check the pending one", "POST /companies/$co/connections/$b/check", "", 200, []string{`"result":"notLinked"`, `"status":"PendingAuth"`, "linkUrl"}, []string{"checkedAt"}, nil, ""},
		{"check unknown", "POST /companies/$co/connections/" + unknownID + "/check", "", 404, nil, nil, nil, ""},
		{"unlink to another state", "PATCH /companies/$co/connections/$a", `{"status":"Linked"}`, 400, nil, nil, nil, ""},
		{"unlink without a state", "PATCH /companies/$co/connections/$a", `{}`, 400, nil, nil, nil, ""},
		{"unlink with null", "PATCH /companies/$co/connections/$a", `{"status":null}`, 400, nil, nil, nil, ""},
		{"unlink", "PATCH /companies/$co/connections/$a", `{"status":"Unlinked"}`, 200, []string{`"status":"Unlinked"`}, nil, []string{"connection.disconnected"}, ""},
		{"unlink again", "PATCH /companies/$co/connections/$a", `{"status":"Unlinked"}`, 400, nil, nil, nil, ""},
		{"now the other may link", "PUT /companies/$co/connections/$b/authorization", `{"accessToken":"` + goodToken + `"}`, 200, []string{`"status":"Linked"`}, nil, []string{"connection.connected"}, ""},
		{"and the first may not", "PUT /companies/$co/connections/$a/authorization", `{"accessToken":"` + goodToken + `"}`, 409, nil, nil, nil, ""},
		{"delete", "DELETE /companies/$co/connections/$b", "", 200, nil, nil, []string{"connection.deleted"}, ""},
		{"delete again", "DELETE /companies/$co/connections/$b", "", 404, nil, nil, nil, ""},
		{"get deleted", "GET /companies/$co/connections/$b", "", 404, nil, nil, nil, ""},
		{"relink", "PUT /companies/$co/connections/$a/authorization", `{"accessToken":"` + manyToken + `","tenantId":"org-2"}`, 200, []string{`"status":"Linked"`}, nil, []string{"connection.reconnected"}, ""},
		{"the company shows it", "GET /companies/$co", "", 200, []string{`"id":"$a"`, `"status":"Linked"`}, []string{"$b"}, nil, ""},
	}, withCompany)
}

func TestIntegrations(t *testing.T) {
	play(t, []row{
		{"list", "GET /integrations?pageSize=1000", "", 200, []string{`"key":"wvtc"`, `"key":"mqjo"`, `"logoUrl":"https://bowline.example/link/logos/mqjo.svg"`, `"enabled":true`}, nil, nil, ""},
		{"query", "GET /integrations?query=sourceType%3Daccounting%26%26enabled%3Dtrue%26%26name~sandbox", "", 200, []string{`"totalResults":3`, `"mqjo"`}, []string{`"aiwb"`}, nil, ""},
		{"order", "GET /integrations?orderBy=-name&pageSize=1&query=name~sandbox%26%26enabled%3Dtrue", "", 200, []string{`"totalResults":6`, `"Keys Sandbox"`, `"next":{"href":"/integrations?page=2&pageSize=1&query=name~sandbox%26%26enabled%3Dtrue&orderBy=-name"}`}, []string{"mqjo"}, nil, ""},
		{"unknown property", "GET /integrations?query=shoeSize%3D4", "", 400, []string{"Error parsing query - property shoeSize is not known on Integration"}, nil, nil, ""},
		{"unknown order", "GET /integrations?orderBy=shoeSize", "", 400, nil, nil, nil, ""},
		{"past the end", "GET /integrations?page=99", "", 200, []string{`"results":[]`, `"pageNumber":99`, `"previous":{"href":"/integrations?page=98&pageSize=100"}`}, []string{"next"}, nil, ""},
		{"get", "GET /integrations/mqjo", "", 200, []string{`"key":"mqjo"`, `"sourceType":"Accounting"`}, nil, nil, ""},
		{"get unknown", "GET /integrations/zzzz", "", 404, nil, []string{"zzzz"}, nil, ""},
		{"branding", "GET /integrations/mqjo/branding", "", 200, []string{`"src":"https://bowline.example/link/logos/mqjo.svg"`, `"square"`, `"hover"`}, nil, nil, ""},
		{"branding of unknown", "GET /integrations/zzzz/branding", "", 404, nil, nil, nil, ""},
	}, nil)
}

func TestProfileAndOrigins(t *testing.T) {
	play(t, []row{
		{"profile", "GET /profile", "", 200, []string{`"name":"Test"`, `"redirectUrl":""`, `"whiteListUrls":[]`}, []string{"logoUrl"}, nil, ""},
		{"replace", "PUT /profile", `{"name":"Hill","redirectUrl":"https://{customer}.example/{companyId}","logoUrl":"https://hill.example/l.png","whiteListUrls":["https://a.example"]}`, 200,
			[]string{`"name":"Hill"`, `"redirectUrl":"https://{customer}.example/{companyId}"`, `"logoUrl"`}, []string{"iconUrl"}, nil, ""},
		{"replace clears", "PUT /profile", `{"name":"Hill","redirectUrl":"","apiKey":"ignored","logoUrl":null}`, 200, []string{`"whiteListUrls":[]`}, []string{"logoUrl", "apiKey"}, nil, ""},
		{"no name", "PUT /profile", `{"redirectUrl":""}`, 400, nil, nil, nil, ""},
		{"bad redirect", "PUT /profile", `{"name":"Hill","redirectUrl":"javascript:alert(1)"}`, 400, []string{"redirectUrl"}, []string{"alert"}, nil, ""},
		{"read back", "GET /profile", "", 200, []string{`"name":"Hill"`}, nil, nil, ""},

		{"no origins", "GET /corsSettings", "", 200, []string{`{"allowedOrigins":[]}`}, nil, nil, ""},
		{"set", "POST /corsSettings", `{"allowedOrigins":["https://App.example.com","https://app.example.com/"]}`, 200, []string{`{"allowedOrigins":["https://app.example.com"]}`}, nil, nil, ""},
		{"old path shares the list", "GET /connectionManagement/corsSettings", "", 200, []string{"app.example.com"}, nil, nil, ""},
		{"old path sets", "POST /connectionManagement/corsSettings", `{"allowedOrigins":["http://localhost:3000"]}`, 200, []string{"localhost:3000"}, []string{"app.example"}, nil, ""},
		{"path in origin", "POST /corsSettings", `{"allowedOrigins":["https://a.example/path"]}`, 400, nil, nil, nil, ""},
		{"wildcard", "POST /corsSettings", `{"allowedOrigins":["*"]}`, 400, nil, nil, nil, ""},
		{"unchanged", "GET /corsSettings", "", 200, []string{`{"allowedOrigins":["http://localhost:3000"]}`}, nil, nil, ""},
		{"clear", "POST /corsSettings", `{"allowedOrigins":[]}`, 200, []string{`{"allowedOrigins":[]}`}, nil, nil, ""},
	}, nil)
}

func TestConsumers(t *testing.T) {
	play(t, []row{
		{"none", "GET /webhooks", "", 200, []string{`{"results":[]}`}, nil, nil, ""},
		{"create", "POST /webhooks", `{"url":"https://hooks.example/in","eventTypes":["connection.connected"],"disabled":false,"companyTags":["region:emea"]}`, 201,
			[]string{`"signingSecret":"whsec_`, `"disabled":false`, `"companyTags":["region:emea"]`}, []string{"companyId"}, nil, "a"},
		{"nulls", "POST /webhooks", `{"url":"https://hooks.example/in","eventTypes":["company.created"],"disabled":null,"companyTags":null}`, 201, []string{`"disabled":false`}, []string{"companyTags"}, nil, "b"},
		{"list hides the secret", "GET /webhooks", "", 200, []string{`"id":"$a"`, `"id":"$b"`}, []string{"whsec_", "signingSecret"}, nil, ""},
		{"plain http", "POST /webhooks", `{"url":"http://hooks.example","eventTypes":["company.created"]}`, 400, []string{"https"}, nil, nil, ""},
		{"no url", "POST /webhooks", `{"eventTypes":["company.created"]}`, 400, nil, nil, nil, ""},
		{"no types", "POST /webhooks", `{"url":"https://hooks.example","eventTypes":[]}`, 400, nil, nil, nil, ""},
		{"unknown type", "POST /webhooks", `{"url":"https://hooks.example","eventTypes":["sekret"]}`, 400, nil, []string{"sekret"}, nil, ""},
		{"delete", "DELETE /webhooks/$a", "", 204, nil, nil, nil, ""},
		{"delete again", "DELETE /webhooks/$a", "", 404, nil, nil, nil, ""},
		{"delete malformed", "DELETE /webhooks/x", "", 404, nil, nil, nil, ""},
		{"one left", "GET /webhooks", "", 200, []string{"$b"}, []string{"$a"}, nil, ""},
	}, nil)
}

func TestUnroutedPaths(t *testing.T) {
	play(t, []row{
		{"unknown", "GET /nothing", "", 404, []string{`"error":"NotFound"`}, nil, nil, ""},
		{"doubled slash", "GET /companies//x", "", 404, []string{`"statusCode":404`}, nil, nil, ""},
		{"trailing slash", "GET /companies/", "", 404, nil, nil, nil, ""},
		{"wrong method", "PUT /companies", "", 405, []string{`"statusCode":405`}, nil, nil, ""},
		{"legacy alerts", "GET /rules/alerts", "", 404, nil, nil, nil, ""},
		{"groups", "GET /groups", "", 404, nil, nil, nil, ""},
	}, nil)
}
