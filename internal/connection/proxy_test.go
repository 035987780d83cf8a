package connection_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

func text(t *testing.T, a *connection.ProxyAnswer) string {
	t.Helper()
	body, err := io.ReadAll(a.Body)
	if err := errors.Join(err, a.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestProxyPassesOn looks at what the provider sees of a request, and the caller
// of the answer.
func TestProxyPassesOn(t *testing.T) {
	t.Parallel()
	var seen *http.Request
	var sent string
	l := newLender(t, storetest.Open(t, store.SQLite), nil, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen, sent = r.Clone(context.Background()), string(body)
		h := w.Header()
		h.Set("Set-Cookie", "provider=1")
		h.Set("Strict-Transport-Security", "max-age=1")
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Connection", "X-Hop")
		h.Set("X-Hop", "1")
		h.Set("ETag", `"e"`)
		h.Set("X-Remaining", "9")
		h.Set("Content-Type", "application/vnd.books+json")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, `{"a":1}`)
	})
	id := l.linkedBooks()
	answer, err := l.ask(id, "POST", "/v1/a%20b/(1)?q=a%26b&x=1;2", "the body",
		"Authorization", "Basic mine", "Cookie", "portal=1", "Proxy-Authorization", "x", "Connection", "keep-alive, X-Secret-Hop", "X-Secret-Hop", "1",
		"X-Forwarded-For", "10.0.0.1", "X-Original-Url", "/admin", "X-Rewrite-Url", "/admin", "X-Host", "evil.example", "Origin", "https://a.example", "Content-Type", "application/json", "Idempotency-Key", "k", "X-Correlation-Id", "c")
	if err != nil {
		t.Fatal(err)
	}
	if answer.Status != http.StatusTeapot || text(t, answer) != `{"a":1}` {
		t.Errorf("status %d", answer.Status)
	}
	if got := seen.RequestURI; got != "/api/v1/a%20b/(1)?q=a%26b&x=1;2" || seen.Method != "POST" || sent != "the body" || seen.ContentLength != 8 {
		t.Errorf("%s %s %q", seen.Method, got, sent)
	}
	if got := slices.Sorted(maps.Keys(seen.Header)); !slices.Equal(got, []string{"Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "Idempotency-Key", "User-Agent"}) {
		t.Errorf("headers %q", got)
	}
	if seen.Header.Get("Authorization") != "Bearer at-1" || seen.Header.Get("Accept-Encoding") != "identity" {
		t.Errorf("%q", seen.Header)
	}
	if got := slices.Sorted(maps.Keys(answer.Header)); !slices.Equal(got, []string{"Content-Type", "Date", "Etag", "X-Remaining"}) {
		t.Errorf("answered headers %q", got)
	}
}

// TestProxyWithTypedCredentials sends what the probe of the entry sends.
func TestProxyWithTypedCredentials(t *testing.T) {
	t.Parallel()
	l := newLender(t, storetest.Open(t, store.SQLite), nil, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.RequestURI+" "+r.Header.Get("X-Shop-Key")+" "+r.Header.Get("Authorization"))
	})
	id := l.linked("wvtc", "shop-1", bowline.Grant{Extra: map[string]string{"store": "harbour-lane", "key": "shop_abcd1234"}})
	answer, err := l.ask(id, "GET", "/orders?page=2", "", "X-Shop-Key", "mine", "Authorization", "Basic mine")
	if err != nil {
		t.Fatal(err)
	}
	if got := text(t, answer); got != "/shop/harbour-lane.shops.example/orders?page=2 shop_abcd1234 " {
		t.Errorf("%q", got)
	}
}

// TestProxyRenewsOnce: a token that is refused gets one successor, and a request
// is sent again where its body was kept.
func TestProxyRenewsOnce(t *testing.T) {
	t.Parallel()
	var bodies []string
	good := "Bearer at-1+"
	l := newLender(t, storetest.Open(t, store.SQLite), nil, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body[:min(8, len(body))]))
		if r.Header.Get("Authorization") != good {
			w.WriteHeader(http.StatusUnauthorized)
		}
		_, _ = io.WriteString(w, r.Header.Get("Authorization"))
	})
	id := l.linkedBooks()
	answer, err := l.ask(id, "POST", "/a", "small")
	if err != nil || answer.Status != 200 || text(t, answer) != good || l.fresh.Load() != 1 || !slices.Equal(bodies, []string{"small", "small"}) {
		t.Fatalf("%v %+v, renewed %d times, sent %q", err, answer, l.fresh.Load(), bodies)
	}
	// The provider refuses the new one at once: nothing is renewed again.
	good = "Bearer other"
	if answer, err = l.ask(id, "GET", "/a", ""); err != nil || answer.Status != 401 || text(t, answer) != "Bearer at-1+" || l.fresh.Load() != 1 {
		t.Errorf("%v %+v, renewed %d times", err, answer, l.fresh.Load())
	}
	// Later it may be. A large body is not kept: its caller sees the 401, after
	// the access was renewed for the next try.
	l.now.Add(120)
	good, bodies = "Bearer at-1++", nil
	large := strings.Repeat("large", 1<<18)
	if answer, err = l.ask(id, "PUT", "/a", large); err != nil || answer.Status != 401 || l.fresh.Load() != 2 || len(bodies) != 1 {
		t.Fatalf("%v %+v, renewed %d times, sent %d times", err, answer, l.fresh.Load(), len(bodies))
	}
	_ = text(t, answer)
	if answer, err = l.ask(id, "PUT", "/a", large); err != nil || answer.Status != 200 {
		t.Errorf("%v %+v", err, answer)
	}
	_ = text(t, answer)
}

