package safehttp

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// newClient returns a client that leaves nothing running behind.
func newClient(t *testing.T, o Options) *http.Client {
	t.Helper()
	client := New(o)
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// newServer counts its hits and answers with handler.
func newServer(t *testing.T, handler http.HandlerFunc) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	var hits atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server, &hits
}

func get(t *testing.T, client *http.Client, url string) (status int, body string, err error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	return response.StatusCode, string(data), err
}

// hostile addresses, most of which mean this machine or its network.
var hostile = []string{
	"127.0.0.1", "127.1.2.3", "localhost", "0.0.0.0", "[::1]", "[::]",
	"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[0:0:0:0:0:ffff:c0a8:1]", "[::127.0.0.1]",
	"[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::1]",
	"[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
	"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.255.254",
	"169.254.169.254", "[fe80::1]", "[fe80::1%25lo]", "[fd00:ec2::254]", "[fc00::1]", "[fec0::1]",
	"192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255",
	"[2001:db8::1]", "[ff02::1]", "[100::1]", "[5f00::1]",
}

// Spellings that C resolvers read as 127.0.0.1 and Go does not.
var odd = []string{"2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "127.1", "127.0.1", "017700000001"}

func TestHostileAddressesAreNeverReached(t *testing.T) {
	t.Parallel()
	server, hits := newServer(t, func(http.ResponseWriter, *http.Request) {})
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	// No name exists, so that odd spellings do not leave the machine either.
	client := newClient(t, Options{Resolver: resolver(t, func(name string) string {
		if name == "localhost." {
			return "127.0.0.1"
		}
		return ""
	})})
	for _, scheme := range []string{"https", "http"} {
		for _, host := range hostile {
			_, _, err := get(t, client, scheme+"://"+host+":"+port+"/?secret=1")
			var blocked *BlockedError
			if !errors.Is(err, ErrBlocked) || !errors.As(err, &blocked) {
				t.Errorf("%s://%s: %v", scheme, host, err)
				continue
			}
			if text := Bare(err).Error(); strings.Contains(text, "secret") || strings.Contains(text, port) {
				t.Errorf("error tells too much: %s", text)
			}
		}
		for _, host := range odd {
			if _, _, err := get(t, client, scheme+"://"+host+":"+port+"/"); err == nil {
				t.Errorf("%s://%s answered", scheme, host)
			}
		}
	}
	if hits.Load() != 0 {
		t.Errorf("the server on loopback was hit %d times", hits.Load())
	}
}

func TestGuardJudgesAddresses(t *testing.T) {
	t.Parallel()
	allow := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd12::/16"), netip.MustParsePrefix("::ffff:192.168.5.0/120")}
	secure, plain := newGuard(allow, false), newGuard(allow, true)
	for _, c := range []struct {
		network, address string
		secure, plain    string // the rule that refuses, "" for none
	}{
		{"tcp4", "93.184.215.14:443", "", "scheme"},
		{"tcp6", "[2606:4700::1111]:443", "", "scheme"},
		{"tcp4", "93.184.215.14:8443", "", "scheme"},
		{"tcp4", "93.184.215.14:25", "port", "scheme"},
		{"tcp4", "93.184.215.14:80", "port", "scheme"},
		{"tcp4", "10.1.2.3:80", "", ""},
		{"tcp6", "[::ffff:10.1.2.3]:80", "", ""},
		{"tcp6", "[fd12::5]:9000", "", ""},
		{"tcp4", "192.168.5.200:443", "", ""},
		{"tcp4", "192.168.6.1:443", "address", "scheme"},
		{"tcp4", "10.2.0.1:443", "address", "scheme"},
		{"tcp6", "[2002:0a02:1::]:443", "address", "scheme"},
		{"udp4", "93.184.215.14:443", "address", "scheme"},
		{"tcp4", "nonsense", "address", "address"},
	} {
		for _, side := range []struct {
			guard *guard
			want  string
		}{{secure, c.secure}, {plain, c.plain}} {
			got := ""
			var refused *refusal
			if err := side.guard.control(c.network, c.address, nil); errors.As(err, &refused) {
				got = refused.rule
			} else if err != nil {
				t.Errorf("%s: unexpected error %v", c.address, err)
			}
			if got != side.want {
				t.Errorf("%s %s, plain %v: refused by %q, want %q", c.network, c.address, side.guard.plain, got, side.want)
			}
		}
	}
}

// A name that pointed somewhere harmless when it was checked and points inside
// when it is used: each connection is judged by the address it goes to.
func TestRebindingIsRefused(t *testing.T) {
	t.Parallel()
	server, hits := newServer(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") })
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	var address atomic.Value
	address.Store("127.0.0.1")
	client := newClient(t, Options{
		Allow:    []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")},
		Resolver: resolver(t, func(string) string { return address.Load().(string) }),
	})
	if status, _, err := get(t, client, "http://rebind.example:"+port+"/"); err != nil || status != 200 {
		t.Fatalf("first visit: %d, %v", status, err)
	}
	for _, inside := range []string{"127.0.0.2", "10.0.0.1", "169.254.169.254"} {
		address.Store(inside)
		_, _, err := get(t, client, "http://rebind.example:"+port+"/")
		if !errors.Is(err, ErrBlocked) {
			t.Errorf("moved to %s: %v", inside, err)
		}
		if err != nil && strings.Contains(err.Error(), inside) {
			t.Errorf("the error tells the inside address: %v", err)
		}
	}
	if hits.Load() != 1 {
		t.Errorf("server was hit %d times", hits.Load())
	}
}

func TestAllowedNetworkOverBothSchemes(t *testing.T) {
	t.Parallel()
	server, _ := newServer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "plain") })
	client := newClient(t, Options{Allow: loopback})
	if _, body, err := get(t, client, server.URL); err != nil || body != "plain" {
		t.Errorf("%q, %v", body, err)
	}
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "secure") }))
	t.Cleanup(secure.Close)
	if _, _, err := get(t, client, secure.URL); err == nil {
		t.Error("an unknown certificate is accepted")
	}
	pool := x509.NewCertPool()
	pool.AddCert(secure.Certificate())
	client.Transport.(*Transport).https.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	if _, body, err := get(t, client, secure.URL); err != nil || body != "secure" {
		t.Errorf("%q, %v", body, err)
	}
}

