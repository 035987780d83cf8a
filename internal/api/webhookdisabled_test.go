package api_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
	"github.com/bowline/bowline/internal/webhook"
)

// TestFiveDaysOfFailureDisable: the API tells of a consumer that real deliveries
// to a real server have disabled, and why; and it can be switched on again, when
// what is new arrives.
func TestFiveDaysOfFailureDisable(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		var mended atomic.Bool
		receiver := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if !mended.Load() {
				w.WriteHeader(http.StatusBadGateway)
			}
		}))
		t.Cleanup(receiver.Close)
		roots := x509.NewCertPool()
		roots.AddCert(receiver.Certificate())
		d := webhook.New(webhook.Options{
			Store: s, Now: h.clock.Now, Poll: 20 * time.Millisecond, Jitter: func() float64 { return 0 },
			HTTP: safehttp.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Roots: roots},
		})
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		t.Cleanup(func() {
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})

		path := "/webhooks/" + h.consumer(`{"url":"`+receiver.URL+`/in","eventTypes":["company.created"]}`)
		said := func(what, path, text string) {
			t.Helper()
			tick := time.NewTicker(5 * time.Millisecond)
			defer tick.Stop()
			for until := time.Now().Add(30 * time.Second); !strings.Contains(h.call("GET", path, "").body, text); <-tick.C {
				if time.Now().After(until) {
					t.Fatalf("never %s: %s", what, h.call("GET", path, "").body)
				}
			}
		}
		failing := func(count int) {
			t.Helper()
			h.must(200, "POST", "/companies", `{"name":"Harbour Bakery"}`)
			said("told", path+"/messages", fmt.Sprintf(`"totalResults":%d`, count))
			said("attempted", path+"/messages?status=Sending", `"totalResults":0`)
		}
		for n := range 9 { // 117 hours
			failing(n + 1)
			if got := h.call("GET", path, "").body; !strings.Contains(got, `"disabled":false`) {
				t.Fatalf("too early: %s", got)
			}
			h.clock.advance(13 * time.Hour)
			d.Wake()
		}
		h.clock.advance(4 * time.Hour)
		h.must(200, "POST", "/companies", `{"name":"Harbour Bakery"}`)
		said("disabled", path, `"disabled":true`)
		for _, text := range []string{`"what":"Disabled"`, `"reason":"Every delivery has failed for five days."`, `"actor":"system"`} {
			if got := h.call("GET", path+"/history", "").body; !strings.Contains(got, text) {
				t.Errorf("the history lacks %s: %s", text, got)
			}
		}

		mended.Store(true)
		h.must(200, "PATCH", path, `{"disabled":false}`)
		h.must(200, "POST", "/companies", `{"name":"Harbour Bakery"}`)
		said("delivered again", path+"/messages", `"status":"Success"`)
		said("switched on", path+"/history", `"what":"Enabled"`)
	})
}
