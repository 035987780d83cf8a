package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// FuzzRequests sends anything as a body and as a query string: nothing may be
// a fault of ours, and every answer is as documented.
func FuzzRequests(f *testing.F) {
	for _, seed := range []struct{ body, query string }{
		{`{"name":"A","tags":{"a":"b"}}`, "query=name=a&&tags=b"},
		{`{"NAME":1,"name":"x"}`, "page=1&Page=2"}, {`[{}]`, "query=%ff"}, {`"x"`, "orderBy=-"}, {`{"name":"\ud800"}`, ";=;"},
		{`{"name":null,"tags":{"":""},"products":[null]}`, "query={{{{a=b}}}}"}, {"\x00", "tags=%00"}, {`{"a":{"a":{"a":{}}}}`, "pageSize=1e3"},
		{`{"clients":{"":{"clientId":"x","clientSecret":null}},"values":{"a":null},"scopes":null,"version":0}`, ""},
		{`{"headers":{"A":null,"a":""},"companyTags":null,"version":0}`, "status=Success&from=2026-03-04T00:00:00Z&to=x&companyId=&eventType=%00"},
		{`{"source":"x","enabled":true,"event":{"eventType":1}}`, "status=&from="}, {`{"since":"2026-03-04T00:00:00+25:00"}`, ""}, {`{"pem":"-----BEGIN"}`, ""},
	} {
		f.Add(seed.body, seed.query)
	}
	h := newHarness(f, storetest.Open(f, store.SQLite), func(o *api.Options) { o.Transform = transform })
	company := h.company(`{"name":"A"}`)
	conn := h.connection(company, "mqjo")
	hooked := "/webhooks/" + h.consumer(hook)
	f.Fuzz(func(t *testing.T, body, query string) {
		send := func(method, path, query, body string) {
			r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
			r.URL.RawQuery = query
			r.Header = http.Header{"Authorization": {basic(h.key)}, "Content-Type": {"application/json"}}
			w := httptest.NewRecorder()
			h.handler.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Errorf("%s %s?%s %q: %d %s", method, path, query, body, w.Code, w.Body)
			}
			checkAnswer(t, h.api, method, path, answer{w.Code, w.Header(), w.Body.String()})
		}
		send("PATCH", "/companies/"+company, "", body)
		send("POST", "/webhooks", "", body)
		send("PATCH", hooked, "", body)
		send("POST", hooked+"/secret", "", body)
		send("PUT", hooked+"/transformation", "", body)
		send("POST", hooked+"/transformation/test", "", body)
		send("PUT", hooked+"/clientCertificate", "", body)
		send("POST", hooked+"/recover", "", body)
		send("POST", hooked+"/replay", "", body)
		send("POST", hooked+"/example", "", body)
		send("GET", hooked+"/messages", query, "")
		send("PUT", "/profile", "", body)
		send("POST", "/corsSettings", "", body)
		send("PUT", "/companies/"+company+"/connections/"+conn+"/authorization", "", body)
		send("PUT", "/integrations/mqjo/setup", "", body)
		send("GET", "/companies", query, "")
		send("GET", "/companies/"+company+"/connections", query, "")
		send("GET", "/integrations", query, "")
	})
}
