package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// lending is an API behind a real server, with a provider that a test plays and
// a linked connection.
type lending struct {
	*harness
	url  string // of the API
	path string // of the connection
	key  string // with all permissions
}

func newLending(t *testing.T, s *store.Store, provider http.HandlerFunc) *lending {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/organisations", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"organisations":[{"id":"org-1","name":"Harbour"}]}`)
	})
	mux.HandleFunc("GET /api/organisations/{id}", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"companyName":"Harbour Ltd"}`)
	})
	mux.HandleFunc("/api/books/", provider)
	far := httptest.NewServer(mux)
	t.Cleanup(far.Close)
	upstream := safehttp.NewTransport(safehttp.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, MaxBody: 1 << 40})
	t.Cleanup(upstream.CloseIdleConnections)
	h := newHarness(t, s, func(o *api.Options) {
		o.Catalog = newCatalog(t, far.URL)
		o.Connections.Catalog, o.Connections.Upstream = o.Catalog, upstream
	})
	l := &lending{harness: h}
	key, err := h.auth.CreateKey(t.Context(), auth.Caller{Instance: h.instance, Permissions: bowline.Permissions()}, auth.NewAPIKey{Name: "all", Permissions: bowline.Permissions()})
	if err != nil {
		t.Fatal(err)
	}
	l.key = key.Secret
	company := h.company(`{"name":"A"}`)
	l.path = "/companies/" + company + "/connections/" + h.linked(company, "mqjo")
	near := httptest.NewServer(http.StripPrefix("/api", h.handler))
	t.Cleanup(near.Close)
	l.url = near.URL + "/api"
	return l
}

// send sends a request over the network, with the key that may do everything.
func (l *lending) send(ctx context.Context, method, path string, body io.Reader, header ...string) (*http.Response, error) {
	l.t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, l.url+path, body)
	if err != nil {
		l.t.Fatal(err)
	}
	r.Header.Set("Authorization", basic(l.key))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	transport := &http.Transport{DisableCompression: true}
	l.t.Cleanup(transport.CloseIdleConnections)
	return transport.RoundTrip(r)
}

func (l *lending) sent(method, path, body string, header ...string) answer {
	l.t.Helper()
	response, err := l.send(l.t.Context(), method, path, strings.NewReader(body), header...)
	if err != nil {
		l.t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		l.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

// TestProxyEndToEnd sends requests through the API as a fintech would.
func TestProxyEndToEnd(t *testing.T) {
	t.Parallel()
	l := newLending(t, storetest.Open(t, store.SQLite), func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Set-Cookie", "a=b")
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Cache-Control", "public, max-age=9999")
		w.Header().Set("Location", "/api/books/other?x=1")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, r.Method+" "+r.RequestURI+" "+r.Header.Get("Authorization")+" "+string(body))
	})
	got := l.sent("POST", l.path+"/proxy/books/a%20b?where=x%3D%221%22&Page=2", "hello", "Cookie", "portal=secret")
	if want := "POST /api/books/a%20b?where=x%3D%221%22&Page=2 Bearer " + goodToken + " hello"; got.status != 201 || got.body != want {
		t.Errorf("%d %q", got.status, got.body)
	}
	for name, want := range map[string]string{
		"Set-Cookie": "", "Content-Type": "text/html", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Bowline-Answered-By": "provider",
		"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
		"Location":                publicURL + "/api" + l.path + "/proxy/books/other?x=1",
	} {
		if got.header.Get(name) != want {
			t.Errorf("%s is %q", name, got.header.Get(name))
		}
	}
	for _, method := range []string{"GET", "PUT", "PATCH", "DELETE", "HEAD"} {
		got := l.sent(method, l.path+"/proxy/books/", "")
		if want := method + " /api/books/ "; got.status != 201 || method != "HEAD" && !strings.HasPrefix(got.body, want) || len(got.header["X-Correlation-Id"]) != 1 {
			t.Errorf("%s: %d %q %v", method, got.status, got.body, got.header)
		}
	}
	for name, c := range map[string]struct {
		method, path string
		status       int
		says         string
	}{
		"dots":       {"GET", "/proxy/books/%2e%2e/organisations", 400, "dots"},
		"slash":      {"GET", "/proxy/books%2f..%2forganisations", 400, "slash"},
		"host":       {"GET", "/proxy//evil.example/books", 400, "empty segment"},
		"method":     {"OPTIONS", "/proxy/books/", 405, "not allowed"},
		"upgrade":    {"GET", "/proxy/books/up", 400, "protocol"},
		"not base":   {"GET", "/proxies/books/", 404, "NotFound"},
		"connection": {"GET", "x/proxy/books/", 404, "No connection exists"},
	} {
		header := []string{"X-Test", "1"}
		if name == "upgrade" {
			header = []string{"Upgrade", "websocket"}
		}
		got := l.sent(c.method, l.path+c.path, "", header...)
		if got.status != c.status || !strings.Contains(got.body, c.says) || got.header.Get("Bowline-Answered-By") == "provider" {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if log := l.log.String(); strings.Contains(log, goodToken) || strings.Contains(log, l.key) || strings.Contains(log, "where=") {
		t.Errorf("the log tells too much: %s", log)
	}
	timeline := l.must(200, "GET", l.path+"/timeline", "")
	if lines, _ := json.Marshal(timeline["results"]); timeline["totalResults"] != float64(3) || !strings.Contains(string(lines), `"permission":"proxy","requests":6`) {
		t.Errorf("%s", lines)
	}
}

// TestPermissions: which keys may do what, and how they come by it.
func TestPermissions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := newLending(t, s, func(http.ResponseWriter, *http.Request) {})
		everything := []string{"GET " + l.path + "/credentials", "GET " + l.path + "/proxy/books/", "GET " + l.path + "/authorization"}
		names := []string{"credentials", "proxy", "export"}
		token, _ := l.must(200, "GET", strings.Split(l.path, "/connections")[0]+"/accessToken", "")["accessToken"].(string)
		for i, request := range everything {
			method, path, _ := strings.Cut(request, " ")
			if got := l.call(method, path, ""); got.status != 403 || !strings.Contains(got.body, "lacks the permission "+names[i]) {
				t.Errorf("%s without: %d %s", request, got.status, got.body)
			}
			if got := l.call(method, path, "", "Authorization", "Bearer "+token); got.status != 403 {
				t.Errorf("%s with a company's token: %d", request, got.status)
			}
			if got := l.call(method, path, "", "Authorization", ""); got.status != 401 {
				t.Errorf("%s without a key: %d", request, got.status)
			}
			if got := l.call("POST", "/apiKeys", `{"permissions":["`+names[i]+`"]}`); got.status != 403 {
				t.Errorf("a key made one that can do more: %d %s", got.status, got.body)
			}
			got := l.call("POST", "/apiKeys", `{"name":"one","permissions":["`+names[i]+`"]}`, "Authorization", basic(l.key))
			var made bowline.APIKey
			if err := json.Unmarshal([]byte(got.body), &made); err != nil || got.status != 201 || len(made.Permissions) != 1 {
				t.Fatalf("%d %s", got.status, got.body)
			}
			for j, other := range everything {
				method, path, _ := strings.Cut(other, " ")
				if got := l.call(method, path, "", "Authorization", basic(made.Secret)); (got.status == 403) != (i != j) {
					t.Errorf("%s for %s: %d", names[i], other, got.status)
				}
			}
			l.must(200, "PUT", "/settings/access", strings.Replace(`{"credentials":true,"proxy":true,"export":true}`, `"`+names[i]+`":true`, `"`+names[i]+`":false`, 1))
			if got := l.call(method, path, "", "Authorization", basic(l.key)); got.status != 403 || !strings.Contains(got.body, "switched off") {
				t.Errorf("%s switched off: %d %s", names[i], got.status, got.body)
			}
			if got := l.call("PUT", "/settings/access", `{"credentials":true,"proxy":true,"export":true}`); got.status != 403 {
				t.Errorf("%s was switched on by a key without it: %d", names[i], got.status)
			}
			got = l.call("PUT", "/settings/access", `{"credentials":true,"proxy":true,"export":true}`, "Authorization", basic(made.Secret))
			if got.status != 200 || l.must(200, "GET", "/settings/access", "")[names[i]] != true {
				t.Errorf("%s on again: %d %s", names[i], got.status, got.body)
			}
		}
		if got := l.call("POST", "/apiKeys", `{"permissions":["everything"]}`, "Authorization", basic(l.key)); got.status != 400 {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
}

// TestExportedMembersAreAccepted puts what an export says back in.
func TestExportedMembersAreAccepted(t *testing.T) {
	t.Parallel()
	l := newLending(t, storetest.Open(t, store.SQLite), func(http.ResponseWriter, *http.Request) {})
	members := l.call("GET", l.path+"/authorization", "", "Authorization", basic(l.key))
	if members.status != 200 || !strings.Contains(members.body, goodToken) || members.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", members.status, members.body)
	}
	l.must(200, "PUT", l.path+"/authorization", members.body)
	credentials := l.call("GET", l.path+"/credentials", "", "Authorization", basic(l.key))
	for _, want := range []string{`"type":"oauth"`, `"accessToken":"` + goodToken + `"`, `"tenantId":"org-1"`, `"apiUrl":"http://127.0.0.1:`} {
		if credentials.status != 200 || !strings.Contains(credentials.body, want) || credentials.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%d, no %s in %s", credentials.status, want, credentials.body)
		}
	}
}

