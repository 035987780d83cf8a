package server

import (
	"net/http"

	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/sandbox"
)

// noCap is more than any body has, in bytes.
const noCap = 1 << 50

// lend prepares what API keys may do with the grants behind connections.
func (s *Server) lend(connections *connection.Service, provider *sandbox.Provider, away *detour) {
	local := map[string]http.Handler{}
	if provider != nil {
		local[s.links.PublicURL+"/sandbox/"] = provider.Handler()
	}
	// A transport and no client: nothing here follows redirects, keeps cookies or
	// ends a long stream that goes well. Bodies only pass through, so that they
	// have no cap.
	connections.Upstream = away.transport(safehttp.NewTransport(safehttp.Options{
		Allow: away.allow(s.options.OutboundAllow), Local: local, Observe: s.metrics.observeOutbound, MaxBody: noCap,
	}))
	connections.Off = s.options.AccessOff
	s.lender = connections
}
