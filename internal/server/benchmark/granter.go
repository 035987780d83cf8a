package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bowline/bowline/internal/catalog"
)

// granter is a provider that refreshes tokens: each refresh token is good once.
// It speaks just enough HTTP to leave the processor to those who are measured.
type granter struct {
	listener net.Listener
	url      string
	delay    time.Duration // before each answer
	lenient  bool          // takes a refresh token more than once
	reached  atomic.Int64  // grants that were refreshed, however often

	mu      sync.Mutex
	open    map[net.Conn]bool
	turns   []uint32    // by grant: which of its refresh tokens is good
	twice   int         // refresh tokens that came again
	recent  []time.Time // the last arrivals, as many as a window may have
	arrived int
	beyond  int // arrivals more than the rate limit allows
	window  time.Duration
}

// What the provider allows, where it limits.
const (
	allowed       = 2500 // refreshes
	allowedWithin = time.Second
)

// tokenLife is the life of its access tokens.
const tokenLife = time.Hour

func openGranter(ctx context.Context, grants int, delay time.Duration) (*granter, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	g := &granter{
		listener: listener, url: "http://" + listener.Addr().String(), delay: delay, turns: make([]uint32, grants),
		open: map[net.Conn]bool{}, recent: make([]time.Time, allowed), window: allowedWithin,
	}
	go g.accept()
	return g, nil
}

func (g *granter) close() {
	_ = g.listener.Close()
	g.mu.Lock()
	defer g.mu.Unlock()
	for conn := range g.open {
		_ = conn.Close()
	}
}

func (g *granter) accept() {
	for {
		conn, err := g.listener.Accept()
		if err != nil {
			return
		}
		g.mu.Lock()
		g.open[conn] = true
		g.mu.Unlock()
		go g.serve(conn)
	}
}

func (g *granter) serve(conn net.Conn) {
	defer func() {
		_ = conn.Close()
		g.mu.Lock()
		delete(g.open, conn)
		g.mu.Unlock()
	}()
	in := bufio.NewReaderSize(conn, 8<<10)
	var body, out []byte
	for {
		var d delivery
		var err error
		if body, err = readRequest(in, &d, body); err != nil {
			return
		}
		n, turn, good := g.spend(body)
		time.Sleep(g.delay)
		if good && turn == 1 {
			g.reached.Add(1)
		}
		out = answerRefresh(out[:0], n, turn, good)
		if _, err := conn.Write(out); err != nil {
			return
		}
	}
}

// refreshToken names the turn of a grant.
func refreshToken(n int, turn uint32) string { return fmt.Sprintf("refresh.%d.%d", n, turn) }

// accessToken is as long as such tokens are.
func accessToken(n int, turn uint32) string {
	return fmt.Sprintf("access.%d.%d.%s", n, turn, accessTail)
}

var accessTail = strings.Repeat("0123456789abcdef", 40)

// spend takes the refresh token of a request, and notes when it came.
func (g *granter) spend(body []byte) (n int, turn uint32, good bool) {
	_, rest, _ := bytes.Cut(body, []byte("refresh_token=refresh."))
	name, _, _ := bytes.Cut(rest, []byte("&"))
	first, second, _ := strings.Cut(string(name), ".")
	n, err := strconv.Atoi(first)
	asked, fault := strconv.ParseUint(second, 10, 32)
	now := time.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	at := g.arrived % len(g.recent)
	if g.arrived >= len(g.recent) && now.Sub(g.recent[at]) < g.window {
		g.beyond++
	}
	g.recent[at] = now
	g.arrived++
	if errors.Join(err, fault) != nil || n >= len(g.turns) || uint64(g.turns[n]) != asked && !g.lenient {
		g.twice++
		return 0, 0, false
	}
	g.turns[n]++
	return n, g.turns[n], true
}

func answerRefresh(out []byte, n int, turn uint32, good bool) []byte {
	status, body := "200 OK", ""
	if good {
		body = `{"access_token":"` + accessToken(n, turn) + `","refresh_token":"` + refreshToken(n, turn) +
			`","token_type":"Bearer","expires_in":` + strconv.Itoa(int(tokenLife/time.Second)) + `}`
	} else {
		status, body = "400 Bad Request", `{"error":"invalid_grant"}`
	}
	out = append(out, "HTTP/1.1 "+status+"\r\nContent-Type: application/json\r\nContent-Length: "...)
	out = strconv.AppendInt(out, int64(len(body)), 10)
	out = append(out, "\r\n\r\n"...)
	return append(out, body...)
}

// blame says what a refresher did that no provider forgives.
func (g *granter) blame(limited bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.twice > 0 {
		return fmt.Errorf("%d refresh tokens were used that were not good any more", g.twice)
	}
	if limited && g.beyond > 0 {
		return fmt.Errorf("%d of %d refreshes were more than the provider allows", g.beyond, g.arrived)
	}
	return nil
}

// granterKey is its integration.
const granterKey = "many"

// describe writes the integration's file into a folder of its own and returns
// the folder.
func (g *granter) describe(dir string, limited bool) (string, error) {
	folder, err := subfolder(dir, "catalog")
	if err != nil {
		return "", err
	}
	refresh := ""
	if limited {
		refresh = fmt.Sprintf(", refresh: {rate: {requests: %d, seconds: %d}}", allowed, int(allowedWithin/time.Second))
	}
	text := fmt.Sprintf(`key: %s
name: Many
sourceType: Accounting
logo: {monogram: Ma, color: "#0b7fab"}
dataTypes: [Invoices]
oauth: {authorizeUrl: "%s/authorize", tokenUrl: "%s/token", clientId: bench, clientSecret: hidden%s}
`, granterKey, g.url, g.url, refresh)
	return folder, os.WriteFile(filepath.Join(folder, granterKey+".yaml"), []byte(text), 0o600)
}

// catalog is what a Bowline would read there.
func (g *granter) catalog(dir string) (*catalog.Catalog, error) {
	folder, err := g.describe(dir, false)
	if err != nil {
		return nil, err
	}
	return catalog.Load(catalog.Options{Dir: folder, OmitSandbox: true, Vars: map[string]string{"server.publicUrl": "https://bowline.example.test"}})
}
