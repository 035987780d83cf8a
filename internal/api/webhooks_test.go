package api_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

const hook = `{"url":"https://hooks.example/in","eventTypes":["company.created"]}`

// TestConsumerChanges follows a consumer through everything that may change.
func TestConsumerChanges(t *testing.T) {
	many := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, `"X-H`+strings.Repeat("x", i)+`":"v"`)
		}
		return "{" + strings.Join(list, ",") + "}"
	}
	play(t, []row{
		{"create", "POST /webhooks", hook, 201, []string{`"signingSecret":"whsec_`, `"version":1`, `"created":"2026-03-04T05:06:07.123456Z"`}, nil, nil, "a"},
		{"get", "GET /webhooks/$a", "", 200, []string{`"id":"$a"`, `"version":1`, `"disabled":false`, `"updated":"2026-03-04T05:06:07.123456Z"`},
			[]string{"whsec_", "headerNames", "transformation", "clientCertificate", "rateLimit", "failingSince", "disabledReason", "companyTags"}, nil, ""},
		{"nothing", "PATCH /webhooks/$a", `{}`, 200, []string{`"version":1`}, []string{"whsec_"}, nil, ""},
		{"nulls change nothing", "PATCH /webhooks/$a", `{"url":null,"disabled":null,"companyTags":null,"headers":null,"version":1}`, 200, []string{`"version":1`, "hooks.example"}, nil, nil, ""},
		{"all", "PATCH /webhooks/$a", `{"url":"https://hooks.example/2","eventTypes":["connection.connected","Data Sync Completed"],"disabled":true,"companyTags":["a:b"],"companyId":"` + unknownID + `","headers":{"Authorization":"sekret-1","X-Two":"sekret-2"},"rateLimit":5,"version":1}`,
			200, []string{`"url":"https://hooks.example/2"`, `"DataSyncCompleted"`, `"disabled":true`, `"companyTags":["a:b"]`, `"companyId":"` + unknownID + `"`, `"headerNames":["Authorization","X-Two"]`, `"rateLimit":5`, `"version":2`}, []string{"sekret"}, nil, ""},
		{"old version", "PATCH /webhooks/$a", `{"disabled":false,"version":1}`, 409, []string{"Read it again"}, nil, nil, ""},
		{"not yet that version", "PATCH /webhooks/$a", `{"disabled":false,"version":3}`, 409, nil, nil, nil, ""},
		{"the list says so too", "GET /webhooks", "", 200, []string{`"headerNames":["Authorization","X-Two"]`}, []string{"sekret", "whsec_"}, nil, ""},
		{"one header more, one less", "PATCH /webhooks/$a", `{"headers":{"x-two":null,"X-Three":"3"},"version":2}`, 200, []string{`"headerNames":["Authorization","X-Three"]`, `"version":3`}, nil, nil, ""},
		{"header in another case", "PATCH /webhooks/$a", `{"headers":{"AUTHORIZATION":"sekret-3"}}`, 200, []string{`"headerNames":["AUTHORIZATION","X-Three"]`, `"version":4`}, []string{"sekret"}, nil, ""},
		{"filters go", "PATCH /webhooks/$a", `{"companyTags":[],"companyId":"","rateLimit":0,"headers":{"Authorization":null,"X-Three":""},"disabled":false}`, 200, []string{`"disabled":false`}, []string{"companyTags", "companyId", "rateLimit", "headerNames"}, nil, ""},
		{"history", "GET /webhooks/$a/history", "", 200, []string{`"what":"Created"`, `"what":"Disabled"`, `"what":"Updated"`, `"what":"Enabled"`, `"actor":"key:`, `"actorName":"`}, []string{"sekret", "whsec_"}, nil, ""},
		{"list", "GET /webhooks", "", 200, []string{`"version":5`}, []string{"whsec_", "sekret"}, nil, ""},

		{"plain http", "PATCH /webhooks/$a", `{"url":"http://hooks.example"}`, 400, []string{"https"}, nil, nil, ""},
		{"no types", "PATCH /webhooks/$a", `{"eventTypes":[]}`, 400, nil, nil, nil, ""},
		{"unknown type", "PATCH /webhooks/$a", `{"eventTypes":["sekret"]}`, 400, nil, []string{"sekret"}, nil, ""},
		{"tag without a colon", "PATCH /webhooks/$a", `{"companyTags":["sekret"]}`, 400, nil, []string{"sekret"}, nil, ""},
		{"company", "PATCH /webhooks/$a", `{"companyId":"sekret"}`, 400, []string{"companyId"}, []string{"sekret"}, nil, ""},
		{"reserved header", "PATCH /webhooks/$a", `{"headers":{"Webhook-Id":"sekret"}}`, 400, []string{"webhook-id"}, []string{"sekret"}, nil, ""},
		{"header with a line break", "PATCH /webhooks/$a", `{"headers":{"X-A":"sekret\r\nX-B: 1"}}`, 400, nil, []string{"sekret"}, nil, ""},
		{"too many headers", "PATCH /webhooks/$a", `{"headers":` + many(51) + `}`, 400, []string{"50"}, nil, nil, ""},
		{"rate", "PATCH /webhooks/$a", `{"rateLimit":-1}`, 400, []string{"rateLimit"}, nil, nil, ""},
		{"unknown member", "PATCH /webhooks/$a", `{"sekret":1}`, 400, nil, nil, nil, ""},
		{"its secret is elsewhere", "PATCH /webhooks/$a", `{"signingSecret":"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"}`, 400, nil, []string{"whsec_"}, nil, ""},
		{"no body", "PATCH /webhooks/$a", "", 400, []string{"consumer"}, nil, nil, ""},
		{"unchanged by refusals", "GET /webhooks/$a", "", 200, []string{`"version":5`}, nil, nil, ""},
		{"delete", "DELETE /webhooks/$a", "", 204, nil, nil, nil, ""},
		{"gone", "GET /webhooks/$a", "", 404, []string{"$a"}, nil, nil, ""},
		{"change what is gone", "PATCH /webhooks/$a", `{"disabled":true}`, 404, nil, nil, nil, ""},
		{"history of what is gone", "GET /webhooks/$a/history", "", 404, nil, nil, nil, ""},
		{"malformed", "GET /webhooks/x", "", 404, nil, []string{"x exists"}, nil, ""},
	}, nil)
}

