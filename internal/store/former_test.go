package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestSignInWhileRenewed: who signs in anew while the former tokens are being
// renewed has those ended when the answer has come, or its lease is over, and not
// while their refresh token may be under way. Siblings stay where they are.
func TestSignInWhileRenewed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		instance := storetest.NewInstance(t, s)
		company := storetest.Add(t, s, storetest.NewCompany(instance, "Harbour Bakery"), bowline.Accounting, bowline.Commerce)
		id, sibling := company.DataConnections[0].ID, company.DataConnections[1].ID
		signIn := func(of bowline.ID, family bowline.ID) {
			t.Helper()
			storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.PutGrant(ctx, bowline.Grant{
					ConnectionID: of, Family: family, AccessToken: "at-" + string(family), RefreshToken: "rt-" + string(family),
				})
			})
		}
		due := func(at time.Time) []store.Revocation {
			t.Helper()
			units, err := s.ClaimRevocations(ctx, store.Lease{Now: at, Until: at.Add(time.Second)}, 10)
			if err != nil {
				t.Fatal(err)
			}
			var all []store.Revocation
			for _, unit := range units {
				all = append(all, unit...)
			}
			return all
		}
		former, shared := bowline.NewID(storetest.Start), bowline.NewID(storetest.Start)
		signIn(id, shared)
		signIn(sibling, shared)
		signIn(id, former)
		until := storetest.Start.Add(2 * time.Minute)
		u, ours, err := s.ClaimRenewal(ctx, store.Lease{Holder: 1, Now: storetest.Start, Until: until}, former, true)
		if err != nil || !ours {
			t.Fatal(ours, err)
		}
		signIn(id, bowline.NewID(storetest.Start))
		if list := due(until.Add(-time.Second)); len(list) != 0 {
			t.Errorf("%d may be ended while a refresh is under way", len(list))
		}
		late := bowline.Grant{AccessToken: "at-late", RefreshToken: "rt-late"}
		lost, err := s.FinishRenewals(ctx, []store.RenewalOutcome{{Renewal: u, Given: &late, RunAt: until.Add(time.Hour)}})
		if err != nil || len(lost) != 1 {
			t.Fatalf("%d are lost, %v", len(lost), err)
		}
		err = s.EndLate(ctx, store.Revocation{
			Instance: instance, Company: company.ID, Connection: id, Unit: former, Grant: late, Reason: store.RevokeLate, Created: storetest.Start,
		})
		if err != nil {
			t.Fatal(err)
		}
		list := due(storetest.Start.Add(time.Second))
		if len(list) != 1 || list[0].Grant.RefreshToken != "rt-late" || list[0].Reason != store.RevokeReplaced || list[0].Unit != former {
			t.Errorf("once the answer has come, to be ended are %+v", list)
		}
	})
}
