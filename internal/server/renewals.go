package server

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/offer"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/renewal"
)

// keepGrants makes what refreshes and checks grants, and what it tells of
// itself. Nothing starts before Serve.
func (s *Server) keepGrants(book *offer.Book, client *oauth.Client, confirm *probe.Client) {
	turns := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "bowline_renewals_total", Help: "Grants refreshed or checked, by integration, what was done, and outcome.",
	}, []string{"integration", "did", "outcome"})
	behind := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "bowline_renewals_behind_seconds", Help: "How long after its time a scheduled renewal began.",
		Buckets: []float64{1, 2, 5, 15, 60, 300, 900, 3600, 14400},
	})
	s.renewals = renewal.New(renewal.Options{
		Store: s.store, OAuth: client, Probe: confirm, Offer: book.For, Links: s.links, Now: s.options.Now, Logger: s.log,
		Observe: func(o renewal.Observation) {
			turns.WithLabelValues(o.Integration, o.Did, o.Outcome).Inc()
			if !o.OnDemand {
				behind.Observe(o.Behind.Seconds())
			}
		},
	})
	s.metrics.registry.MustRegister(turns, behind,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "bowline_renewals_in_hand", Help: "Renewals between claim and commit in this process.",
		}, func() float64 { return float64(s.renewals.InHand()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "bowline_renewals_oldest_seconds", Help: "For how long the oldest renewal that is due has waited.",
		}, func() float64 { return s.renewals.Behind().Seconds() }))
}

// fresh is what hands out grants.
func (s *Server) fresh(ctx context.Context, t connection.Target, stale string) (bowline.Connection, bowline.Grant, error) {
	return s.renewals.Fresh(ctx, t.Instance, t.Company, t.Connection, renewal.FreshOptions{Stale: stale})
}

// look asks a provider whether a connection still stands.
func (s *Server) look(ctx context.Context, t connection.Target) (bowline.ConnectionCheck, error) {
	return s.renewals.Look(ctx, t.Instance, t.Company, t.Connection)
}

// freshGrant is fresh for those who end grants with the token of a relative.
func (s *Server) freshGrant(ctx context.Context, instance, company, connection bowline.ID) (bowline.Grant, error) {
	_, g, err := s.renewals.Fresh(ctx, instance, company, connection, renewal.FreshOptions{})
	return g, err
}

// renew keeps grants alive until ctx ends, and begins anew when it could not
// begin.
func (s *Server) renew(ctx context.Context) {
	const pause = time.Second
	for ctx.Err() == nil {
		err := s.renewals.Run(ctx)
		if err == nil || ctx.Err() != nil {
			continue
		}
		s.log.ErrorContext(ctx, "renewals could not begin", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	s.renewals.Close()
}
