package server

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestDrainingClaimsNothing: from the signal on, while a request is still
// answered, nothing that is due by itself is taken in hand.
func TestDrainingClaimsNothing(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), Options{
		Listen: "127.0.0.1:0", DataDir: t.TempDir(), Sealer: storetest.NewSealer(t), Sandbox: true, FirstStartInstance: "Test",
		Now: func() time.Time { return time.Now().UTC() }, Logger: slog.New(slog.DiscardHandler), ShutdownTimeout: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	entered, release := make(chan struct{}), make(chan struct{})
	s.handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(entered)
		<-release
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	go func() {
		if res, err := http.Get(s.URL()); err == nil { //nolint:noctx // it ends with the server
			_ = res.Body.Close()
		}
	}()
	<-entered
	stop()
	for { // until nobody else is let in
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.listener.Addr().String())
		if err != nil {
			break
		}
		_ = conn.Close()
	}
	connection := dueAndEnding(t, s)
	turns, err := s.renewals.Sweep(t.Context())
	if u, fault := s.store.RenewalOf(t.Context(), connection); err != nil || fault != nil || turns != 0 || !u.Until.IsZero() {
		t.Errorf("%d turns were taken, %v; leased until %v, %v", turns, err, u.Until, fault)
	}
	err = s.revocations.Sweep(t.Context())
	if n, _, fault := s.store.RevocationsWaiting(t.Context()); err != nil || fault != nil || n != 1 {
		t.Errorf("%d grants are to be ended, %v, %v", n, err, fault)
	}
	close(release)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// dueAndEnding makes a connection whose tokens are due, and a grant that is to be
// ended.
func dueAndEnding(t *testing.T, s *Server) bowline.ID {
	t.Helper()
	instances, err := s.store.Instances(t.Context())
	if err != nil || len(instances) != 1 {
		t.Fatal(instances, err)
	}
	conn := storetest.Add(t, s.store, storetest.NewCompany(instances[0].ID, "Harbour Bakery"), bowline.Accounting).DataConnections[0]
	storetest.Write(t, s.store, func(ctx context.Context, tx *store.Tx) error {
		g := storetest.NewGrant("a", time.Now().Add(-time.Hour))
		g.ConnectionID = conn.ID
		if err := tx.PutGrant(ctx, g); err != nil {
			return err
		}
		return tx.EndGrant(ctx, store.Revocation{
			Instance: conn.InstanceID, Company: conn.CompanyID, Connection: conn.ID, IntegrationKey: "mqjo", Reason: store.RevokeUnlinked,
			Grant: bowline.Grant{AccessToken: "at", RefreshToken: "rt"}, Created: time.Now(),
		})
	})
	return conn.ID
}
