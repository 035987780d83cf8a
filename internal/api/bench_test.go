package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// discard is a response that costs nothing.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }

// BenchmarkGetCompany is the hot path: one company with one connection, by id,
// without the network.
func BenchmarkGetCompany(b *testing.B) {
	for _, engine := range storetest.Engines {
		b.Run(engine, func(b *testing.B) {
			h := newHarness(b, storetest.Open(b, engine))
			company := h.company(`{"name":"Harbour Bakery","tags":{"region":"emea"}}`)
			h.connection(company, "mqjo")
			b.Run("read", func(b *testing.B) { benchmarkGet(b, h, "/companies/"+company) })
			b.Run("unknown", func(b *testing.B) { benchmarkGet(b, h, "/nothing") })
			b.Run("profile", func(b *testing.B) { benchmarkGet(b, h, "/profile") })
		})
	}
}

func benchmarkGet(b *testing.B, h *harness, path string) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Authorization", basic(h.key))
		r.Header.Set("Accept", "application/json")
		for pb.Next() {
			w := &discard{header: http.Header{}}
			h.handler.ServeHTTP(w, r)
		}
	})
}

// BenchmarkGetCompanyStore is the part of it that the store costs.
func BenchmarkGetCompanyStore(b *testing.B) {
	h := newHarness(b, storetest.Open(b, store.SQLite))
	company := bowline.ID(h.company(`{"name":"Harbour Bakery","tags":{"region":"emea"}}`))
	h.connection(string(company), "mqjo")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := h.store.Company(b.Context(), h.instance, company); err != nil {
				b.Error(err)
			}
		}
	})
}
