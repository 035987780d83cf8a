package oauth

import (
	"net/http"
	"testing"
	"time"

	"github.com/bowline/bowline/internal/catalog"
)

func TestClockOff(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		date string
		want time.Duration
	}{
		{"", 0},
		{"soon", 0},
		{now.Format(http.TimeFormat), 0},
		{now.Add(59 * time.Second).Format(http.TimeFormat), 0}, // on its way, or rounded
		{now.Add(10 * time.Minute).Format(http.TimeFormat), 10 * time.Minute},
		{now.Add(-10 * time.Minute).Format(http.TimeFormat), -10 * time.Minute},
		{now.Add(16 * time.Minute).Format(http.TimeFormat), 0}, // not to be believed
		{now.Add(-24 * time.Hour).Format(http.TimeFormat), 0},
	} {
		if got := clockOff(c.date, now); got != c.want {
			t.Errorf("%q: %v, want %v", c.date, got, c.want)
		}
	}
}

// dated is a transport on which every answer has the Date of a wrong clock.
type dated struct {
	http.RoundTripper
	off time.Duration
}

func (d dated) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := d.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Header.Set("Date", time.Now().Add(d.off).UTC().Format(http.TimeFormat))
	}
	return answer, err
}

// TestWrongClock: what a provider whose clock is wrong says of times is taken by
// that clock, and what it says of durations by ours.
func TestWrongClock(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{-10 * time.Minute, 10 * time.Minute} {
		p := newProvider(t)
		p.now = func() time.Time { return time.Now().Add(off) }
		p.claims["exp"] = time.Now().Add(off + 5*time.Minute).Unix()
		transport := dated{http.DefaultTransport.(*http.Transport).Clone(), off}
		honest, skewed := newClient(t, Options{}), newClient(t, Options{HTTP: &http.Client{
			Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}})
		t.Cleanup(transport.RoundTripper.(*http.Transport).CloseIdleConnections)
		r := p.request()
		given, err := skewed.Exchange(t.Context(), r, p.visit(t, skewed, r))
		if err != nil {
			t.Fatalf("%v off: %v", off, err)
		}
		if life := time.Until(given.ExpiresAt); life < 29*time.Minute || life > 30*time.Minute {
			t.Errorf("%v off: the token lives %v", off, life)
		}
		if off < 0 { // without the Date the same id_token has ended
			_, err = honest.Exchange(t.Context(), r, p.visit(t, honest, r))
			want(t, err, Invalid, "")
		}
		p.script("/token", jsonReply(200, `{"access_token":"access-one","ends":"`+time.Now().Add(off+time.Hour).UTC().Format(time.RFC3339)+`"}`))
		in := r.Integration
		in.OAuth.Expires = &catalog.Expiry{Field: "ends", Form: catalog.ExpiryISO}
		given, err = skewed.Refresh(t.Context(), in, given)
		if life := time.Until(given.ExpiresAt); err != nil || life < 59*time.Minute || life > 61*time.Minute {
			t.Errorf("%v off: a token that is told a time lives %v, %v", off, life, err)
		}
	}
}
