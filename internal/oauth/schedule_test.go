package oauth

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/bowline/bowline/internal/catalog"
)

// issuedAt is when the tokens of these tests were issued, unless they say else.
var issuedAt = time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)

func hourly() Grant {
	return Grant{AccessToken: "a", RefreshToken: "r", IssuedAt: issuedAt, ExpiresAt: issuedAt.Add(time.Hour)}
}

// TestEvenRefreshes: a million grants of the same second fall due evenly, minute
// by minute, from the first period on, and stay so when some of them are late.
func TestEvenRefreshes(t *testing.T) {
	t.Parallel()
	in := catalog.Integration{OAuth: catalog.OAuth{Refresh: catalog.Refresh{Rotates: true}}}
	for life, units := range map[time.Duration]int{5 * time.Minute: 200_000, time.Hour: 1_000_000, 6 * time.Hour: 200_000} {
		period := life - margin(life)
		slot := period / 54
		first, third := make([]int, 54), make([]int, 54)
		for i := range units {
			unit := fmt.Sprintf("0198f3a0-%04x-7000-8000-%012x", i%7, i)
			g := Grant{RefreshToken: "r", IssuedAt: issuedAt, ExpiresAt: issuedAt.Add(life)}
			at := NextRefresh(in, g, unit, issuedAt)
			if at.Before(issuedAt) || at.After(issuedAt.Add(period)) {
				t.Fatalf("a token of %v is due after %v", life, at.Sub(issuedAt))
			}
			first[min(int(at.Sub(issuedAt)/slot), 53)]++
			begin := at
			for range 2 {
				now := at.Add(time.Duration(i%3000) * time.Millisecond) // the engine was behind
				g.IssuedAt, g.ExpiresAt = now, now.Add(life)
				at = NextRefresh(in, g, unit, now.Add(200*time.Millisecond))
			}
			if off := at.Sub(begin) - 2*period; off != 0 {
				t.Fatalf("the third turn of a token of %v is %v off", life, off)
			}
			third[min(int(at.Sub(issuedAt.Add(2*period))/slot), 53)]++
		}
		for name, histogram := range map[string][]int{"first": first, "third": third} {
			for minute, n := range histogram {
				if off := math.Abs(float64(n)*54/float64(units) - 1); off > 0.1 {
					t.Errorf("%v, %s period: %d fall due in part %d, %.0f%% off", life, name, n, minute, 100*off)
				}
			}
		}
	}
}

// TestLooksBetween: tokens that live for hours are looked at every six, and
// refreshed while enough of their life is left.
func TestLooksBetween(t *testing.T) {
	t.Parallel()
	in := catalog.Integration{OAuth: catalog.OAuth{Refresh: catalog.Refresh{Rotates: true}}, Company: &catalog.Company{}}
	for _, life := range []time.Duration{6*time.Hour + time.Minute, 8 * time.Hour, 12 * time.Hour, 13 * time.Hour, 24 * time.Hour} {
		for i := range 500 {
			unit := fmt.Sprintf("unit %d", i)
			now := issuedAt
			g := Grant{AccessToken: "a", RefreshToken: "r", IssuedAt: now, ExpiresAt: now.Add(life)}
			for now.Sub(issuedAt) < 10*24*time.Hour {
				at := NextRefresh(in, g, unit, now)
				if at.Sub(now) > CheckEvery {
					t.Fatalf("a token of %v is looked after %v after the last time", life, at.Sub(now))
				}
				if now = at; !RefreshDue(in, g, unit, now) {
					continue
				}
				if left := g.ExpiresAt.Sub(now); left < min(margin(life), life-CheckEvery) {
					t.Fatalf("a token of %v is refreshed %v before its end", life, left)
				}
				g.IssuedAt, g.ExpiresAt = now, now.Add(life)
			}
		}
	}
}