// TestProxyFollowsNoRedirect: an address within the API becomes one of ours, one
// elsewhere is passed on, and none tells the token.
func TestProxyFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	var location string
	calls := 0
	l := newLender(t, storetest.Open(t, store.SQLite), nil, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.Header().Set("Location", location)
		w.Header().Add("Link", `<`+location+`>; rel="next"`)
		w.WriteHeader(http.StatusFound)
	})
	id := l.linkedBooks()
	for from, want := range map[string]string{
		l.provider + "/api/v1/next?page=2":        "https://bowline.example/here/v1/next?page=2",
		"/api/v1/next":                            "https://bowline.example/here/v1/next",
		"other":                                   "https://bowline.example/here/v1/other",
		l.provider + "/apiary":                    l.provider + "/apiary",
		l.provider + "/api/../admin":              l.provider + "/admin",
		"https://files.example/f?signature=abc":   "https://files.example/f?signature=abc",
		"//files.example/f":                       "http://files.example/f",
		"https://files.example/f?token=at-1":      "",
		"https://files.example/f?token=a%74%2D1":  "",
		"https://me:you@files.example/f":          "",
		"javascript:alert(1)":                     "",
		"https://files.example\\@evil.example/":   "",
		l.provider + "/api/a%2F..%2Fb":            "",
		"https://files.example/f g":               "",
		"data:text/html,hello":                    "",
		"https://files.example/f#access_token=at": "https://files.example/f#access_token=at",
	} {
		location = from
		answer, err := l.ask(id, "GET", "/v1/first", "")
		if err != nil {
			t.Fatal(err)
		}
		_ = text(t, answer)
		if got := answer.Header.Get("Location"); answer.Status != 302 || got != want {
			t.Errorf("%s became %q, want %q", from, got, want)
		}
		if got := answer.Header.Get("Link"); want == "" && got != "" || want != "" && got != "<"+want+`>; rel="next"` {
			t.Errorf("the link to %s became %q", from, got)
		}
	}
	if calls != 16 {
		t.Errorf("%d calls", calls)
	}
}

