package bowline

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestEventsAreFrozen compares every event with its golden file: consumers
// depend on each member.
func TestEventsAreFrozen(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 9, 15, 27, 481000000, time.UTC)
	links := NewLinks("https://bowline.example.test/")
	company := Company{
		ID: "b8f1f6ac-51f0-4f5b-9c8a-0c6d1d1f7a31", Name: "Harbour Bakery",
		Created: at.Add(-time.Hour), Tags: map[string]string{"desk": "north"}, Products: []string{"lending", "spend-insights"},
	}
	pending := Connection{
		ID: "0d6f3b1e-7f0a-4a83-9f3d-7f4a1f1f6e22", CompanyID: company.ID,
		IntegrationID: "9c5a7d0b-1e9e-4c1c-8d11-54d2a1f0b3c4", IntegrationKey: "mqjo",
		SourceID: "6e8c1b7d-3e0f-4a55-9a3c-0f2d7b9c1e55", SourceType: Accounting,
		PlatformName: "Accounting Sandbox", Status: PendingAuth, Created: at.Add(-time.Minute),
	}
	failed := pending
	failed.Fail(ConnectionError{StatusCode: "403", StatusText: "Consent window closed", ErrorMessage: "User cancelled", ErroredOnUTC: at})
	linked := pending
	linked.Status = Linked
	lending, _ := FindProduct("lending")
	related := company
	related.ReferenceParentCompany = &CompanyReference{ID: "4c1f3f0a-7d3e-4a40-8a5e-6f0f4b1c2d01", Name: "Harbour Group"}
	related.ReferenceSubsidiaryCompanies = []CompanyReference{
		{ID: "4c1f3f0a-7d3e-4a40-8a5e-6f0f4b1c2d02", Name: "Harbour Kiosk", Description: "At the pier", Tags: map[string]string{"desk": "north"}},
	}
	tests := map[string]func() (Event, error){
		string(CompanyCreated):        func() (Event, error) { return NewCompanyEvent(CompanyCreated, company, links, at) },
		"company.created.related":     func() (Event, error) { return NewCompanyEvent(CompanyCreated, related, links, at) },
		string(CompanyDeleted):        func() (Event, error) { return NewCompanyEvent(CompanyDeleted, company, links, at) },
		string(CompanyProductAdded):   func() (Event, error) { return NewProductEvent(CompanyProductAdded, company, lending, at) },
		string(CompanyProductRemoved): func() (Event, error) { return NewProductEvent(CompanyProductRemoved, company, lending, at) },
		string(ConnectionCreated):     func() (Event, error) { return NewConnectionEvent(ConnectionCreated, company, pending, links, at) },
		string(ConnectionConnected):   func() (Event, error) { return NewConnectionEvent(ConnectionConnected, company, linked, links, at) },
		string(ConnectionFailed):      func() (Event, error) { return NewConnectionEvent(ConnectionFailed, company, failed, links, at) },
	}
	for name, build := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			event, err := build()
			if err != nil {
				t.Fatal(err)
			}
			if event.ID == "" || event.CompanyID != company.ID {
				t.Errorf("event %+v lacks its ids", event)
			}
			event.ID = "3a1d0c52-9b1e-4d57-8f0e-1c2b7e64a9d0"
			got, err := json.MarshalIndent(event, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			golden := filepath.Join("testdata", "events", name+".json")
			if *update {
				if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != string(want) {
				t.Errorf("event changed; if consumers may see that, run with -update\n got %s\nwant %s", got, want)
			}
		})
	}
}