func TestNextRefresh(t *testing.T) {
	t.Parallel()
	usual := catalog.Limits{AccessTokenSeconds: 3600}
	with := func(change func(*catalog.Integration, *Grant)) (in catalog.Integration, g Grant) {
		in.OAuth.Refresh.Rotates, in.Company, g = true, &catalog.Company{}, hourly()
		if change != nil {
			change(&in, &g)
		}
		return in, g
	}
	for name, c := range map[string]struct {
		change   func(*catalog.Integration, *Grant)
		now      time.Duration // after issuedAt
		from, to time.Duration // after issuedAt; both zero for never
		refresh  bool          // rather than a check, at the end of that
	}{
		"an hour":         {nil, 0, 0, 54 * time.Minute, true},
		"looked at later": {nil, 40 * time.Minute, 0, 54 * time.Minute, true},
		"long ended":      {nil, 24 * time.Hour, 0, 54 * time.Minute, true},
		"five minutes":    {func(_ *catalog.Integration, g *Grant) { g.ExpiresAt = issuedAt.Add(5 * time.Minute) }, 0, 0, 210 * time.Second, true},
		"one minute":      {func(_ *catalog.Integration, g *Grant) { g.ExpiresAt = issuedAt.Add(time.Minute) }, 0, 0, 40 * time.Second, true},
		"handed over, half used": {func(_ *catalog.Integration, g *Grant) {
			g.IssuedAt, g.ExpiresAt = time.Time{}, issuedAt.Add(30*time.Minute)
		}, 0, 0, 27 * time.Minute, true},
		"a life that varies":        {func(in *catalog.Integration, g *Grant) { in.Limits, g.ExpiresAt = usual, issuedAt.Add(83*time.Minute) }, 0, 23 * time.Minute, 77 * time.Minute, true},
		"no end is told, but known": {func(in *catalog.Integration, g *Grant) { in.Limits, g.ExpiresAt = usual, time.Time{} }, 0, 0, 54 * time.Minute, true},
		"no end is known":           {func(_ *catalog.Integration, g *Grant) { g.ExpiresAt = time.Time{} }, 0, 12 * time.Hour, 36 * time.Hour, true},
		"handed over, no end is told": {func(in *catalog.Integration, g *Grant) {
			in.Limits, g.IssuedAt, g.ExpiresAt = usual, time.Time{}, time.Time{}
		}, time.Hour, time.Hour, time.Hour, true},
		"handed over, late only, no end is told": {func(in *catalog.Integration, g *Grant) {
			in.OAuth.Refresh.Window, in.Limits, g.IssuedAt, g.ExpiresAt = 30, usual, time.Time{}, time.Time{}
		}, time.Hour, time.Hour, time.Hour, true},
		"late only, no end is told, but known": {func(in *catalog.Integration, g *Grant) {
			in.OAuth.Refresh.Window, in.Limits, g.ExpiresAt = 30, usual, time.Time{}
		}, 0, 59*time.Minute + 33*time.Second, 59*time.Minute + 50*time.Second, true},
		"handed over without refresh token, no end is told": {func(in *catalog.Integration, g *Grant) {
			in.Limits, g.RefreshToken, g.IssuedAt, g.ExpiresAt = usual, "", time.Time{}, time.Time{}
		}, 0, 0, 6 * time.Hour, false},
		"late only": {func(in *catalog.Integration, g *Grant) {
			in.OAuth.Refresh.Window, g.ExpiresAt = 30, issuedAt.Add(10*time.Minute)
		}, 0, 9*time.Minute + 33*time.Second, 9*time.Minute + 50*time.Second, true},
		"a month":          {func(_ *catalog.Integration, g *Grant) { g.ExpiresAt = issuedAt.Add(30 * 24 * time.Hour) }, 0, 0, 6 * time.Hour, false},
		"a month, week on": {func(_ *catalog.Integration, g *Grant) { g.ExpiresAt = issuedAt.Add(30 * 24 * time.Hour) }, 7 * 24 * time.Hour, 7 * 24 * time.Hour, 7*24*time.Hour + 6*time.Hour, true},
		"a day, near its end": {func(_ *catalog.Integration, g *Grant) { g.ExpiresAt = issuedAt.Add(24 * time.Hour) }, 12 * time.Hour,
			12 * time.Hour, 18 * time.Hour, true},
		"a long token whose refresh token lapses": {func(in *catalog.Integration, g *Grant) {
			in.OAuth.Refresh.IdleDays, g.ExpiresAt = 9, issuedAt.Add(90*24*time.Hour)
		}, 71 * time.Hour, 54 * time.Hour, 72 * time.Hour, true},
		"a refresh token that says when": {func(_ *catalog.Integration, g *Grant) {
			g.ExpiresAt, g.RefreshExpiresAt = issuedAt.Add(90*24*time.Hour), issuedAt.Add(6*time.Hour)
		}, 4 * time.Hour, 3 * time.Hour, 4 * time.Hour, true},
		"never": {func(in *catalog.Integration, g *Grant) {
			in.OAuth.Refresh.Never, g.RefreshToken, g.ExpiresAt = true, "", time.Time{}
		}, 0, 0, 6 * time.Hour, false},
		"never, and nobody to ask": {func(in *catalog.Integration, g *Grant) {
			in.OAuth.Refresh.Never, in.Company, g.ExpiresAt = true, nil, time.Time{}
		}, 0, 0, 0, false},
		"no refresh token, ends": {func(in *catalog.Integration, g *Grant) { in.Company, g.RefreshToken = nil, "" }, 0, time.Hour, time.Hour, false},
		"keys": {func(in *catalog.Integration, g *Grant) {
			in.Company, in.Credentials, *g = nil, &catalog.Credentials{}, Grant{}
		}, 0, 0, 6 * time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, g := with(c.change)
			now := issuedAt.Add(c.now)
			spread := map[time.Duration]bool{}
			for i := range 200 {
				unit := fmt.Sprintf("unit %d", i)
				at := NextRefresh(in, g, unit, now)
				if at.IsZero() != (c.to == 0) {
					t.Fatalf("it is due at %v", at)
				}
				if at.IsZero() {
					continue
				}
				if after := at.Sub(issuedAt); after < c.from || after > c.to {
					t.Fatalf("it is due after %v", after)
				}
				spread[at.Sub(issuedAt)] = true
				if due := RefreshDue(in, g, unit, at); due != c.refresh {
					t.Errorf("at its time a refresh is due: %v", due)
				}
			}
			if c.from != c.to && len(spread) < 150 {
				t.Errorf("200 units fall due at %d times", len(spread))
			}
		})
	}
}

