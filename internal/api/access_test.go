package api_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestKeys follows API keys from creation to deletion.
func TestKeys(t *testing.T) {
	play(t, []row{
		{"list hides secrets", "GET /apiKeys", "", 200, []string{`"name":"First key"`, `"createdDate"`, `"prefix":"bwl_`}, []string{`"apiKey"`}, nil, "first"},
		{"create", "POST /apiKeys", `{"name":"second"}`, 201, []string{`"apiKey":"bwl_`, `"name":"second"`}, nil, nil, "b"},
		{"create without a body", "POST /apiKeys", "", 201, []string{`"apiKey":"bwl_`}, []string{`"name"`}, nil, "c"},
		{"name too long", "POST /apiKeys", `{"name":"` + strings.Repeat("é", 51) + `"}`, 400, []string{"50"}, nil, nil, ""},
		{"delete", "DELETE /apiKeys/$c", "", 204, nil, nil, nil, ""},
		{"delete again", "DELETE /apiKeys/$c", "", 404, []string{"$c"}, nil, nil, ""},
		{"delete malformed", "DELETE /apiKeys/c", "", 404, nil, nil, nil, ""},
		{"delete the other", "DELETE /apiKeys/$b", "", 204, nil, nil, nil, ""},
		{"the last one stays", "DELETE /apiKeys/$first", "", 409, []string{"last API key"}, nil, nil, ""},
		{"unknown beside the last one", "DELETE /apiKeys/" + unknownID, "", 404, nil, nil, nil, ""},
	}, nil)
}

func TestKeyLimit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		for range bowline.MaxAPIKeys - 1 {
			h.must(201, "POST", "/apiKeys", "")
		}
		got := h.call("POST", "/apiKeys", "")
		if got.status != 409 || !strings.Contains(got.body, "All 10 API keys are in use") {
			t.Errorf("the eleventh key: %d %s", got.status, got.body)
		}
	})
}

// TestKeyDeletesItself also shows that a deleted key is refused at once.
func TestKeyDeletesItself(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	made := h.must(201, "POST", "/apiKeys", "")
	secret, _ := made["apiKey"].(string)
	header := []string{"Authorization", basic(secret)}
	if got := h.call("GET", "/profile", "", header...); got.status != 200 {
		t.Fatalf("new key: %d", got.status)
	}
	got := h.call("DELETE", "/apiKeys/"+id(t, made), "", header...)
	if got.status != 204 || got.header.Get("Content-Type") != "" {
		t.Fatalf("delete: %d %v", got.status, got.header)
	}
	if got := h.call("GET", "/profile", "", header...); got.status != 401 || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("deleted key: %d %v", got.status, got.header)
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	for _, test := range []struct {
		name, header string
		status       int
	}{
		{"key", basic(h.key), 200},
		{"key and colon", basic(h.key + ":"), 200},
		{"scheme in capitals", strings.Replace(basic(h.key), "Basic", "BASIC", 1), 200},
		{"without padding", strings.TrimRight(basic(h.key), "="), 200},
		{"none", "", 401},
		{"key not encoded", "Basic " + h.key, 401},
		{"key as a bearer", "Bearer " + h.key, 401},
		{"unknown key", basic("bwl_0000000000000000000000000000000000000000"), 401},
		{"empty", "Basic ", 401},
		{"user and key", basic("user:" + h.key), 401},
		{"other scheme", "Digest x", 401},
	} {
		got := h.call("GET", "/profile", "", "Authorization", test.header)
		if got.status != test.status {
			t.Errorf("%s: %d, want %d", test.name, got.status, test.status)
		}
		if got.status == 401 && (got.header.Get("WWW-Authenticate") == "" || strings.Contains(got.body, h.key)) {
			t.Errorf("%s: %v %s", test.name, got.header, got.body)
		}
	}
}

