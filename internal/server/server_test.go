package server_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline/internal/server"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// lines is a log that a test may read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write appends.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns what was written.
func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// running is a whole Bowline on a free port.
type running struct {
	*server.Server
	log  *lines
	stop context.CancelFunc
	done chan error
	once sync.Once
}

func start(t *testing.T, o server.Options) *running {
	t.Helper()
	r := &running{log: &lines{}, done: make(chan error, 1)}
	o.Listen, o.ShutdownTimeout, o.Sandbox = "127.0.0.1:0", time.Minute, true
	o.Now = func() time.Time { return time.Now().UTC() }
	o.Logger = slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	o.FirstStartInstance, o.Version = "Test", "test"
	if o.Sealer == nil {
		o.Sealer = storetest.NewSealer(t)
	}
	s, err := server.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	r.Server = s
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	r.stop = cancel
	go func() { r.done <- s.Serve(ctx) }()
	t.Cleanup(func() { r.stopped(t) })
	return r
}

// stopped stops the server, once, and waits for its end.
func (r *running) stopped(t *testing.T) {
	t.Helper()
	r.stop()
	r.once.Do(func() {
		if err := <-r.done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
}

func (r *running) ask(t *testing.T, method, path, key string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(key)))
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(body)
}

func TestEveryAreaAnswers(t *testing.T) {
	t.Parallel()
	r := start(t, server.Options{DataDir: t.TempDir()})
	key := r.Welcome().APIKey
	nobody := "00000000-0000-7000-8000-000000000000"
	tests := []struct {
		method, path, key string
		status            int
		contains          string
	}{
		{"GET", "/healthz", "", 200, `"ok"`},
		{"GET", "/readyz", "", 200, `"ready"`},
		{"GET", "/", "", 302, ""},
		{"GET", "/portal/", "", 200, "id=\"portal\""},
		{"GET", "/docs/api", "", 200, "<html"},
		{"GET", "/docs/api/openapi.json", "", 200, `"openapi"`},
		{"GET", "/sandbox/.well-known/openid-configuration", "", 200, `"issuer"`},
		{"GET", "/sandbox/switches", "", 200, "<html"},
		{"GET", "/api/companies", key, 200, `"results"`},
		{"GET", "/api/companies", "", 401, `"correlationId"`},
		{"GET", "/api/companies", "wrong", 401, `"correlationId"`},
		{"GET", "/api/nothing", key, 404, `"correlationId"`},
		{"PATCH", "/api/companies", key, 405, `"correlationId"`},
		{"GET", "/nothing", "", 404, `"correlationId"`},
		{"POST", "/healthz", "", 405, `"correlationId"`},
		{"GET", "/link/company/" + nobody, "", 404, `"notFound"`},
		{"GET", "/link/company/not-an-id", "", 404, `"notFound"`},
		{"HEAD", "/link/company/" + nobody, "", 404, ""},
		{"GET", "/link/some-name/company/" + nobody, "", 404, `"notFound"`},
		{"GET", "/company/" + nobody, "", 301, ""},
		{"GET", "/some-name/company/" + nobody, "", 301, ""},
		{"GET", "/" + nobody + "/link", "", 301, ""},
		{"GET", "/companies/" + nobody + "/connections/" + nobody + "/start", "", 301, ""},
		{"POST", "/company/" + nobody, "", 404, `"correlationId"`},
		{"GET", "/company/nobody", "", 404, `"correlationId"`},
		{"GET", "/link/nothing", "", 404, `"notFound"`},
		{"DELETE", "/link/nothing", "", 405, `"correlationId"`},
		{"GET", "/link/logos/mqjo.svg", "", 200, "<svg"},
		{"GET", "/link/logos/zzzz.svg", "", 404, `"correlationId"`},
		{"GET", "/oauth/callback/mqjo?code=spent&state=forged", "", 400, `"otherBrowser"`},
		{"GET", "/oauth/callback/zzzz?code=spent&state=forged", "", 404, `"notFound"`},
		{"POST", "/oauth/callback/mqjo", "", 405, `"correlationId"`},
		{"GET", "/link/companies/" + nobody + "/connections/" + nobody + "/start", "", 404, `"notFound"`},
		{"GET", "/metrics", "", 200, `bowline_http_requests_total{area="api"`},
	}
	for _, tt := range tests {
		status, header, body := r.ask(t, tt.method, tt.path, tt.key)
		if status != tt.status || !strings.Contains(body, tt.contains) {
			t.Errorf("%s %s: %d %.200s; want %d with %s", tt.method, tt.path, status, body, tt.status, tt.contains)
		}
		if strings.HasPrefix(tt.path, "/link/c") || strings.HasPrefix(tt.path, "/oauth/") {
			if csp := header.Get("Content-Security-Policy"); status != 405 && !strings.Contains(csp, "frame-ancestors 'none'") {
				t.Errorf("%s %s: policy %q", tt.method, tt.path, csp)
			}
		}
	}
	if log := r.log.String(); strings.Contains(log, "forged") || strings.Contains(log, "spent") || strings.Contains(log, key) {
		t.Errorf("a code, a state or a key is in the log:\n%s", log)
	}
}

