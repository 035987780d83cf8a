package server_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/server"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestRequestsAreKept asks for this and that, and looks into what is kept of it
// after the server has stopped: whose it was and what came of it, and neither
// query nor key nor what belongs to a provider.
func TestRequestsAreKept(t *testing.T) {
	t.Parallel()
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			o := storetest.Options(t, engine)
			const key = "bootstrap-key-of-at-least-thirty-two-characters"
			running := start(t, server.Options{DataDir: o.Dir, DatabaseURL: o.URL, Sealer: o.Sealer, BootstrapAPIKey: key})
			ask := func(method, path, key, body string) (id string, answer []byte) {
				t.Helper()
				r, err := http.NewRequestWithContext(t.Context(), method, running.URL()+path, strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				if key != "" {
					r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(key)))
				}
				r.Header.Set("Content-Type", "application/json")
				response, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = response.Body.Close() }()
				var parsed json.RawMessage
				_ = json.NewDecoder(response.Body).Decode(&parsed) // a page is none
				return response.Header.Get("X-Correlation-Id"), parsed
			}
			created, answer := ask("POST", "/api/companies", key, `{"name":"Harbour Bakery"}`)
			var company bowline.Company
			if err := json.Unmarshal(answer, &company); err != nil {
				t.Fatal(err)
			}
			at := "/api/companies/" + string(company.ID)
			read, _ := ask("GET", at+"?query=secret%3Dsecret", key, "")
			missing, _ := ask("GET", "/api/companies/"+string(bowline.NewID(time.Now())), key, "")
			proxied, _ := ask("GET", at+"/connections/"+string(company.ID)+"/proxy/v1/secret", key, "")
			unknown, _ := ask("GET", "/api/companies/"+strings.Repeat("secret", 10), "secret-key", "")
			viewed, _ := ask("GET", "/link/company/"+string(company.ID), "", "")
			refused, _ := ask("POST", "/sdk/companies/"+string(company.ID)+"/journey", "", `{"action":"boot"}`)
			running.stopped(t)

			s, err := store.Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			instances, err := s.Instances(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []struct {
				what, id, path string
				status         int
				kind           bowline.CallerKind
				code           string
				owned          bool
			}{
				{"a write", created, "/api/companies", 200, "key", "", true},
				{"a read", read, at, 200, "key", "", true},
				{"a failure", missing, "/api/companies/…", 404, "key", "notFound", true},
				{"a proxied request", proxied, at + "/connections/" + string(company.ID) + "/proxy/", 403, "key", "forbidden", true},
				{"a stranger", unknown, "/api/companies/…", 401, "", "unauthorized", false},
				{"a browser that is refused", refused, "/sdk/companies/" + string(company.ID) + "/journey", 401, "", "unauthorized", false},
			} {
				found, err := s.Request(t.Context(), instances[0].ID, want.id)
				if err != nil {
					t.Errorf("%s: %v", want.what, err)
					continue
				}
				pathFits := found.Path == want.path || strings.HasSuffix(want.path, "…") && strings.HasPrefix(found.Path, "/api/companies/")
				if !pathFits || found.Status != want.status || found.CallerKind != want.kind || found.ErrorCode != want.code || (found.InstanceID != "") != want.owned {
					t.Errorf("%s is kept as %+v", want.what, found)
				}
				if strings.Contains(found.Path+found.Message, "secret") || found.Duration <= 0 || found.At.IsZero() {
					t.Errorf("%s: %+v", want.what, found)
				}
			}
			if found, err := s.Request(t.Context(), instances[0].ID, viewed); err == nil {
				t.Errorf("what a customer did without trouble is kept: %+v", found)
			}
		})
	}
}

// TestReadsAreSampled reads more often than is kept.
func TestReadsAreSampled(t *testing.T) {
	t.Parallel()
	o := storetest.Options(t, store.SQLite)
	const key = "bootstrap-key-of-at-least-thirty-two-characters"
	running := start(t, server.Options{DataDir: o.Dir, Sealer: o.Sealer, BootstrapAPIKey: key})
	header := base64.StdEncoding.EncodeToString([]byte(key))
	for range 200 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, running.URL()+"/api/companies", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Basic "+header)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
	running.stopped(t)
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	instances, err := s.Instances(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := s.Requests(t.Context(), store.RequestList{InstanceID: instances[0].ID, Limit: 1000, Reach: 1000})
	if err != nil || len(list) < 50 || len(list) >= 200 {
		t.Errorf("%d of 200 reads are kept, %v", len(list), err)
	}
}
