package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/bowline/bowline/internal/safehttp"
)

// metrics are what Bowline tells Prometheus. Labels hold routes, never paths.
type metrics struct {
	registry       *prometheus.Registry
	requests       *prometheus.CounterVec
	durations      *prometheus.HistogramVec
	outbound       *prometheus.CounterVec
	authorizations *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bowline_http_requests_total", Help: "Requests answered, by area, method and status class.",
		}, []string{"area", "method", "status"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "bowline_http_request_seconds", Help: "How long requests took, by area.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5, 30},
		}, []string{"area"}),
		outbound: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bowline_outbound_requests_total", Help: "Requests to providers, by status class; error means no answer.",
		}, []string{"status"}),
		authorizations: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bowline_authorizations_total", Help: "Finished authorizations, by integration and outcome.",
		}, []string{"integration", "outcome"}),
	}
	m.registry.MustRegister(m.requests, m.durations, m.outbound, m.authorizations,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

func (m *metrics) observeRequest(area, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(area, knownMethod(method), class(status)).Inc()
	m.durations.WithLabelValues(area).Observe(took.Seconds())
}

func (m *metrics) observeOutbound(o safehttp.Observation) {
	status := "error"
	if o.Err == nil {
		status = class(o.Status)
	}
	m.outbound.WithLabelValues(status).Inc()
}

func (m *metrics) observeAuthorization(integration, outcome string) {
	m.authorizations.WithLabelValues(integration, outcome).Inc()
}

func class(status int) string { return strconv.Itoa(status/100) + "xx" }

// knownMethod keeps strangers from filling the registry with invented methods.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}