func TestFirstStartIsPrintedOnce(t *testing.T) {
	t.Parallel()
	dir, sealer := t.TempDir(), storetest.NewSealer(t)
	first := start(t, server.Options{DataDir: dir, Sealer: sealer})
	if key := first.Welcome().APIKey; key == "" {
		t.Error("the first start shows no key")
	}
	first.ask(t, "GET", "/readyz", "")
	first.stopped(t)
	if second := start(t, server.Options{DataDir: dir, Sealer: sealer}); second.Welcome().APIKey != "" {
		t.Error("the second start shows a key")
	}
}

func TestBootstrapKeyWorksAndIsNotShown(t *testing.T) {
	t.Parallel()
	const key = "a-key-that-was-set-from-outside"
	r := start(t, server.Options{DataDir: t.TempDir(), BootstrapAPIKey: key})
	if r.Welcome().APIKey != "" {
		t.Error("a key from the configuration is shown")
	}
	if status, _, body := r.ask(t, "GET", "/api/profile", key); status != 200 {
		t.Errorf("the key does not work: %d %s", status, body)
	}
}

// TestStopLetsRequestsEnd begins a request, stops the server, and sees the
// request answered.
func TestStopLetsRequestsEnd(t *testing.T) {
	t.Parallel()
	const key = "a-key-that-was-set-from-outside"
	r := start(t, server.Options{DataDir: t.TempDir(), BootstrapAPIKey: key})
	body, feed := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL()+"/api/companies", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(key)))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Expect", "100-continue")
	reading := make(chan struct{}) // closed when the handler reads the body
	req = req.WithContext(httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got100Continue: func() { close(reading) }}))
	client := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute}}
	type answer struct {
		name string
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		res, err := client.Do(req)
		if err != nil {
			answered <- answer{err: err}
			return
		}
		defer res.Body.Close()
		var company struct{ Name string }
		err = json.NewDecoder(res.Body).Decode(&company)
		answered <- answer{company.Name, err}
	}()
	<-reading
	r.stop()
	for !strings.Contains(r.log.String(), "msg=stopping") {
		runtime.Gosched()
	}
	select {
	case err := <-r.done:
		t.Fatalf("stopped before the request ended: %v", err)
	default:
	}
	if _, err := feed.Write([]byte(`{"name":"Harbour Bakery"}`)); err != nil {
		t.Fatal(err)
	}
	_ = feed.Close()
	if got := <-answered; got.err != nil || got.name != "Harbour Bakery" {
		t.Errorf("the request under way was answered with %+v", got)
	}
}

// TestReplicasAgreeOnTheFirstStart opens an empty PostgreSQL from several
// processes at once: one instance, and the configured key works for all.
func TestReplicasAgreeOnTheFirstStart(t *testing.T) {
	t.Parallel()
	const key = "a-key-that-was-set-from-outside"
	o := storetest.Options(t, store.Postgres)
	var replicas sync.WaitGroup
	for range 4 {
		replicas.Go(func() {
			s, err := server.Open(t.Context(), server.Options{
				Listen: "127.0.0.1:0", DatabaseURL: o.URL, Sealer: o.Sealer, BootstrapAPIKey: key,
				Now: func() time.Time { return time.Now().UTC() }, Logger: slog.New(slog.DiscardHandler), FirstStartInstance: "Test",
			})
			if err != nil {
				t.Errorf("a replica does not start: %v", err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	replicas.Wait()
	s := storetest.OpenWith(t, o)
	instances, err := s.Instances(t.Context())
	if err != nil || len(instances) != 1 {
		t.Fatalf("%d instances, %v; want one", len(instances), err)
	}
	keys, err := s.APIKeys(t.Context(), instances[0].ID)
	if err != nil || len(keys) != 1 {
		t.Errorf("%d keys, %v; want the configured one", len(keys), err)
	}
}

func TestEveryInterfaceNeedsAPublicURL(t *testing.T) {
	t.Parallel()
	_, err := server.Open(t.Context(), server.Options{
		Listen: "0.0.0.0:0", DataDir: t.TempDir(), Sealer: storetest.NewSealer(t), Logger: slog.New(slog.DiscardHandler),
		Now: time.Now, FirstStartInstance: "Test",
	})
	if err == nil || !strings.Contains(err.Error(), "BOWLINE_PUBLIC_URL") {
		t.Errorf("opened with %v; want to be told about the public URL", err)
	}
}

// TestFaultyCatalogCostsNoKey: a start that fails must not have used up the one
// showing of the first key.
func TestFaultyCatalogCostsNoKey(t *testing.T) {
	t.Parallel()
	broken, data, sealer := t.TempDir(), t.TempDir(), storetest.NewSealer(t)
	if err := os.WriteFile(filepath.Join(broken, "acme.yaml"), []byte("key: ["), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := server.Open(t.Context(), server.Options{
		Listen: "127.0.0.1:0", DataDir: data, Sealer: sealer, CatalogDir: broken, Sandbox: true,
		Logger: slog.New(slog.DiscardHandler), Now: time.Now, FirstStartInstance: "Test",
	})
	if err == nil || !strings.Contains(err.Error(), "acme.yaml") {
		t.Fatalf("opened with %v", err)
	}
	if start(t, server.Options{DataDir: data, Sealer: sealer}).Welcome().APIKey == "" {
		t.Error("the start that works shows no key")
	}
}
