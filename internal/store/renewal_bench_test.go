package store_test

import (
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// BenchmarkRenewals is what the database does for one refresh: claim and finish,
// in batches, with few and with many connections stored.
func BenchmarkRenewals(b *testing.B) {
	for _, engine := range storetest.Engines {
		for _, stored := range []int{1_000, 100_000} {
			b.Run(fmt.Sprintf("%s/stored=%d", engine, stored), func(b *testing.B) {
				s := storetest.Open(b, engine)
				lane := store.Lane{Instance: storetest.NewInstance(b, s), IntegrationKey: "mqjo"}
				storeGrants(b, s, lane.Instance, stored)
				now, before := storetest.Start, processorTime(b)
				b.ResetTimer()
				for done := 0; done < b.N; {
					n, err := renewSome(b.Context(), s, lane, now, min(256, b.N-done))
					if err != nil {
						b.Fatal(err)
					}
					if done += n; n == 0 {
						now = now.Add(time.Hour)
					}
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "renewals/s")
				b.ReportMetric(float64((processorTime(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
			})
		}
	}
}

// processorTime is what this process has used: where other work shares the
// machine it says more than elapsed time.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// storeGrants stores connections with tokens that are due in the order of their
// phases, as the schedule has it.
func storeGrants(b *testing.B, s *store.Store, instance bowline.ID, count int) {
	b.Helper()
	for from := 0; from < count; from += 500 {
		storetest.Write(b, s, func(ctx context.Context, tx *store.Tx) error {
			for i := from; i < min(from+500, count); i++ {
				company := storetest.NewCompany(instance, "Harbour Bakery")
				conn := storetest.NewConnection(company, bowline.Accounting)
				if err := tx.InsertCompany(ctx, company); err != nil {
					return err
				}
				if err := tx.InsertConnection(ctx, conn); err != nil {
					return err
				}
				g := tokens(i)
				g.ConnectionID, g.RenewAt = conn.ID, storetest.Start.Add(-time.Duration(float64(conn.ID.Spread()>>11)/(1<<53)*float64(time.Hour)))
				if err := tx.PutGrant(ctx, g); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

var tokenBody = strings.Repeat("eyJ0aGUi", 100)

func tokens(i int) bowline.Grant {
	return bowline.Grant{
		AccessToken: tokenBody + fmt.Sprint(i), RefreshToken: fmt.Sprint("refresh-token-of-some-length-", i), TokenType: "Bearer",
		Scopes: []string{"openid", "offline_access", "accounting.read"},
	}
}

func renewSome(ctx context.Context, s *store.Store, lane store.Lane, now time.Time, n int) (int, error) {
	claimed, err := s.ClaimRenewals(ctx, store.Lease{Now: now, Until: now.Add(2 * time.Minute)}, []store.WantRenewals{{Lane: lane, Limit: n}})
	if err != nil {
		return 0, err
	}
	outcomes := make([]store.RenewalOutcome, len(claimed))
	for i, u := range claimed {
		given := u.Grant
		given.AccessToken, given.RefreshToken = tokenBody+string(bowline.NewID(now)), "refresh-token-"+string(bowline.NewID(now))
		outcomes[i] = store.RenewalOutcome{Renewal: u, Given: &given, RunAt: u.DueAt.Add(time.Hour)}
	}
	for from := 0; from < len(outcomes); from += 128 {
		if _, err := s.FinishRenewals(ctx, outcomes[from:min(from+128, len(outcomes))]); err != nil {
			return 0, err
		}
	}
	return len(claimed), nil
}
