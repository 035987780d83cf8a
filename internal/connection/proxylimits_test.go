package connection_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestProxyCountsByClient: a provider counts what one registration sends, and
// does not know of our instances.
func TestProxyCountsByClient(t *testing.T) {
	t.Parallel()
	for per, tenants := range map[string][]string{
		catalog.RateClient: {"org-1", "org-2"},
		catalog.RateTenant: {"org-1", "org-1"},
	} {
		seen := 0
		l := newLender(t, storetest.Open(t, store.SQLite), &catalog.APIRate{Requests: 5, Seconds: 60, Per: per}, func(http.ResponseWriter, *http.Request) { seen++ })
		for _, tenant := range tenants {
			l.instance = storetest.NewInstance(t, l.Store)
			l.company = storetest.Add(t, l.Store, storetest.NewCompany(l.instance, "A")).ID
			id := l.linked("mqjo", tenant, bowline.Grant{AccessToken: "at", ExpiresAt: l.Now().Add(time.Hour)})
			for range 4 {
				answer, err := l.ask(id, "GET", "/a", "")
				if err == nil {
					_ = text(t, answer)
				} else if bowline.CodeOf(err) != bowline.CodeTooMany {
					t.Fatal(err)
				}
			}
		}
		if seen != 5 {
			t.Errorf("per %s: the provider saw %d of 5 requests", per, seen)
		}
	}
}
