package connection_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// lender is a service with linked connections and a provider that a test plays.
type lender struct {
	*connection.Service
	t        *testing.T
	instance bowline.ID
	company  bowline.ID
	provider string

	now   atomic.Int64 // seconds after the start
	fresh atomic.Int64 // calls of Fresh that named a stale token

	mu     sync.Mutex
	tokens map[bowline.ID]string // access tokens by connection
}

// loopback lets the guarded transport reach what tests serve.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// newLender plays the provider with handler, under /api and /shop/... of the
// sandbox's address. rate is the limit of mqjo, nil for none.
func newLender(t *testing.T, s *store.Store, rate *catalog.APIRate, handler http.HandlerFunc) *lender {
	t.Helper()
	provider := httptest.NewServer(handler)
	t.Cleanup(provider.Close)
	return newLenderAt(t, s, rate, provider.URL)
}

func newLenderAt(t *testing.T, s *store.Store, rate *catalog.APIRate, provider string) *lender {
	t.Helper()
	l := &lender{t: t, provider: provider, tokens: map[bowline.ID]string{}}
	entries, err := catalog.Load(catalog.Options{Dir: limited(t, rate), Vars: map[string]string{
		"server.sandbox": provider, "server.publicUrl": provider,
		"server.secret.mqjo": "s1", "server.secret.aiwb": "s2", "server.secret.qhnd": "s3", "server.secret.gtrn": "s4", "server.secret.dkpu": "s5",
	}})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	upstream := safehttp.NewTransport(safehttp.Options{Allow: loopback, MaxBody: 1 << 40})
	t.Cleanup(upstream.CloseIdleConnections)
	l.Service = &connection.Service{
		Store: s, Catalog: entries, Links: bowline.NewLinks("https://bowline.example"),
		Now:      func() time.Time { return start.Add(time.Duration(l.now.Load()) * time.Second) },
		Probe:    &probe.Client{HTTP: &http.Client{Transport: upstream}},
		Upstream: upstream, Fresh: l.renew,
	}
	l.instance = storetest.NewInstance(t, s)
	l.company = storetest.Add(t, s, storetest.NewCompany(l.instance, "A")).ID
	return l
}

// limited is a catalog directory in which mqjo has a rate; "" without one.
func limited(t *testing.T, rate *catalog.APIRate) string {
	t.Helper()
	if rate == nil {
		return ""
	}
	file, err := os.ReadFile("../catalog/integrations/mqjo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(file), "api:\n", fmt.Sprintf("api:\n  rate: {requests: %d, seconds: %d, per: %s}\n", rate.Requests, rate.Seconds, rate.Per), 1)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mqjo.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// renew stands for what keeps grants fresh: a token that is named as stale gets
// a successor.
func (l *lender) renew(ctx context.Context, t connection.Target, stale string) (bowline.Connection, bowline.Grant, error) {
	conn, err := l.Store.Connection(ctx, t.Instance, t.Company, t.Connection)
	if err != nil {
		return conn, bowline.Grant{}, err
	}
	grant, err := l.Store.Grant(ctx, t.Connection)
	if err != nil || grant.AccessToken == "" {
		return conn, grant, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if stale != "" && stale == l.tokens[t.Connection] {
		l.fresh.Add(1)
		l.tokens[t.Connection] += "+"
	}
	grant.AccessToken = l.tokens[t.Connection]
	return conn, grant, nil
}

func (l *lender) target(id bowline.ID) connection.Target {
	return connection.Target{Instance: l.instance, Company: l.company, Connection: id, Actor: "key:k1"}
}

// linked makes a linked connection that holds a grant.
func (l *lender) linked(key, tenant string, grant bowline.Grant) bowline.ID {
	l.t.Helper()
	in, ok := l.Catalog.Get(key) // enabled or not
	if !ok {
		l.t.Fatal("no such integration")
	}
	conn := bowline.Connection{
		ID: bowline.NewID(l.Now()), InstanceID: l.instance, CompanyID: l.company, IntegrationID: bowline.ID(in.ID), IntegrationKey: key,
		SourceID: bowline.ID(in.SourceID), SourceType: bowline.SourceType(in.SourceType), PlatformName: in.Name, Created: l.Now(),
	}
	err := l.Store.Write(l.t.Context(), func(tx *store.Tx) error {
		company, err := tx.LockCompany(l.t.Context(), l.instance, l.company)
		if err != nil {
			return err
		}
		if err := tx.MoveConnection(l.t.Context(), company, &conn, bowline.TriggerCreate, store.Change{Actor: "key:k1", Now: l.Now()}); err != nil {
			return err
		}
		conn.Identify(bowline.Tenant{ID: tenant, Name: "Harbour"}, "Harbour Ltd")
		grant.ConnectionID = conn.ID
		if err := tx.PutGrant(l.t.Context(), grant); err != nil {
			return err
		}
		return tx.MoveConnection(l.t.Context(), company, &conn, bowline.TriggerLink, store.Change{Actor: "customer", Now: l.Now()})
	})
	if err != nil {
		l.t.Fatal(err)
	}
	l.tokens[conn.ID] = grant.AccessToken
	return conn.ID
}

func (l *lender) linkedBooks() bowline.ID {
	return l.linked("mqjo", "org-1", bowline.Grant{AccessToken: "at-1", RefreshToken: "rt-" + string(bowline.NewID(l.Now())), TokenType: "Bearer", ExpiresAt: l.Now().Add(time.Hour)})
}

// ask sends a proxied request; pairs of header fields follow.
func (l *lender) ask(id bowline.ID, method, path, body string, header ...string) (*connection.ProxyAnswer, error) {
	l.t.Helper()
	path, query, _ := strings.Cut(path, "?")
	q := connection.ProxyRequest{Method: method, Path: path, Query: query, Header: http.Header{}, Here: "https://bowline.example/here", Length: int64(len(body)), Body: strings.NewReader(body)}
	for i := 0; i+1 < len(header); i += 2 {
		q.Header.Add(header[i], header[i+1])
	}
	return l.Proxy(l.t.Context(), l.target(id), q)
}

// newLenderGuard is the way out as it is without any exception.
func newLenderGuard() http.RoundTripper { return safehttp.NewTransport(safehttp.Options{}) }
