package server_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/server"
)

// TestCallersBehindAProxyAreTold: a flood that comes through a trusted proxy shuts
// its sender out and nobody else; without one the header changes nothing.
func TestCallersBehindAProxyAreTold(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		proxies []netip.Prefix
		other   int // what another caller through the same connection gets
	}{
		"trusted": {[]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, http.StatusUnauthorized},
		"nobody":  {nil, http.StatusTooManyRequests},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			running := start(t, server.Options{DataDir: t.TempDir(), TrustedProxies: row.proxies, PasswordCost: auth.Cost{Memory: 64, Passes: 1, Lanes: 1}})
			n := 0
			try := func(from string) int {
				n++
				body := fmt.Sprintf(`{"email":"user%d@example.com","password":"wrong"}`, n)
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, running.URL()+"/portal/session", strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("X-Forwarded-For", from)
				answer, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				_ = answer.Body.Close()
				return answer.StatusCode
			}
			for i := range 100 {
				if got := try(fmt.Sprintf("203.0.113.%d, 198.51.100.9", i)); got != http.StatusUnauthorized {
					t.Fatalf("try %d: %d", i, got)
				}
			}
			if got := try("198.51.100.9"); got != http.StatusTooManyRequests {
				t.Errorf("one more: %d", got)
			}
			if got := try("198.51.100.10"); got != row.other {
				t.Errorf("somebody else: %d", got)
			}
		})
	}
}
