package storetest

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Visits is the conformance of single visits: what happens without a long pause
// is one, and it counts once it is over.
func Visits(t *testing.T, s *store.Store) {
	instance := NewInstance(t, s)
	company := Add(t, s, NewCompany(instance, "Harbour Bakery"))
	at := Start
	step := func(after time.Duration, what bowline.VisitStep) {
		t.Helper()
		at = at.Add(after)
		what.CompanyID, what.SourceType, what.At = company.ID, bowline.Accounting, at
		Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.RecordVisits(ctx, []bowline.VisitStep{what}) })
	}
	ended := func(want int) {
		t.Helper()
		Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			n, err := tx.EndVisits(ctx, at, 10)
			wantSame(t, "ended", n, want)
			return err
		})
	}
	causes := func(want ...store.CauseSum) {
		t.Helper()
		f := must(s.Funnel(t.Context(), store.FunnelQuery{InstanceID: instance, From: Start, To: Start}))(t)
		wantSame(t, "causes", f.Causes, want)
	}
	step(0, bowline.VisitStep{Step: "main", Cause: bowline.CauseClosed, Weak: true, Device: "phone", Locale: "en-US"})
	step(time.Minute, bowline.VisitStep{Step: "handoff", Cause: bowline.CauseTimeout, IntegrationKey: "mqjo"})
	step(time.Minute, bowline.VisitStep{Step: "handoff", Cause: bowline.CausePopUpBlocked})
	step(time.Minute, bowline.VisitStep{Step: bowline.VisitProvider, Cause: bowline.CauseTimeout})
	step(time.Minute, bowline.VisitStep{Step: "handoff", Cause: bowline.CausePopUpBlocked}) // a page that does not know of the link
	step(time.Minute, bowline.VisitStep{Step: "main", Cause: bowline.CauseClosed, Weak: true, Device: "desktop"})
	wantSame(t, "visits", must(s.Visits(t.Context(), instance, company.ID))(t), []bowline.Visit{{
		CompanyID: company.ID, SourceType: bowline.Accounting, Began: Start, Last: at, IntegrationKey: "mqjo", Device: "desktop", Locale: "en-US",
		Step: bowline.VisitProvider, Cause: bowline.CauseTimeout, Open: true,
	}})
	causes()
	ended(0)
	at = at.Add(time.Second)
	ended(1)
	causes(store.CauseSum{SourceType: bowline.Accounting, Cause: bowline.CauseTimeout, Visits: 1})
	step(30*time.Minute, bowline.VisitStep{Step: "error", Cause: bowline.CauseDenied}) // the same visit goes on
	causes()
	at = at.Add(time.Second)
	ended(1)
	causes(store.CauseSum{SourceType: bowline.Accounting, Cause: bowline.CauseDenied, Visits: 1})
	step(3*time.Hour, bowline.VisitStep{Step: "consent", Cause: bowline.CauseClosed}) // another one
	step(time.Minute, bowline.VisitStep{Done: true})
	step(time.Minute, bowline.VisitStep{Step: "picker", Cause: bowline.CauseClosed}) // what is done stays done
	at = at.Add(time.Second)
	ended(1)
	causes(store.CauseSum{SourceType: bowline.Accounting, Cause: bowline.CauseDenied, Visits: 1})
	wantSame(t, "how many visits", len(must(s.Visits(t.Context(), instance, company.ID))(t)), 2)
	step(5*time.Hour, bowline.VisitStep{Stages: []bowline.Stage{bowline.StageStarted}}) // no screen, no visit
	wantSame(t, "of another instance", must(s.Visits(t.Context(), NewInstance(t, s), company.ID))(t), []bowline.Visit(nil))
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.ForgetVisits(ctx, Start.Add(time.Hour), 10)
		wantSame(t, "forgotten", n, 1)
		return err
	})
	wantSame(t, "what is left", len(must(s.Visits(t.Context(), instance, company.ID))(t)), 1)
	causes(store.CauseSum{SourceType: bowline.Accounting, Cause: bowline.CauseDenied, Visits: 1})
	gone := bowline.VisitStep{CompanyID: bowline.NewID(Start), SourceType: bowline.Banking, At: at, Step: "main", Cause: bowline.CauseClosed}
	Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.RecordVisits(ctx, []bowline.VisitStep{gone}) })
	Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.ForgetFunnel(ctx, instance, Start.AddDate(0, 0, 2), 1000)
		if n == 0 {
			t.Error("no sums were forgotten")
		}
		return err
	})
	causes()
}

// VisitRace lets visits end while they go on: what is counted in the end is what
// they ended by.
func VisitRace(t *testing.T, s *store.Store) {
	instance := NewInstance(t, s)
	var companies []bowline.Company
	for range 4 {
		companies = append(companies, Add(t, s, NewCompany(instance, "Harbour Bakery")))
	}
	slices.SortFunc(companies, func(a, b bowline.Company) int { return strings.Compare(string(a.ID), string(b.ID)) })
	going := func(cause bowline.Cause, at time.Time) error {
		var steps []bowline.VisitStep
		for _, c := range companies {
			steps = append(steps, bowline.VisitStep{CompanyID: c.ID, SourceType: bowline.Accounting, At: at, Step: "error", Cause: cause})
		}
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.RecordVisits(ctx, steps) })
	}
	end := func() error {
		return TryWrite(t, s, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.EndVisits(ctx, Start.Add(time.Hour), 100)
			return err
		})
	}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			for i := range 15 {
				if err := going(bowline.Causes()[i%3], Start.Add(time.Duration(i)*time.Second)); err != nil {
					t.Errorf("go on: %v", err)
				}
			}
		})
		both.Go(func() {
			for range 15 {
				if err := end(); err != nil {
					t.Errorf("end: %v", err)
				}
			}
		})
	}
	both.Wait()
	if err := going(bowline.CauseOther, Start.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
	f := must(s.Funnel(t.Context(), store.FunnelQuery{InstanceID: instance, From: Start, To: Start}))(t)
	wantSame(t, "causes", f.Causes, []store.CauseSum{{SourceType: bowline.Accounting, Cause: bowline.CauseOther, Visits: 4}})
}