// TestSecretRotation keeps the former secret for a day.
func TestSecretRotation(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		made := h.must(201, "POST", "/webhooks", hook)
		path := "/webhooks/" + id(t, made) + "/secret"
		first := made["signingSecret"]
		if got := h.must(200, "GET", path, ""); got["signingSecret"] != first || got["formerSecret"] != nil || got["formerUntil"] != nil {
			t.Errorf("before: %v", got)
		}
		got := h.must(200, "POST", path, "")
		second := got["signingSecret"]
		if second == first || got["formerSecret"] != first || got["formerUntil"] != "2026-03-05T05:06:07.123456Z" {
			t.Errorf("rotated: %v", got)
		}
		const own = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
		got = h.must(200, "POST", path, `{"signingSecret":"`+own+`"}`)
		if got["signingSecret"] != own || got["formerSecret"] != second {
			t.Errorf("an own secret: %v", got)
		}
		for _, bad := range []string{own, "sekret", "whsec_", "whsec_AAEC", "whsk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"} {
			if got := h.call("POST", path, `{"signingSecret":"`+bad+`"}`); got.status != 400 || strings.Contains(got.body, bad) && bad != "whsec_" {
				t.Errorf("%q: %d %s", bad, got.status, got.body)
			}
		}
		h.clock.advance(24*time.Hour - time.Second)
		if got := h.must(200, "GET", path, ""); got["formerSecret"] != second {
			t.Errorf("within a day: %v", got)
		}
		h.clock.advance(time.Second)
		if got := h.must(200, "GET", path, ""); got["signingSecret"] != own || got["formerSecret"] != nil {
			t.Errorf("after a day: %v", got)
		}
		for _, text := range []string{h.call("GET", "/webhooks", "").body, h.log.String(), h.call("GET", "/webhooks/"+id(t, made)+"/history", "").body} {
			for _, secret := range []string{first.(string), second.(string), own} {
				if strings.Contains(text, secret) {
					t.Errorf("a secret is where it should not be: %s", text)
				}
			}
		}
		if history := h.call("GET", "/webhooks/"+id(t, made)+"/history", "").body; strings.Count(history, `"SecretRotated"`) != 2 {
			t.Errorf("history: %s", history)
		}
		if got := h.call("POST", "/webhooks/"+unknownID+"/secret", ""); got.status != 404 {
			t.Errorf("a consumer that is not there: %d", got.status)
		}
	})
}

