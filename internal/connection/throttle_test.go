package connection

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/bowline/bowline/internal/catalog"
)

// TestThrottled: a refusal that says, in the provider's own words, that it is
// asked too often is told from other refusals, and its body stays whole.
func TestThrottled(t *testing.T) {
	t.Parallel()
	files, err := catalog.Load(catalog.Options{OmitSandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	myob, _ := files.Get("pdvj")
	stripe, _ := files.Get("exgd")
	broke := errors.New("broke off")
	for name, c := range map[string]struct {
		in     catalog.Integration
		status int
		body   string
		want   bool
		fails  error
	}{
		"throttled":                {myob, 403, `{"Errors":[{"Name":"RateLimitError"}]}`, true, nil},
		"throttled, other place":   {myob, 403, `{"Name":"RateLimitError"}`, true, nil},
		"refused":                  {myob, 403, `{"Errors":[{"Name":"AccessDenied"}]}`, false, nil},
		"refused without a word":   {myob, 403, ``, false, nil},
		"refused in other words":   {myob, 403, `<html>` + strings.Repeat("x", 2*maxPeeked), false, nil},
		"another status":           {myob, 401, `{"Errors":[{"Name":"RateLimitError"}]}`, false, nil},
		"of whom no such is known": {stripe, 403, `{"error":{"code":"RateLimitError"}}`, false, nil},
		"broken off":               {myob, 403, `{"Errors":`, false, broke},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := io.Reader(strings.NewReader(c.body))
			if c.fails != nil {
				body = io.MultiReader(body, iotest.ErrReader(c.fails))
			}
			response := &http.Response{StatusCode: c.status, Body: io.NopCloser(body)}
			if got := throttled(c.in.Failures, response); got != c.want {
				t.Errorf("throttled: %t", got)
			}
			rest, err := io.ReadAll(response.Body)
			if string(rest) != c.body || !errors.Is(err, c.fails) {
				t.Errorf("of the body are left %d bytes: %v", len(rest), err)
			}
		})
	}
}
