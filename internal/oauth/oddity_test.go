package oauth

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline/internal/catalog"
)

// oddity is a provider without rules: it answers as a test says and remembers
// what it was asked.
type oddity struct {
	*httptest.Server
	mu      sync.Mutex
	answers map[string]string // "METHOD /path?query" -> body, with "401 " and the like in front for a status
	seen    []asked
}

type asked struct {
	what          string // "METHOD /path?query"
	authorization string
	media         string
	body          string
	header        http.Header
}

func newOddity(t testing.TB, answers map[string]string) *oddity {
	t.Helper()
	o := &oddity{answers: answers}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		what := r.Method + " " + r.URL.RequestURI()
		o.mu.Lock()
		o.seen = append(o.seen, asked{what, r.Header.Get("Authorization"), r.Header.Get("Content-Type"), string(body), r.Header})
		answer, known := o.answers[what]
		o.mu.Unlock()
		status := 200
		if !known {
			status, answer = 404, "{}"
		}
		if len(answer) > 4 && answer[3] == ' ' {
			if _, err := fmt.Sscanf(answer[:3], "%d", &status); err == nil {
				answer = answer[4:]
			}
		}
		w.Header()["Date"] = nil // today's would be held against the test's own clock
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(o.Close)
	return o
}

func (o *oddity) last(t testing.TB) asked {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.seen) == 0 {
		t.Fatal("nothing was asked")
	}
	return o.seen[len(o.seen)-1]
}

// plainEntry is an entry for an oddity, with every default as the catalog sets it.
func (o *oddity) entry() catalog.Integration {
	return catalog.Integration{
		Key: "test", API: catalog.API{Authorization: catalog.BearerAuthorization},
		OAuth: catalog.OAuth{
			AuthorizeURL: o.URL + "/authorize", TokenURL: o.URL + "/token", ClientID: "me", ClientSecret: "hush-hush",
			ClientAuthentication: catalog.Post, ScopeSeparator: " ", CodeParameter: "code", TokenFormat: catalog.FormatForm,
		},
	}
}

func (o *oddity) exchange(t testing.TB, in catalog.Integration, query url.Values, values catalog.Values, now time.Time) (Grant, error) {
	t.Helper()
	r := Request{Integration: in, RedirectURI: "https://ours.example/callback", State: NewToken(), Verifier: NewToken(), Values: values}
	query.Set("state", r.State)
	cb, err := ParseCallback(in, query)
	if err != nil {
		t.Fatal(err)
	}
	return newClient(t, Options{Now: func() time.Time { return now }}).Exchange(t.Context(), r, cb)
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func jsonOf(t testing.TB, text []byte) map[string]any {
	t.Helper()
	var decoded map[string]any
	if err := json.Unmarshal(text, &decoded); err != nil {
		t.Fatal(err)
	}
	return decoded
}