// newCertificate makes a key and a certificate for it, as PEM.
func newCertificate(t testing.TB, until time.Time) (key, certificate string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Harbour"}, NotBefore: until.Add(-1000 * time.Hour), NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})),
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func TestClientCertificate(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		path := "/webhooks/" + id(t, h.must(201, "POST", "/webhooks", hook))
		key, certificate := newCertificate(t, h.clock.Now().Add(time.Hour))
		otherKey, _ := newCertificate(t, h.clock.Now().Add(time.Hour))
		oldKey, old := newCertificate(t, h.clock.Now())
		body := func(pem string, version int) string {
			encoded, _ := json.Marshal(map[string]any{"pem": pem, "version": version})
			return string(encoded)
		}
		got := h.call("PUT", path+"/clientCertificate", body(key+"\n"+certificate, 1))
		for _, want := range []string{`"subject":"CN=Harbour"`, `"expires":"2026-03-04T06:06:07Z"`, `"fingerprint":"`, `"version":2`} {
			if got.status != 200 || !strings.Contains(got.body, want) {
				t.Errorf("%d, want %s in %s", got.status, want, got.body)
			}
		}
		c, err := s.Consumer(t.Context(), h.instance, bowline.ID(strings.TrimPrefix(path, "/webhooks/")))
		if err != nil || c.ClientCertificate.Reveal() != key+"\n"+certificate {
			t.Errorf("stored: %v", err)
		}
		for name, bad := range map[string]string{
			"key alone": body(key, 0), "certificate alone": body(certificate, 0), "another key": body(otherKey+certificate, 0), "no PEM": body("sekret", 0),
			"expired": body(oldKey+old, 0), "none": `{}`, "empty": body("", 0),
		} {
			if got := h.call("PUT", path+"/clientCertificate", bad); got.status != 400 || strings.Contains(got.body, "sekret") {
				t.Errorf("%s: %d %s", name, got.status, got.body)
			}
		}
		if got := h.call("PUT", path+"/clientCertificate", body(key+certificate, 1)); got.status != 409 {
			t.Errorf("an old version: %d", got.status)
		}
		if listed := results(h.must(200, "GET", "/webhooks", "")); len(listed) != 1 || listed[0]["clientCertificate"] == nil {
			t.Errorf("the list does not tell of the certificate: %v", listed)
		}
		for _, text := range []string{h.call("GET", path, "").body, h.call("GET", "/webhooks", "").body, h.log.String()} {
			if strings.Contains(text, "PRIVATE KEY") {
				t.Errorf("the key is shown: %s", text)
			}
		}
		h.must(204, "DELETE", path+"/clientCertificate", "")
		h.must(204, "DELETE", path+"/clientCertificate", "")
		if got := h.must(200, "GET", path, ""); got["clientCertificate"] != nil || got["version"] != float64(3) {
			t.Errorf("removed: %v", got)
		}
	})
}

// TestWebhooksAreForKeysOfTheirInstance: no company access token reaches any of
// it, and no other instance.
func TestWebhooksAreForKeysOfTheirInstance(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b := newHarness(t, s), newHarness(t, s)
		consumer := id(t, a.must(201, "POST", "/webhooks", hook))
		token, _ := a.must(200, "GET", "/companies/"+a.company(`{"name":"A"}`)+"/accessToken", "")["accessToken"].(string)
		deliver(a, 204)
		message, _ := results(a.must(200, "GET", "/webhooks/"+consumer+"/messages", ""))[0]["id"].(string)
		attempt, _ := results(a.must(200, "GET", "/webhooks/messages/"+message+"/attempts", ""))[0]["id"].(string)
		bodies := map[string]string{
			"PATCH /webhooks/{webhookId}": `{"disabled":true}`, "PUT /webhooks/{webhookId}/transformation": `{"source":"x"}`,
			"POST /webhooks/{webhookId}/recover": `{"since":"2026-03-01T00:00:00Z"}`, "POST /webhooks/{webhookId}/example": `{"eventType":"company.created"}`,
			"POST /webhooks": hook,
		}
		key, certificate := newCertificate(t, a.clock.Now().Add(time.Hour))
		encoded, _ := json.Marshal(map[string]string{"pem": key + certificate})
		bodies["PUT /webhooks/{webhookId}/clientCertificate"] = string(encoded)
		seen := 0
		for _, r := range a.api.Routes() {
			if !strings.HasPrefix(r.Path, "/webhooks") {
				continue
			}
			seen++
			target := strings.NewReplacer("{webhookId}", consumer, "{messageId}", message, "{attemptId}", attempt).Replace(r.Path)
			body := bodies[r.Method+" "+r.Path]
			if got := a.call(r.Method, target, body, "Authorization", "Bearer "+token); got.status != 403 {
				t.Errorf("%s %s with a company access token: %d", r.Method, r.Path, got.status)
			}
			if got := b.call(r.Method, target, body); strings.Contains(r.Path, "{") && got.status != 404 {
				t.Errorf("%s %s from another instance: %d %s", r.Method, r.Path, got.status, got.body)
			}
		}
		if seen != 25 {
			t.Errorf("%d routes", seen)
		}
		if left := results(b.must(200, "GET", "/webhooks", "")); len(left) != 1 || left[0]["id"] == consumer {
			t.Errorf("the other instance lists %v", left)
		}
		if got := a.must(200, "GET", "/webhooks/"+consumer, ""); got["version"] != float64(1) {
			t.Errorf("somebody changed it: %v", got)
		}
	})
}

// results are the entries of a decoded list.
func results(list map[string]any) []map[string]any {
	var entries []map[string]any
	all, _ := list["results"].([]any)
	for _, one := range all {
		entry, _ := one.(map[string]any)
		entries = append(entries, entry)
	}
	return entries
}
