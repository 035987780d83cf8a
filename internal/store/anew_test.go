package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestAnswerForFormerGrant: an answer that comes when the connection was ended
// and has the tokens of another grant, under the same name and fence, does not
// take their place.
func TestAnswerForFormerGrant(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		company := storetest.Add(t, s, storetest.NewCompany(storetest.NewInstance(t, s), "Harbour Bakery"), bowline.Accounting)
		id := company.DataConnections[0].ID
		claimed := func(token string) store.Renewal {
			t.Helper()
			storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
				if err := tx.DeleteGrant(ctx, id); err != nil {
					return err
				}
				return tx.PutGrant(ctx, bowline.Grant{ConnectionID: id, AccessToken: "at-" + token, RefreshToken: "rt-" + token})
			})
			u, ours, err := s.ClaimRenewal(ctx, store.Lease{Now: storetest.Start, Until: storetest.Start.Add(time.Minute)}, id, false)
			if err != nil || !ours {
				t.Fatal(ours, err)
			}
			return u
		}
		former, now := claimed("former"), claimed("now")
		if former.Fence != now.Fence {
			t.Fatalf("fences %d and %d", former.Fence, now.Fence)
		}
		answer := bowline.Grant{AccessToken: "at-late", RefreshToken: "rt-late"}
		lost, err := s.FinishRenewals(ctx, []store.RenewalOutcome{{Renewal: former, Given: &answer, RunAt: storetest.Start.Add(time.Hour)}})
		if err != nil || len(lost) != 1 {
			t.Errorf("%d are lost, %v", len(lost), err)
		}
		if u, err := s.RenewalOf(ctx, id); err != nil || u.Grant.RefreshToken != "rt-now" || u.Until.IsZero() {
			t.Errorf("the connection has %q until %s, %v", u.Grant.RefreshToken, u.Until, err)
		}
	})
}
