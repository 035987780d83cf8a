package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestGranterCountsWhatIsForbidden: a benchmark that accused nobody would prove
// nothing.
func TestGranterCountsWhatIsForbidden(t *testing.T) {
	t.Parallel()
	g, err := openGranter(t.Context(), 2, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer g.close()
	refresh := func(token string) int {
		t.Helper()
		form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}.Encode()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.url+"/token", strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil {
			t.Fatal(err)
		}
		return response.StatusCode
	}
	for _, token := range []string{refreshToken(0, 0), refreshToken(0, 1), refreshToken(1, 0)} {
		if got := refresh(token); got != 200 {
			t.Errorf("%s is answered with %d", token, got)
		}
	}
	if g.reached.Load() != 2 {
		t.Errorf("%d grants reached, want 2", g.reached.Load())
	}
	if err := g.blame(true); err != nil {
		t.Errorf("blamed without a reason: %v", err)
	}
	if got := refresh(refreshToken(0, 1)); got != 400 {
		t.Errorf("a spent token is answered with %d", got)
	}
	if g.blame(false) == nil {
		t.Error("a spent token passes")
	}
}

func TestGranterCountsWhatIsTooMuch(t *testing.T) {
	t.Parallel()
	g := &granter{turns: make([]uint32, 1), recent: make([]time.Time, 3), window: time.Hour, lenient: true}
	body := []byte("refresh_token=" + refreshToken(0, 0))
	for n := range 4 {
		if err := g.blame(true); err != nil {
			t.Errorf("blamed after %d: %v", n, err)
		}
		g.spend(body)
	}
	if g.blame(true) == nil || g.blame(false) != nil {
		t.Error("four where three are allowed pass, or count where there is no limit")
	}
}