func TestCompanyTokens(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	mine, other := h.company(`{"name":"Mine"}`), h.company(`{"name":"Other"}`)
	conn := h.linked(mine, "mqjo")
	answer := h.must(200, "GET", "/companies/"+mine+"/accessToken", "")
	token, _ := answer["accessToken"].(string)
	if answer["expiresIn"] != float64(86400) || answer["tokenType"] != "Bearer" || token == "" {
		t.Fatalf("%v", answer)
	}
	old, _ := h.must(200, "GET", "/companies/"+mine+"/connectionManagement/accessToken", "")["accessToken"].(string)
	for _, test := range []struct {
		name, request, body, token string
		status                     int
	}{
		{"company", "GET /companies/" + mine, "", token, 200},
		{"company in capitals", "GET /companies/" + strings.ToUpper(mine), "", token, 200},
		{"connections", "GET /companies/" + mine + "/connections", "", token, 200},
		{"connection", "GET /companies/" + mine + "/connections/" + conn, "", token, 200},
		{"old token", "GET /companies/" + mine, "", old, 200},
		{"other company", "GET /companies/" + other, "", token, 403},
		{"list of companies", "GET /companies", "", token, 403},
		{"change", "PATCH /companies/" + mine, `{}`, token, 403},
		{"delete", "DELETE /companies/" + mine, "", token, 403},
		{"another token", "GET /companies/" + mine + "/accessToken", "", token, 403},
		{"keys", "GET /apiKeys", "", token, 403},
		{"tampered", "GET /companies/" + mine, "", token[:len(token)-2] + "AA", 401},
		{"cut", "GET /companies/" + mine, "", token[:20], 401},
		{"unlink", "PATCH /companies/" + mine + "/connections/" + conn, `{"status":"Unlinked"}`, token, 200},
	} {
		method, target, _ := strings.Cut(test.request, " ")
		if got := h.call(method, target, test.body, "Authorization", "Bearer "+test.token); got.status != test.status {
			t.Errorf("%s: %d, want %d: %s", test.name, got.status, test.status, got.body)
		}
	}
	history, err := h.store.History(t.Context(), h.instance, bowline.ID(conn))
	if err != nil || history[len(history)-1].Actor != bowline.ActorCustomer || history[0].Actor == bowline.ActorCustomer || len(history[0].CorrelationID) != 32 {
		t.Errorf("%v %+v", err, history)
	}
	for _, step := range []struct {
		after       time.Duration
		token, name string
		status      int
	}{{time.Hour, old, "old token after an hour", 401}, {0, token, "token after an hour", 200}, {23 * time.Hour, token, "token after a day", 401}} {
		h.clock.advance(step.after)
		if got := h.call("GET", "/companies/"+mine, "", "Authorization", "Bearer "+step.token); got.status != step.status {
			t.Errorf("%s: %d", step.name, got.status)
		}
	}
}

// TestDeletedCompanyEndsItsTokens needs no list of revoked tokens.
func TestDeletedCompanyEndsItsTokens(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	company := h.company(`{"name":"A"}`)
	token, _ := h.must(200, "GET", "/companies/"+company+"/accessToken", "")["accessToken"].(string)
	h.must(204, "DELETE", "/companies/"+company, "")
	if got := h.call("GET", "/companies/"+company, "", "Authorization", "Bearer "+token); got.status != 404 {
		t.Errorf("%d", got.status)
	}
}

func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	const good = "https://app.example.com"
	h.must(200, "POST", "/corsSettings", `{"allowedOrigins":["`+good+`"]}`)
	company := h.company(`{"name":"A"}`)
	conn := "/companies/" + company + "/connections/" + h.connection(company, "mqjo")
	for _, test := range []struct {
		name, method, path, origin, wants string
		status                            int
		allow                             string // Access-Control-Allow-Origin
		methods                           string
		vary                              bool
	}{
		{"preflight", "OPTIONS", "/companies/" + company, good, "GET", 204, good, "GET", true},
		{"preflight of an unlink", "OPTIONS", conn, good, "PATCH", 204, good, "GET, PATCH", true},
		{"preflight from elsewhere", "OPTIONS", conn, "https://evil.example", "PATCH", 403, "", "", true},
		{"preflight from null", "OPTIONS", conn, "null", "PATCH", 403, "", "", true},
		{"preflight of a list of companies", "OPTIONS", "/companies", good, "GET", 405, "", "", false},
		{"preflight of keys", "OPTIONS", "/apiKeys", good, "GET", 405, "", "", false},
		{"options without preflight", "OPTIONS", conn, good, "", 405, "", "", true},
		{"read", "GET", conn, good, "", 200, good, "", true},
		{"read from elsewhere", "GET", conn, "https://evil.example", "", 200, "", "", true},
		{"delete", "DELETE", "/webhooks/" + company, good, "", 404, "", "", false},
		{"list of companies", "GET", "/companies", good, "", 200, "", "", false},
	} {
		header := []string{"Origin", test.origin}
		if test.wants != "" {
			header = append(header, "Access-Control-Request-Method", test.wants, "Authorization", "")
		}
		got := h.call(test.method, test.path, "", header...)
		if got.status != test.status || got.header.Get("Access-Control-Allow-Origin") != test.allow ||
			got.header.Get("Access-Control-Allow-Methods") != test.methods || (got.header.Get("Vary") == "Origin") != test.vary {
			t.Errorf("%s: %d %v", test.name, got.status, got.header)
		}
		if got.header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: credentials are allowed", test.name)
		}
	}
}

// TestInstancesAreApart: what belongs to another instance is not found.
func TestInstancesAreApart(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b := newHarness(t, s), newHarness(t, s)
		company := a.company(`{"name":"A"}`)
		conn := a.connection(company, "mqjo")
		path := "/companies/" + company
		for _, request := range []string{
			"GET " + path, "DELETE " + path, "GET " + path + "/connections", "GET " + path + "/connections/" + conn,
			"DELETE " + path + "/connections/" + conn, "GET " + path + "/accessToken", "PUT " + path + "/products/lending",
		} {
			method, target, _ := strings.Cut(request, " ")
			if got := b.call(method, target, ""); got.status != 404 {
				t.Errorf("%s: %d", request, got.status)
			}
		}
		b.must(200, "GET", "/companies", "")
		if total := b.must(200, "GET", "/companies", "")["totalResults"]; total != float64(0) {
			t.Errorf("the other instance lists %v companies", total)
		}
		if got := b.call("GET", path, "", "Authorization", basic(a.key)); got.status != 200 {
			t.Errorf("a key works where its instance is: %d", got.status)
		}
	})
}