// streamed is how much the streaming test sends each way.
const streamed = 64 << 20

// TestProxyStreams: 64 MiB go through in both directions, and what is under way
// at any moment is what sockets hold, not what bodies weigh.
func TestProxyStreams(t *testing.T) {
	t.Parallel()
	var up, down flightMeter
	l := newLending(t, storetest.Open(t, store.SQLite), func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(&up, r.Body)
		_, _ = io.Copy(w, io.LimitReader(&down, streamed))
	})
	response, err := l.send(t.Context(), "POST", l.path+"/proxy/books/large", io.LimitReader(&up, streamed))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.Copy(&down, response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil || got != streamed || up.received.Load() != streamed {
		t.Fatalf("%v: %d up, %d down", err, up.received.Load(), got)
	}
	const most = 24 << 20
	if up.most.Load() > most || down.most.Load() > most {
		t.Errorf("%d MiB were under way up, %d MiB down", up.most.Load()>>20, down.most.Load()>>20)
	}
}

// flightMeter makes bytes at one end, takes them at the other, and knows how many
// were between.
type flightMeter struct{ sent, received, most atomic.Int64 }

// Read makes bytes.
func (m *flightMeter) Read(p []byte) (int, error) {
	under := m.sent.Add(int64(len(p))) - m.received.Load()
	for {
		most := m.most.Load()
		if under <= most || m.most.CompareAndSwap(most, under) {
			return len(p), nil
		}
	}
}

