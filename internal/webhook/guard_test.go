package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestClientCertificateIsShown: a server that lets in only who proves who they
// are is told by the consumer that has the certificate, and by no other.
func TestClientCertificateIsShown(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	pasted, certificate := newCertificate(t)
	var known, unknown atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/with" && len(r.TLS.PeerCertificates) == 1 && certificate.Equal(r.TLS.PeerCertificates[0]) {
			known.Add(1)
			return
		}
		unknown.Add(1)
	}))
	clients, servers := x509.NewCertPool(), x509.NewCertPool()
	clients.AddCert(certificate)
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	servers.AddCert(server.Certificate())
	to := func(path, certificate string) bowline.Consumer {
		return b.consumer(path, func(c *bowline.Consumer) {
			c.URL, c.ClientCertificate = server.URL+path, bowline.ClientCertificate(certificate)
		})
	}
	other, _ := newCertificate(t)
	with, without, wrong := to("/with", pasted), to("/without", ""), to("/wrong", other)
	b.run(func(o *Options) { o.HTTP.Roots = servers })
	b.event()
	b.until("it is let in", b.settled(with, 1, bowline.MessageSuccess))
	for _, c := range []bowline.Consumer{without, wrong} {
		b.until("it is refused", b.settled(c, 1, bowline.MessageAttempting))
	}
	if known.Load() != 1 || unknown.Load() != 0 {
		t.Errorf("%d were known and %d unknown", known.Load(), unknown.Load())
	}
}

// TestTransformedURLIsGuarded: a transformation may send elsewhere, but not to
// where a name turns out to lead when it is dialed, nor to where the place that
// it names points next.
func TestTransformedURLIsGuarded(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	b.sink.answers(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, b.sink.URL+"/inside", http.StatusTemporaryRedirect)
	})
	var asked atomic.Int64
	names := nameServer(t, func(name string) string {
		asked.Add(1)
		switch {
		case strings.HasPrefix(name, "metadata."):
			return "169.254.169.254"
		case strings.HasPrefix(name, "mapped."):
			return "0.0.0.0"
		}
		return "10.1.2.3"
	})
	want := map[string]string{
		"https://private.example.test/":         "blocked: address not allowed: private.example.test",
		"https://metadata.example.test/latest":  "blocked: address not allowed: metadata.example.test",
		"https://mapped.example.test/":          "blocked: address not allowed: mapped.example.test",
		"http://private.example.test:8080/":     "blocked: scheme not allowed: private.example.test",
		"https://private.example.test:22/?key=": "blocked: address not allowed: private.example.test",
		b.sink.URL + "/there":                   "",
	}
	consumers := map[string]bowline.Consumer{}
	for target := range want {
		consumers[target] = b.consumer("/own", func(c *bowline.Consumer) {
			c.Transformation = bowline.Transformation{Source: target, Enabled: true}
		})
	}
	b.run(func(o *Options) {
		o.HTTP.Resolver = names
		o.Transform = func(_ context.Context, source string, in Transformable) (Transformed, error) {
			return Transformed{Method: in.Method, URL: source, Payload: in.Payload}, nil
		}
	})
	b.event()
	for target, fault := range want {
		b.until("a failed attempt", b.settled(consumers[target], 1, bowline.MessageAttempting))
		a := b.attempts(b.messages(consumers[target])[0])[0]
		if a.Error != fault || fault != "" && a.StatusCode != 0 || fault == "" && a.StatusCode != http.StatusTemporaryRedirect {
			t.Errorf("%s: attempt is %+v, want %q", target, a, fault)
		}
	}
	if asked.Load() == 0 || len(b.sink.at("/there")) != 1 || len(b.sink.at("/inside")) != 0 {
		t.Errorf("%d names were asked for, %d redirects followed", asked.Load(), len(b.sink.at("/inside")))
	}
}

// TestRebinding: a name that led to a permitted address when it was tried leads
// elsewhere when it is dialed anew.
func TestRebinding(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	var address atomic.Value
	address.Store("127.0.0.1")
	_, port, err := net.SplitHostPort(strings.TrimPrefix(b.sink.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	c := b.consumer("/a", func(c *bowline.Consumer) { c.URL = "http://rebind.example.test:" + port + "/a" })
	b.sink.answers(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") })
	b.run(func(o *Options) {
		o.HTTP.Resolver = nameServer(t, func(string) string { return address.Load().(string) })
		o.HTTP.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	})
	b.event()
	b.until("delivered while it may be", b.settled(c, 1, bowline.MessageSuccess))
	address.Store("127.0.0.2") // where the sink listens as little as it is allowed
	b.event()
	b.until("a failed attempt", func() bool { l := b.messages(c); return len(l) == 2 && l[1].Attempts == 1 })
	if a := b.attempts(b.messages(c)[1])[0]; a.Error != "blocked: scheme not allowed: rebind.example.test" {
		t.Errorf("attempt is %+v", a)
	}
}

// nameServer answers questions for IPv4 addresses (RFC 1035 section 4).
func nameServer(t *testing.T, answer func(name string) string) *net.Resolver {
	t.Helper()
	var lc net.ListenConfig
	conn, err := lc.ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { _ = conn.Close(); <-done })
	go func() {
		defer close(done)
		query := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(query)
			if err != nil {
				return
			}
			_, _ = conn.WriteTo(reply(query[:n], answer), from)
		}
	}()
	var dialer net.Dialer
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// reply is the answer to a query with one question: one address, or none where
// another kind is asked for.
func reply(query []byte, answer func(string) string) []byte {
	const header, typeA = 12, 1
	var name strings.Builder
	end := header
	for query[end] != 0 {
		next := end + 1 + int(query[end])
		name.Write(query[end+1 : next])
		name.WriteByte('.')
		end = next
	}
	out := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, query[header:end+5]...)
	if binary.BigEndian.Uint16(query[end+1:]) == typeA {
		out[7] = 1
		out = append(out, 0xc0, header, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4)
		out = append(out, netip.MustParseAddr(answer(name.String())).AsSlice()...)
	}
	return out
}