// modelled is what a test knows of a funnel: everything that happened.
type modelled []bowline.VisitStep

// companies counts distinct ones the slow way.
func (m modelled) companies(stage bowline.Stage, is func(bowline.VisitStep) bool) int64 {
	seen := map[bowline.ID]bool{}
	for _, s := range m {
		if slices.Contains(s.Stages, stage) && is(s) {
			seen[s.CompanyID] = true
		}
	}
	return int64(len(seen))
}

// FunnelSums is the conformance of what companies are counted by: whatever is
// asked for, the sums are those of distinct companies.
func FunnelSums(t *testing.T, s *store.Store) {
	instance, random := NewInstance(t, s), rand.New(rand.NewPCG(7, 57)) //nolint:gosec // a test's
	var companies []bowline.Company
	for range 12 {
		companies = append(companies, Add(t, s, NewCompany(instance, "Harbour Bakery")))
	}
	first := Start.Truncate(24 * time.Hour)
	var all modelled
	for d := range 40 {
		var today modelled
		for range random.IntN(12) {
			today = append(today, bowline.VisitStep{
				CompanyID: companies[random.IntN(len(companies))].ID, SourceType: bowline.Accounting,
				At:             first.AddDate(0, 0, d).Add(time.Duration(random.IntN(24*60)) * time.Minute),
				IntegrationKey: oneOf(random, "mqjo", "gtrn", "dkpu"), Device: oneOf(random, "phone", "desktop"), Locale: oneOf(random, "en-US", "fr-CA"),
				Stages: []bowline.Stage{bowline.StageStarted, bowline.Stage(oneOf(random, "k", "c"))},
			})
		}
		slices.SortFunc(today, func(a, b bowline.VisitStep) int {
			return cmp.Or(strings.Compare(string(a.CompanyID), string(b.CompanyID)), a.At.Compare(b.At))
		})
		Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.RecordVisits(ctx, today) })
		all = append(all, today...)
	}
	for range 60 {
		q := store.FunnelQuery{InstanceID: instance, From: first.AddDate(0, 0, random.IntN(30))}
		q.To = q.From.AddDate(0, 0, random.IntN(20))
		switch oneOf(random, "", "integration", "device", "locale") {
		case "integration":
			q.Integration = "mqjo"
		case "device":
			q.Device = "phone"
		case "locale":
			q.Locale = "fr-CA"
		}
		asked := func(v bowline.VisitStep) bool {
			return !v.At.Before(q.From) && v.At.Before(q.To.AddDate(0, 0, 1)) && (q.Integration == "" || v.IntegrationKey == q.Integration) &&
				(q.Device == "" || v.Device == q.Device) && (q.Locale == "" || v.Locale == q.Locale)
		}
		checkFunnel(t, must(s.Funnel(t.Context(), q))(t), all, q, asked)
		if t.Failed() {
			t.Fatalf("asked for %+v", q)
		}
	}
	wantSame(t, "of another instance", must(s.Funnel(t.Context(), store.FunnelQuery{InstanceID: NewInstance(t, s), To: Start.AddDate(1, 0, 0)}))(t), store.Funnel{})
}

func oneOf(random *rand.Rand, values ...string) string { return values[random.IntN(len(values))] }

func checkFunnel(t *testing.T, got store.Funnel, all modelled, q store.FunnelQuery, asked func(bowline.VisitStep) bool) {
	t.Helper()
	check := func(what string, sums []store.FunnelSum, filtered bool, of func(bowline.VisitStep, store.FunnelSum) bool) {
		t.Helper()
		for _, sum := range sums {
			want := all.companies(sum.Stage, func(v bowline.VisitStep) bool { return asked(v) && of(v, sum) })
			if sum.Companies != want {
				t.Errorf("%s: %s %q %s: %d companies, want %d", what, sum.Stage, sum.Value, sum.Week, sum.Companies, want)
			}
		}
		if (len(sums) == 0) != (filtered || all.companies(bowline.StageStarted, asked) == 0) {
			t.Errorf("%s: %d sums", what, len(sums))
		}
	}
	check("totals", got.Totals, false, func(bowline.VisitStep, store.FunnelSum) bool { return true })
	filtered := q.Integration+q.Device+q.Locale != ""
	check("integrations", got.Integrations, filtered, func(v bowline.VisitStep, s store.FunnelSum) bool { return v.IntegrationKey == s.Value })
	check("devices", got.Devices, filtered, func(v bowline.VisitStep, s store.FunnelSum) bool { return v.Device == s.Value })
	check("locales", got.Locales, filtered, func(v bowline.VisitStep, s store.FunnelSum) bool { return v.Locale == s.Value })
	check("weeks", got.Weeks, false, func(v bowline.VisitStep, s store.FunnelSum) bool {
		year, week := v.At.ISOWeek()
		wantYear, wantWeek := s.Week.ISOWeek()
		return s.Week.Weekday() == time.Monday && year == wantYear && week == wantWeek
	})
	if first := slices.IndexFunc(all, func(v bowline.VisitStep) bool { return slices.Contains(v.Stages, bowline.StageCompleted) }); first >= 0 {
		wantSame(t, "since", got.Since, all[first].At.Truncate(24*time.Hour))
	}
}