// TestProxyKeepsToLimits: by the catalog's figures for each organisation, and by
// the provider's own word.
func TestProxyKeepsToLimits(t *testing.T) {
	t.Parallel()
	calls, pause := 0, ""
	l := newLender(t, storetest.Open(t, store.SQLite), &catalog.APIRate{Requests: 5, Seconds: 60, Per: catalog.RateTenant}, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		if pause != "" {
			w.Header().Set("Retry-After", pause)
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	id := l.linkedBooks()
	ask := func() (int, *connection.LimitError) {
		answer, err := l.ask(id, "GET", "/a", "")
		var limit *connection.LimitError
		if errors.As(err, &limit) {
			return 0, limit
		}
		if err != nil {
			t.Fatal(err)
		}
		_ = text(t, answer)
		return answer.Status, nil
	}
	for range 5 {
		if status, limit := ask(); status != 200 {
			t.Fatal(status, limit)
		}
	}
	status, limit := ask()
	if limit == nil || calls != 5 || limit.After < 59*time.Second || limit.After > 63*time.Second || bowline.CodeOf(limit) != bowline.CodeTooMany || !strings.Contains(limit.Err.Message, "5 requests in 60 seconds") {
		t.Fatalf("%d, %d calls, %+v", status, calls, limit)
	}
	l.now.Add(int64(limit.After/time.Second) + 1)
	if status, limit = ask(); status != 200 {
		t.Fatal(status, limit)
	}
	pause = "120"
	if status, _ = ask(); status != 429 || calls != 7 {
		t.Errorf("the provider's own answer: %d", status)
	}
	pause = ""
	l.now.Add(100)
	if status, limit = ask(); limit == nil || limit.After != 20*time.Second || calls != 7 || !strings.Contains(limit.Err.Message, "left alone") {
		t.Errorf("%d %+v", status, limit)
	}
	l.now.Add(21)
	if status, limit = ask(); status != 200 {
		t.Error(status, limit)
	}
	// Two replicas share what there is.
	l.Replicas = func() int { return 2 }
	l.now.Add(300)
	for i, want := range []int{200, 200, 0} {
		if status, _ = ask(); status != want {
			t.Errorf("request %d on one of two replicas: %d", i, status)
		}
	}
}

// TestProxyRefusals: what never reaches a provider, and what breaks on the way.
func TestProxyRefusals(t *testing.T) {
	t.Parallel()
	reached := 0
	l := newLender(t, storetest.Open(t, store.SQLite), nil, func(w http.ResponseWriter, r *http.Request) {
		reached++
		if r.URL.Path == "/api/broken" {
			panic(http.ErrAbortHandler)
		}
		if r.URL.Path == "/api/odd" {
			conn, _, _ := http.NewResponseController(w).Hijack()
			_, _ = io.WriteString(conn, "HTTP/1.1 042 Odd\r\nContent-Length: 0\r\n\r\n")
			_ = conn.Close()
		}
		if r.URL.Path == "/api/slow" {
			<-r.Context().Done()
		}
	})
	id := l.linkedBooks()
	pending, err := l.Create(t.Context(), l.target(""), "mqjo")
	if err != nil {
		t.Fatal(err)
	}
	soap := l.linked("knfz", "", bowline.Grant{Extra: map[string]string{"companyId": "k"}})
	refused := func(name string, id bowline.ID, method, path string, code bowline.Code, says string) {
		t.Helper()
		_, err := l.ask(id, method, path, "")
		var public *bowline.Error
		if bowline.CodeOf(err) != code || !errors.As(err, &public) || !strings.Contains(public.Message, says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	refused("pending", pending.ID, "GET", "/a", bowline.CodeConflict, "not linked yet")
	refused("unknown", bowline.NewID(l.Now()), "GET", "/a", bowline.CodeNotFound, "No connection exists")
	refused("no API", soap, "GET", "/a", bowline.CodeInvalid, "cannot be asked")
	for _, method := range []string{"CONNECT", "TRACE", "OPTIONS", "get", "PROPFIND", ""} {
		refused("method "+method, id, method, "/a", bowline.CodeInvalid, "method")
	}
	for _, path := range connection.Leaving {
		refused(path, id, "GET", path, bowline.CodeInvalid, "path")
	}
	if reached != 0 {
		t.Errorf("%d requests went out", reached)
	}
	refused("broken", id, "POST", "/broken", bowline.CodeUpstream, "not known")
	refused("odd", id, "POST", "/odd", bowline.CodeUpstream, "no status")
	l.Stall = 20 * time.Millisecond
	refused("slow", id, "GET", "/slow", bowline.CodeUpstream, "in time")
	away := newLenderAt(t, storetest.Open(t, store.SQLite), nil, "http://127.0.0.1:1")
	l, id = away, away.linkedBooks()
	refused("down", id, "POST", "/a", bowline.CodeUnavailable, "cannot be reached")
	l.Upstream = newLenderGuard()
	refused("private", id, "GET", "/a", bowline.CodeUnavailable, "may not reach")

	err = l.Store.Write(t.Context(), func(tx *store.Tx) error {
		return tx.PutAccessOff(t.Context(), l.instance, []bowline.Permission{bowline.PermissionProxy})
	})
	if err != nil {
		t.Fatal(err)
	}
	refused("switched off", id, "GET", "/a", bowline.CodeForbidden, "in the settings")
	l.Off = []bowline.Permission{bowline.PermissionProxy}
	refused("off everywhere", id, "GET", "/a", bowline.CodeForbidden, "on this deployment")
}

// TestProxyEndsWithItsCaller: nobody goes on working for a caller who is gone.
func TestProxyEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	arrived, ended := make(chan struct{}), make(chan struct{})
	l := newLender(t, storetest.Open(t, store.SQLite), nil, func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(ended)
	})
	id := l.linkedBooks()
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		<-arrived
		leave()
	}()
	_, err := l.Proxy(ctx, l.target(id), connection.ProxyRequest{Method: "GET", Path: "/a", Header: http.Header{}})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	<-ended
}

// TestProxyIsNoted counts requests by the hour and key.
func TestProxyIsNoted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := newLender(t, s, nil, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/bad" {
				w.WriteHeader(http.StatusForbidden)
			}
		})
		id := l.linkedBooks()
		for _, path := range []string{"/good", "/bad", "/good"} {
			answer, err := l.ask(id, "GET", path, "")
			if err != nil {
				t.Fatal(err)
			}
			_ = text(t, answer)
			l.now.Add(1)
		}
		l.now.Add(3600)
		if answer, err := l.ask(id, "GET", "/good", ""); err != nil {
			t.Fatal(err)
		} else {
			_ = text(t, answer)
		}
		lines, total, err := l.Timeline(t.Context(), l.target(id), bowline.Page{Number: 1, Size: 2})
		if err != nil || total != 4 || len(lines) != 2 {
			t.Fatalf("%v: %d lines, %+v", err, total, lines)
		}
		if a := lines[0].Access; lines[0].Type != bowline.AccessByKey || a.Requests != 1 || a.Failed != 0 || lines[0].Actor != "key:k1" {
			t.Errorf("%+v %+v", lines[0], a)
		}
		if a := lines[1].Access; a.Requests != 3 || a.Failed != 1 || !a.Until.Equal(lines[1].At.Add(2*time.Second)) || a.Permission != bowline.PermissionProxy {
			t.Errorf("%+v %+v", lines[1], a)
		}
	})
}
