package server_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/server"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestLastVisitIsStored stops the server right after a visit: who has begun is
// not lost with the memory that it waited in.
func TestLastVisitIsStored(t *testing.T) {
	t.Parallel()
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			o := storetest.Options(t, engine)
			const key = "bootstrap-key-of-at-least-thirty-two-characters"
			running := start(t, server.Options{DataDir: o.Dir, DatabaseURL: o.URL, Sealer: o.Sealer, BootstrapAPIKey: key})
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, running.URL()+"/api/companies", strings.NewReader(`{"name":"Harbour Bakery"}`))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(key)))
			request.Header.Set("Content-Type", "application/json")
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = response.Body.Close() }()
			var company bowline.Company
			if err := json.NewDecoder(response.Body).Decode(&company); err != nil || company.ID == "" {
				t.Fatalf("the company is answered %d: %v", response.StatusCode, err)
			}
			if status, _, _ := running.ask(t, http.MethodGet, "/link/company/"+string(company.ID), ""); status != http.StatusOK {
				t.Fatalf("the page is answered %d", status)
			}
			running.stopped(t)
			s, err := store.Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			page, err := s.Link(t.Context(), company.ID)
			if err != nil || !page.Began {
				t.Errorf("the visit is not stored: %v", err)
			}
		})
	}
}
