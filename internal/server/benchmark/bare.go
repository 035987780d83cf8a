package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// bare is net/http without Bowline: it answers with fixed bytes of about the
// size of ours, and commits rows first where ours would.
type bare struct {
	host   string
	server *http.Server
}

// The sizes of Bowline's own answers, in bytes.
const (
	companySize = 620
	pageSize    = 3000
	viewSize    = 900
)

func fixed(size int) []byte {
	text := `{"id":"0199-0000","text":"` + strings.Repeat("x", size) + `"}`
	return []byte(text)
}

func startBare(ctx context.Context, on committer) (*bare, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	mux := http.NewServeMux()
	answer := func(pattern string, size int, commits ...int) {
		body := fixed(size)
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			for _, rows := range commits {
				if err := on.commit(context.WithoutCancel(r.Context()), rows); err != nil {
					http.Error(w, err.Error(), http.StatusInternalServerError)
					return
				}
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(body) // the load generator notices
		})
	}
	answer("GET /company/{id}", companySize)
	answer("POST /company", companySize, 2)
	answer("GET /page/{id}", pageSize)
	answer("POST /step", viewSize)
	answer("POST /accept", viewSize, 4)
	answer("POST /authorize", 0)
	answer("GET /callback", 0, 1, 5)
	b := &bare{host: listener.Addr().String(), server: &http.Server{Handler: mux, ReadHeaderTimeout: callLimit}}
	go func() { _ = b.server.Serve(listener) }()
	return b, nil
}

func (b *bare) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return errors.Join(b.server.Shutdown(ctx), b.server.Close())
}

func (b *bare) read(c *client) error {
	_, err := c.expect(200, call{method: "GET", path: "/company/0199a0e0-0000-7000-8000-000000000000"})
	return err
}

func (b *bare) write(c *client) error {
	_, err := c.expect(200, call{method: "POST", path: "/company", body: `{"name":"Harbour Bakery"}`})
	return err
}

// journey makes as many requests and commits as a journey through Bowline, in
// the same order: nine and four.
func (b *bare) journey(c *client) error {
	for _, r := range []call{
		{method: "POST", path: "/company", body: `{"name":"Harbour Bakery"}`},
		{method: "GET", path: "/page/1"},
		{method: "POST", path: "/step", body: `{"action":"connect"}`},
		{method: "POST", path: "/step", body: `{"action":"choose"}`},
		{method: "POST", path: "/accept", body: `{"action":"accept"}`},
		{method: "POST", path: "/authorize", body: "decision=allow"},
		{method: "GET", path: "/callback?code=1"},
		{method: "GET", path: "/page/1"},
		{method: "GET", path: "/company/1"},
	} {
		if _, err := c.expect(200, r); err != nil {
			return err
		}
	}
	return nil
}