func TestCompanyLimit(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s, func(o *api.Options) { o.CompanyLimit = 1 })
		company := h.company(`{"name":"A"}`)
		got := h.call("POST", "/companies", `{"name":"B"}`)
		for _, want := range []string{`"CompanyValidationException: Company limit exceeded"`, `"itemId":"Company"`, "This plan allows 1 companies.", `"validatorName":"CreateCompany"`} {
			if got.status != 402 || !strings.Contains(got.body, want) {
				t.Errorf("%d, want %s in %s", got.status, want, got.body)
			}
		}
		h.must(204, "DELETE", "/companies/"+company, "")
		h.company(`{"name":"B"}`)
	})
}

// TestConsumerLimit: an operator's word on webhook consumers.
func TestConsumerLimit(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite), func(o *api.Options) { o.ConsumerLimit = 1 })
	const consumer = `{"url":"https://example.com/hooks","eventTypes":["connection.connected"]}`
	h.must(201, "POST", "/webhooks", consumer)
	if got := h.call("POST", "/webhooks", consumer); got.status != 400 || !strings.Contains(got.body, "All 1 webhook consumers are in use") {
		t.Errorf("a second one: %d %s", got.status, got.body)
	}
}

// TestSecretsStayOut scans the log and the answers of a whole visit.
func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	company := h.company(`{"name":"A"}`)
	conn := h.connection(company, "mqjo")
	target := "/companies/" + company + "/connections/" + conn + "/authorization"
	var said strings.Builder
	for _, body := range []string{
		`{"accessToken":"sekret-1","refreshToken":"sekret-2"}`, `{"accessToken":["sekret-3"]}`, `{"accessToken":"sekret-4`, `{"sekret-5":"x","accessToken":"x"}`,
		`{"accessToken":"` + goodToken + `","refreshToken":"sekret-6","tenantId":"sekret-7"}`,
	} {
		said.WriteString(h.call("PUT", target, body).body)
	}
	h.call("GET", "/profile", "", "Authorization", basic("sekret-8"))
	h.call("GET", "/profile", "", "Authorization", "Bearer bwt_sekret-9")
	log := h.log.String()
	for name, text := range map[string]string{"log": log, "answers": said.String()} {
		for _, secret := range []string{"sekret", h.key, goodToken} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %q: %s", name, secret, text)
			}
		}
	}
	if !strings.Contains(log, "correlationId=") {
		t.Errorf("nothing was logged: %q", log)
	}
}

func TestReferencePage(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	w := httptest.NewRecorder()
	h.api.Docs().ServeHTTP(w, httptest.NewRequest("GET", "/docs/api", nil))
	body := w.Body.String()
	if policy := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	for _, r := range h.api.Routes() {
		if !strings.Contains(body, `<article id="`+r.OperationID+`">`) {
			t.Errorf("%s is not on the page", r.OperationID)
		}
	}
	if strings.Contains(body, "<script") || strings.Contains(body, "style=") {
		t.Error("the page breaks its own policy")
	}
	w = httptest.NewRecorder()
	h.api.Docs().ServeHTTP(w, httptest.NewRequest("GET", "/docs/other", nil))
	if w.Code != 404 {
		t.Errorf("another page: %d", w.Code)
	}
	w = httptest.NewRecorder()
	h.api.Docs().ServeHTTP(w, httptest.NewRequest("GET", "/docs/api/openapi.json", nil))
	if w.Body.String() != string(h.api.Document()) || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("document: %v", w.Header())
	}
}

// TestExpiringKeyMakesNone: a key that ends cannot make one that goes on.
func TestExpiringKeyMakesNone(t *testing.T) {
	t.Parallel()
	a := newHarness(t, storetest.Open(t, store.SQLite))
	soon, later := a.clock.Now().Add(time.Hour).UTC().Format(time.RFC3339), a.clock.Now().Add(2*time.Hour).UTC().Format(time.RFC3339)
	made := a.must(201, "POST", "/apiKeys", `{"name":"contractor","expires":"`+soon+`"}`)
	key := basic(made["apiKey"].(string))
	for body, status := range map[string]int{`{}`: 403, `{"expires":"` + later + `"}`: 403, `{"expires":"` + soon + `"}`: 201} {
		if got := a.call("POST", "/apiKeys", body, "Authorization", key); got.status != status {
			t.Errorf("%s: %d %s", body, got.status, got.body)
		}
	}
}