func TestOtherSchemesRefused(t *testing.T) {
	t.Parallel()
	client := newClient(t, Options{Allow: loopback})
	for _, url := range []string{"ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "unix:///x"} {
		if _, _, err := get(t, client, url); err == nil {
			t.Errorf("%s answered", url)
		}
	}
}

func TestProxyIsIgnored(t *testing.T) {
	proxy, hits := newServer(t, func(http.ResponseWriter, *http.Request) {})
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("HTTPS_PROXY", proxy.URL)
	client := newClient(t, Options{Resolver: resolver(t, func(string) string { return "10.0.0.1" })})
	if _, _, err := get(t, client, "http://inside.example/"); !errors.Is(err, ErrBlocked) {
		t.Error(err)
	}
	if hits.Load() != 0 {
		t.Error("the proxy was asked")
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	target, hits := newServer(t, func(http.ResponseWriter, *http.Request) {})
	server, _ := newServer(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target.URL, http.StatusFound) })
	if status, _, err := get(t, newClient(t, Options{Allow: loopback}), server.URL); err != nil || status != http.StatusFound {
		t.Errorf("%d, %v", status, err)
	}
	if hits.Load() != 0 {
		t.Error("the redirect was followed")
	}
}

func TestBodyCap(t *testing.T) {
	t.Parallel()
	handler := func(w http.ResponseWriter, r *http.Request) {
		size := map[string]int{"/below": 99, "/at": 100, "/above": 101, "/far": 50_000, "/none": 0}
		n := size[strings.TrimSuffix(r.URL.Path, "-chunked")]
		body := bytes.Repeat([]byte("x"), n)
		switch {
		case r.URL.Path == "/gzip":
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			_, _ = packed.Write(bytes.Repeat([]byte("x"), 1<<20))
			_ = packed.Close()
		case strings.HasSuffix(r.URL.Path, "-chunked"):
			for len(body) > 0 {
				part := min(len(body), 60)
				_, _ = w.Write(body[:part])
				w.(http.Flusher).Flush()
				body = body[part:]
			}
		default:
			_, _ = w.Write(body)
		}
	}
	server, _ := newServer(t, handler)
	const local = "http://local.example/"
	client := newClient(t, Options{Allow: loopback, MaxBody: 100, Local: map[string]http.Handler{local: http.HandlerFunc(handler)}})
	for path, want := range map[string]int{
		"below": 99, "at": 100, "above": -1, "far": -1, "none": 0,
		"below-chunked": 99, "at-chunked": 100, "above-chunked": -1, "far-chunked": -1, "gzip": -1,
	} {
		for _, base := range []string{server.URL + "/", local} {
			_, body, err := get(t, client, base+path)
			switch {
			case want < 0 && !errors.Is(err, ErrTooLarge) && (path != "gzip" || base != local):
				t.Errorf("%s%s: %v", base, path, err)
			case want >= 0 && (err != nil || len(body) != want):
				t.Errorf("%s%s: %d bytes, %v", base, path, len(body), err)
			}
			if len(body) > 100 {
				t.Errorf("%s%s: %d bytes came through", base, path, len(body))
			}
		}
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	wait := func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-release:
		}
	}
	server, _ := newServer(t, wait)
	t.Cleanup(func() { close(release) })
	client := newClient(t, Options{Allow: loopback, Timeout: 50 * time.Millisecond, Local: map[string]http.Handler{"http://local.example/": http.HandlerFunc(wait)}})
	for _, url := range []string{server.URL, "http://local.example/"} {
		_, _, err := get(t, client, url)
		var timeout interface{ Timeout() bool }
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestObserve(t *testing.T) {
	t.Parallel()
	server, _ := newServer(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(418) })
	var mu sync.Mutex
	var seen []Observation
	client := newClient(t, Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Observe: func(o Observation) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, o)
	}})
	_, _, _ = get(t, client, server.URL+"/path?secret=1")
	_, _, _ = get(t, client, "https://10.0.0.1/path?secret=1")
	if len(seen) != 2 {
		t.Fatalf("%d observations", len(seen))
	}
	if o := seen[0]; o.Status != 418 || o.Err != nil || o.Host != server.Listener.Addr().String() || o.Method != "GET" || o.Duration <= 0 {
		t.Errorf("%+v", o)
	}
	if o := seen[1]; o.Status != 0 || !errors.Is(o.Err, ErrBlocked) || strings.Contains(o.Err.Error(), "secret") {
		t.Errorf("%+v", o)
	}
}