// Write takes bytes.
func (m *flightMeter) Write(p []byte) (int, error) {
	m.received.Add(int64(len(p)))
	return len(p), nil
}

// TestProxyAnsweredEarly: a provider that answers before it has the whole body is
// heard at once, although the caller sends no more; and whatever came of it, the
// server waits for no rest.
func TestProxyAnsweredEarly(t *testing.T) {
	t.Parallel()
	l := newLending(t, storetest.Open(t, store.SQLite), func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		_, _ = io.WriteString(w, "too much")
	})
	for what, want := range map[string]int{"proxy/books/a": http.StatusRequestEntityTooLarge, "proxy/../a": http.StatusBadRequest} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(strings.TrimSuffix(l.url, "/api"), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		_, err = fmt.Fprintf(conn, "POST /api%s/%s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Type: text/plain\r\nContent-Length: 900000000\r\n\r\n%s",
			l.path, what, basic(l.key), strings.Repeat("x", 2<<20))
		if err != nil {
			t.Fatal(err)
		}
		rest := bufio.NewReader(conn)
		answer, err := http.ReadResponse(rest, nil)
		if err != nil {
			t.Fatal(what, err)
		}
		said, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != want || want == http.StatusRequestEntityTooLarge && string(said) != "too much" || err != nil {
			t.Errorf("%s: %d %q: %v", what, answer.StatusCode, said, err)
		}
		if n, err := rest.Read(make([]byte, 1)); n != 0 || errors.Is(err, os.ErrDeadlineExceeded) { // the server has ended it
			t.Errorf("%s: afterwards come %d bytes: %v", what, n, err)
		}
	}
}

// TestProxyShowsBrokenAnswers: an answer that breaks off does not look whole, and
// a caller who leaves ends the provider's work.
func TestProxyShowsBrokenAnswers(t *testing.T) {
	t.Parallel()
	arrived, ended := make(chan struct{}), make(chan struct{})
	l := newLending(t, storetest.Open(t, store.SQLite), func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/books/wait" {
			close(arrived)
			<-r.Context().Done()
			close(ended)
			return
		}
		_, _ = io.WriteString(w, "half of ")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	response, err := l.send(t.Context(), "GET", l.path+"/proxy/books/half", nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err == nil || string(text) != "half of " {
		t.Errorf("%q %v", text, err)
	}
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		<-arrived
		leave()
	}()
	if response, err = l.send(ctx, "GET", l.path+"/proxy/books/wait", nil); err == nil {
		_ = response.Body.Close()
		t.Error("there was an answer")
	}
	<-ended
}
