package server_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/server"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestGrantsAreEndedInTheProduct leaves a grant to be ended in the hands of a
// process that is gone, and starts the product.
func TestGrantsAreEndedInTheProduct(t *testing.T) {
	t.Parallel()
	options := server.Options{DataDir: t.TempDir(), Sealer: storetest.NewSealer(t)}
	start(t, options).stopped(t)

	s, err := store.Open(t.Context(), store.Options{Dir: options.DataDir, Sealer: options.Sealer})
	if err != nil {
		t.Fatal(err)
	}
	instances, err := s.Instances(t.Context())
	if err != nil || len(instances) != 1 {
		t.Fatalf("%d instances, %v", len(instances), err)
	}
	conn := storetest.Add(t, s, storetest.NewCompany(instances[0].ID, "Harbour Bakery"), bowline.Accounting).DataConnections[0]
	storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.EndGrant(ctx, store.Revocation{
			Instance: conn.InstanceID, Company: conn.CompanyID, Connection: conn.ID, IntegrationKey: "mqjo", Reason: store.RevokeUnlinked,
			Grant: bowline.Grant{AccessToken: "at", RefreshToken: "rt"}, Created: time.Now(),
		})
	})
	now := time.Now()
	if units, err := s.ClaimRevocations(t.Context(), store.Lease{Now: now, Until: now.Add(time.Hour)}, 1); err != nil || len(units) != 1 {
		t.Fatalf("%d units, %v", len(units), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	r := start(t, options)
	turn := time.NewTicker(50 * time.Millisecond)
	defer turn.Stop()
	for end := time.Now().Add(30 * time.Second); ; <-turn.C {
		_, _, text := r.ask(t, http.MethodGet, "/metrics", "")
		if strings.Contains(text, `bowline_revocations_total{integration="mqjo",outcome="revoked"} 1`) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the grant is not ended: %s", r.log)
		}
	}
}
