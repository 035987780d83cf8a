package server

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/bowline/bowline/internal/notice"
	"github.com/bowline/bowline/internal/offer"
)

// notices takes what providers tell by themselves.
func (s *Server) notices(book *offer.Book) http.Handler {
	taken := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "bowline_notices_total", Help: "Notices of providers that a grant has ended, by integration and outcome.",
	}, []string{"integration", "outcome"})
	s.metrics.registry.MustRegister(taken)
	handler := &notice.Handler{Options: notice.Options{
		Store: s.store, Catalog: book.Catalog, Links: s.links, Now: s.options.Now, Logger: s.log, Wake: s.renewals.Wake,
		Observe: func(integration, outcome string) { taken.WithLabelValues(integration, outcome).Inc() },
	}}
	mux := http.NewServeMux()
	handler.Mount(mux)
	return mux
}
