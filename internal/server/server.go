package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/offer"
	"github.com/bowline/bowline/internal/peer"
	"github.com/bowline/bowline/internal/renewal"
	"github.com/bowline/bowline/internal/revocation"
	"github.com/bowline/bowline/internal/roster"
	"github.com/bowline/bowline/internal/script"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/webhook"
)

// Timeouts of the HTTP server. A callback may wait for a slow provider, so
// answers get longer than requests.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 75 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 32 << 10
)

// Server is one running Bowline.
type Server struct {
	options Options
	links   bowline.Links
	log     *slog.Logger
	store   *store.Store
	auth    *auth.Authenticator
	oneTime *auth.OneTime
	staff   *auth.Staff
	handler http.Handler
	journey *link.Service
	roster  *roster.Roster
	book    *offer.Book
	metrics *metrics
	// What was answered and is not stored yet.
	requests requestLog
	lender   *connection.Service

	deliveries  *webhook.Dispatcher
	renewals    *renewal.Keeper
	revocations *revocation.Revoker
	scripts     *script.Runner

	listener net.Listener
	welcome  Welcome
	started  time.Time

	// reloading lets one Reload follow another, so that the newest files win.
	reloading   sync.Mutex
	readCatalog func() (*catalog.Catalog, error)
}

// Open listens, opens the database and prepares a first start. The caller must
// call Serve or Close.
func Open(ctx context.Context, o Options) (*Server, error) {
	began := time.Now()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", o.Listen, err)
	}
	if o.PublicURL == "" {
		if o.PublicURL, err = ownURL(listener.Addr()); err != nil {
			return nil, errors.Join(err, listener.Close())
		}
	}
	s := &Server{options: o, links: bowline.NewLinks(o.PublicURL), log: o.Logger, listener: listener, metrics: newMetrics(), started: began}
	s.store, err = store.Open(ctx, store.Options{
		URL: o.DatabaseURL, Dir: o.DataDir, Sealer: o.Sealer, Now: o.Now, Logger: o.Logger,
	})
	if err != nil {
		_ = listener.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	s.auth = auth.New(auth.Options{Store: s.store, Sealer: o.Sealer, Now: o.Now, Granted: o.Granted})
	// Everything that can go wrong goes wrong before a key is made and shown.
	if s.handler, err = s.routes(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.firstStart(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare first start: %w", err), s.Close())
	}
	return s, nil
}

// ownURL is the address that we listen on, as a browser on this machine would
// write it. An address that means every interface is no address to send people
// to.
func ownURL(address net.Addr) (string, error) {
	if tcp, ok := address.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return "", errors.New("listening on every interface needs a public URL: set BOWLINE_PUBLIC_URL")
	}
	return "http://" + address.String(), nil
}

// Welcome returns what to tell the operator.
func (s *Server) Welcome() Welcome { return s.welcome }

// URL is the public URL.
func (s *Server) URL() string { return s.links.PublicURL }

// Close releases what Open took, without serving.
func (s *Server) Close() error {
	err := s.listener.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	return errors.Join(err, s.store.Close())
}

// Serve answers requests until ctx ends, then lets those under way finish,
// stops the loops and closes the database. It returns nil after a clean stop.
func (s *Server) Serve(ctx context.Context) error {
	main := s.httpServer(peer.Proxies(s.options.TrustedProxies).Handler(s.handler))
	loopCtx, stopLoops := context.WithCancel(context.WithoutCancel(ctx))
	s.freeRevocations(loopCtx)
	var loops sync.WaitGroup
	for _, loop := range s.loops() {
		loops.Go(func() { loop.run(loopCtx, s.log) })
	}
	loops.Go(func() { s.deliver(loopCtx) })
	loops.Go(func() { s.renew(loopCtx) })
	failed := make(chan error, 2)
	go func() { failed <- main.Serve(s.listener) }()
	side, err := s.serveMetrics(ctx, failed)
	if err == nil {
		s.log.InfoContext(ctx, "ready", "address", s.listener.Addr().String(), "publicUrl", s.links.PublicURL,
			"database", s.store.Engine(), "version", s.options.Version, "startup", time.Since(s.started).Round(time.Microsecond).String())
		releaseMemory()
		select {
		case <-ctx.Done():
		case err = <-failed:
		}
	}
	// Whoever still has a request under way is served with tokens; nothing else
	// begins that would have to be waited for, or left to others in the middle.
	s.renewals.Halt()
	s.revocations.Halt()
	err = errors.Join(unlessClosed(err), s.drain(ctx, main, side))
	stopLoops()
	loops.Wait()
	last := context.WithoutCancel(ctx) // for what came after the loops' last turn
	err = errors.Join(err, s.journey.FlushVisits(last), s.storeRequests(last), s.store.FlushTallies(last),
		s.lender.FlushAccess(last), s.auth.FlushAllKeyUse(last))
	return errors.Join(err, s.store.Close())
}

func (s *Server) httpServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}

// serveMetrics opens the separate address for metrics, if one is configured.
func (s *Server) serveMetrics(ctx context.Context, failed chan<- error) (*http.Server, error) {
	if s.options.MetricsListen == "" {
		return nil, nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.options.MetricsListen)
	if err != nil {
		return nil, fmt.Errorf("listen for metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics.handler())
	side := s.httpServer(mux)
	go func() { failed <- side.Serve(listener) }()
	return side, nil
}

func (s *Server) drain(ctx context.Context, servers ...*http.Server) error {
	s.log.InfoContext(ctx, "stopping")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.ShutdownTimeout)
	defer cancel()
	var errs []error
	for _, server := range servers {
		if server == nil {
			continue
		}
		if err := server.Shutdown(ctx); err != nil {
			errs = append(errs, fmt.Errorf("drain requests: %w", err), server.Close())
		}
	}
	return errors.Join(errs...)
}

func unlessClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
