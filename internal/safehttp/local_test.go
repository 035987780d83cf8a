package safehttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestLocalServesLikeAServer(t *testing.T) {
	t.Parallel()
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Header.Set("X-Sent", "altered")
		w.Header().Set("X-Before", "1")
		w.WriteHeader(http.StatusCreated)
		w.Header().Set("X-After", "1")
		fmt.Fprintf(w, "%s %s %s %s %s %s", r.Method, r.Host, r.RequestURI, r.URL.Query().Get("a"), r.RemoteAddr, body)
	})
	client := newClient(t, Options{Local: map[string]http.Handler{"http://127.0.0.1:8080/sandbox/": handler}})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:8080/sandbox/token?a=b%20c", strings.NewReader("form"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Sent", "mine")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(response.Body)
	if want := "POST 127.0.0.1:8080 /sandbox/token?a=b%20c b c 127.0.0.1:0 form"; string(body) != want {
		t.Errorf("handler saw %q, want %q", body, want)
	}
	if response.StatusCode != 201 || response.Header.Get("X-Before") != "1" || response.Header.Get("X-After") != "" {
		t.Errorf("%d %v", response.StatusCode, response.Header)
	}
	if request.Header.Get("X-Sent") != "mine" || request.URL.Host == "" {
		t.Error("the handler altered the caller's request")
	}
}

func TestLocalMatchesExactly(t *testing.T) {
	t.Parallel()
	local := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%s %s", name, r.URL.Path) })
	}
	client := newClient(t, Options{Local: map[string]http.Handler{
		"http://127.0.0.1:8080/sandbox/":      local("sandbox"),
		"http://127.0.0.1:8080/sandbox/deep/": local("deep"),
	}})
	for url, want := range map[string]string{
		"http://127.0.0.1:8080/sandbox/token":         "sandbox /sandbox/token",
		"http://127.0.0.1:8080/sandbox":               "sandbox /sandbox",
		"http://127.0.0.1:8080/sandbox/":              "sandbox /sandbox/",
		"http://127.0.0.1:8080//sandbox//token":       "sandbox /sandbox/token",
		"http://127.0.0.1:8080/x/../sandbox/./token/": "sandbox /sandbox/token/",
		"http://127.0.0.1:8080/sandbox/deep/x":        "deep /sandbox/deep/x",
		// Everything else is an ordinary, and so a refused, address.
		"http://127.0.0.1:8080/":                        "",
		"http://127.0.0.1:8080/api":                     "",
		"http://127.0.0.1:8080/sandboxes/":              "",
		"http://127.0.0.1:8080/sandbox/../api":          "",
		"http://127.0.0.1:8080/sandbox/%2e%2e/api":      "",
		"http://127.0.0.1:8080/sandbox/%2e%2e%2fapi":    "",
		"http://127.0.0.1:8080/sandbox/x/..%2f..%2fapi": "",
		"https://127.0.0.1:8080/sandbox/token":          "",
		"http://127.0.0.1:8081/sandbox/token":           "",
		"http://127.0.0.1/sandbox/token":                "",
		"http://localhost:8080/sandbox/token":           "",
		"http://user@127.0.0.1:8080/sandbox/token":      "",
		"http://127.0.0.1:8080@10.0.0.1/sandbox/token":  "",
	} {
		_, body, err := get(t, client, url)
		if want == "" && !errors.Is(err, ErrBlocked) || want != "" && (err != nil || body != want) {
			t.Errorf("%s: %q, %v", url, body, err)
		}
	}
	// Host header and URL must agree.
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:8080/sandbox/", nil)
	request.Host = "other.example"
	if response, err := client.Do(request); !errors.Is(err, ErrBlocked) {
		_ = response.Body.Close()
		t.Error("another Host header is served locally")
	}
}

func TestLocalHonoursContext(t *testing.T) {
	t.Parallel()
	entered, left := make(chan struct{}), make(chan struct{})
	client := newClient(t, Options{Local: map[string]http.Handler{"http://a.example/": http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		defer close(left)
		close(entered)
		<-r.Context().Done()
	})}})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-entered; cancel() }()
	request, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://a.example/", nil)
	if response, err := client.Do(request); !errors.Is(err, context.Canceled) {
		_ = response.Body.Close()
		t.Errorf("Do = %v", err)
	}
	<-left
}

func TestLocalPanicIsAnError(t *testing.T) {
	t.Parallel()
	client := newClient(t, Options{Local: map[string]http.Handler{"http://a.example/": http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic("secret")
	})}})
	if _, _, err := get(t, client, "http://a.example/"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

func TestLocalKeysAreChecked(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", "/sandbox/", "ftp://a/", "http://a", "http://a/b", "http://a/b/?c=d", "http:///"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q is accepted", key)
				}
			}()
			NewTransport(Options{Local: map[string]http.Handler{key: http.NotFoundHandler()}})
		}()
	}
}

func BenchmarkLocal(b *testing.B) {
	client := New(Options{Local: map[string]http.Handler{"http://a.example/sandbox/": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"ok":true}`)
	})}})
	b.ReportAllocs()
	for b.Loop() {
		request, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, "http://a.example/sandbox/x", nil)
		response, err := client.Do(request)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
}
