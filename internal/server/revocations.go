package server

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/offer"
	"github.com/bowline/bowline/internal/revocation"
)

// endGrants makes what ends grants at their providers, and what it tells of
// itself. Nothing starts before Serve.
func (s *Server) endGrants(book *offer.Book, client *oauth.Client) {
	outcomes := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "bowline_revocations_total", Help: "Attempts to end a grant at its provider, by integration and outcome.",
	}, []string{"integration", "outcome"})
	s.revocations = revocation.New(revocation.Options{
		Store: s.store, OAuth: client, Offer: book.For, Fresh: s.freshGrant, Holder: s.renewals.Holder, Now: s.options.Now, Logger: s.log,
		Observe: func(integration, outcome string) { outcomes.WithLabelValues(integration, outcome).Inc() },
	})
	s.metrics.registry.MustRegister(outcomes,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "bowline_revocations_waiting", Help: "Grants that are still to be ended at their providers.",
		}, func() float64 { return float64(s.revocations.Waiting().Count) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "bowline_revocations_oldest_seconds", Help: "For how long the oldest of them has waited.",
		}, func() float64 {
			oldest := s.revocations.Waiting().Oldest
			if oldest.IsZero() {
				return 0
			}
			return s.options.Now().Sub(oldest).Seconds()
		}))
}

// freeRevocations takes back what a process that died had in hand.
func (s *Server) freeRevocations(ctx context.Context) {
	if err := s.store.FreeRevocations(ctx); err != nil {
		s.log.ErrorContext(ctx, "free revocations", "error", err)
	}
}
