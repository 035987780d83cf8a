// Command zitadel is an OpenID provider in Go that nobody of Bowline wrote: the
// server half of github.com/zitadel/oidc with the storage and the sign-in page
// of its own example. It is a module of its own, so that its dependencies never
// reach the product's. The end-to-end tests speak with it in lines of JSON:
//
//	it says    {"issuer": "http://localhost:PORT"}
//	they say   {"clientId": "…", "clientSecret": "…", "redirectUri": "…"}
//	it says    {"done": 1}, and from then on what it has heard and handed out
//
// It ends with its standard input. It must know nothing of Bowline.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "zitadel:", err)
		os.Exit(1)
	}
}

// registration is the one client that it knows.
type registration struct {
	ClientID     string `json:"clientId"`
	ClientSecret string `json:"clientSecret"`
	RedirectURI  string `json:"redirectUri"`
}

func run(in io.Reader, out io.Writer) error {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	issuer := fmt.Sprintf("http://localhost:%d", listener.Addr().(*net.TCPAddr).Port)
	tell := &teller{out: json.NewEncoder(out)}
	tell.tell(map[string]any{"issuer": issuer})

	lines := bufio.NewReader(in)
	var client registration
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("read the registration: %w", err)
	}
	if err := json.Unmarshal(line, &client); err != nil {
		return fmt.Errorf("read the registration: %w", err)
	}
	storage.RegisterClients(storage.WebClient(client.ClientID, client.ClientSecret, client.RedirectURI))
	provider := exampleop.SetupServer(issuer, storage.NewStorage(storage.NewUserStore(issuer)), slog.New(slog.DiscardHandler), false)
	server := &http.Server{Handler: overhear(provider, tell), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	tell.tell(map[string]any{"done": 1})

	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, lines)
		close(ended)
	}()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ended:
		return server.Close()
	}
}

// overhear tells of every request behind the browser's back: what was asked,
// and every secret in the question and the answer.
func overhear(next http.Handler, tell *teller) http.Handler {
	routes := map[string]string{"/oauth/token": "token", "/revoke": "revocation", "/userinfo": "userinfo"}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route, back := routes[r.URL.Path]
		if !back {
			next.ServeHTTP(w, r)
			return
		}
		_ = r.ParseForm() // the provider reads the same form
		seen := &echo{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		var answer struct {
			AccessToken  string `json:"access_token"`
			RefreshToken string `json:"refresh_token"`
			IDToken      string `json:"id_token"`
		}
		_ = json.Unmarshal(seen.body.Bytes(), &answer) // an error has none of them
		tell.tell(map[string]any{
			"heard": map[string]any{
				"route": route, "grant": r.PostForm.Get("grant_type"), "token": r.PostForm.Get("token"),
				"pkce": r.PostForm.Get("code_verifier") != "", "status": seen.status,
			},
			"secrets": map[string]string{
				"code": r.PostForm.Get("code"), "verifier": r.PostForm.Get("code_verifier"),
				"accessToken": answer.AccessToken, "refreshToken": answer.RefreshToken, "idToken": answer.IDToken,
			},
		})
	})
}

// echo keeps what passes through it.
type echo struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (e *echo) WriteHeader(status int) {
	e.status = status
	e.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (e *echo) Write(p []byte) (int, error) {
	e.body.Write(p)
	return e.ResponseWriter.Write(p)
}

// teller writes one line at a time, whoever asks.
type teller struct {
	mu  sync.Mutex
	out *json.Encoder
}

func (t *teller) tell(message any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_ = t.out.Encode(message) // when nobody listens any more, the input ends too
}