// TestRefreshNotDue: before its turn a grant is not refreshed, whatever else is
// looked at.
func TestRefreshNotDue(t *testing.T) {
	t.Parallel()
	in := catalog.Integration{OAuth: catalog.OAuth{Refresh: catalog.Refresh{Rotates: true}}}
	g := hourly()
	for i := range 100 {
		unit := fmt.Sprint("unit ", i)
		at := NextRefresh(in, g, unit, issuedAt)
		if RefreshDue(in, g, unit, at.Add(-time.Microsecond)) || !RefreshDue(in, g, unit, at) {
			t.Errorf("%s is not due at its time", unit)
		}
	}
	in.OAuth.Refresh.Window = 30
	if RefreshDue(in, g, "unit", issuedAt.Add(59*time.Minute)) {
		t.Error("it is due before the provider accepts it")
	}
	told := RefreshFrom(in, g)
	in.Limits.AccessTokenSeconds, g.ExpiresAt = 3600, time.Time{}
	if from := RefreshFrom(in, g); !from.Equal(told) || Expiry(in, g) != hourly().ExpiresAt {
		t.Errorf("without an end of its own it is accepted from %v, not %v", from, told)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for told, want := range map[string]time.Duration{
		"": 0, "0": 0, "7": 7 * time.Second, "-1": 0, "soon": 0, "999999999": time.Hour,
		"Mon, 04 May 2026 10:02:00 GMT": 2 * time.Minute, "Mon, 04 May 2026 09:00:00 GMT": 0,
	} {
		if got := waitTold(told, issuedAt); got != want {
			t.Errorf("%q: %v, want %v", told, got, want)
		}
	}
}