func TestBare(t *testing.T) {
	t.Parallel()
	_, _, err := get(t, newClient(t, Options{}), "https://127.0.0.1/?secret=1")
	if !strings.Contains(err.Error(), "secret=1") {
		t.Errorf("net/http no longer prints URLs, Bare can go: %v", err)
	}
	if strings.Contains(Bare(err).Error(), "secret") || !errors.Is(Bare(err), ErrBlocked) {
		t.Errorf("Bare gives %v", Bare(err))
	}
	if Bare(io.EOF) != io.EOF || Bare(nil) != nil {
		t.Error("Bare changes errors that are bare")
	}
}

// resolver answers every A query with what answer returns for the name, and
// with "no such name" for "".
func resolver(t *testing.T, answer func(name string) string) *net.Resolver {
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
			_, _ = conn.WriteTo(dnsAnswer(query[:n], answer), from)
		}
	}()
	var dialer net.Dialer
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// dnsAnswer builds the answer to a query with one question (RFC 1035 section 4).
func dnsAnswer(query []byte, answer func(string) string) []byte {
	var name strings.Builder
	end := 12
	for query[end] != 0 {
		size := int(query[end])
		name.Write(query[end+1 : end+1+size])
		name.WriteByte('.')
		end += size + 1
	}
	kind := binary.BigEndian.Uint16(query[end+1:])
	ip, _ := netip.ParseAddr(answer(name.String()))
	out := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, query[12:end+5]...)
	switch {
	case !ip.IsValid():
		out[3] = 0x83
	case kind == 1:
		out[7] = 1
		out = append(out, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
		out = append(out, ip.AsSlice()...)
	}
	return out
}
