package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestClientReadsWhatServersSend holds the load generator's own HTTP against
// net/http's: a figure is worth nothing if answers were misread.
func TestClientReadsWhatServersSend(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a long answer ", 5000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/chunked":
			for part := range strings.SplitAfterSeq(long, "answer") {
				_, _ = w.Write([]byte(part))
				_ = http.NewResponseController(w).Flush()
			}
		case "/cookie":
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "b", HttpOnly: true})
			w.Header().Set("Location", "/next")
			w.WriteHeader(http.StatusSeeOther)
		case "/empty":
			w.WriteHeader(http.StatusNoContent)
		case "/echo":
			body := make([]byte, r.ContentLength)
			_, _ = r.Body.Read(body)
			_, _ = w.Write([]byte(r.Method + " " + r.Header.Get("Cookie") + " " + string(body)))
		}
	}))
	t.Cleanup(server.Close)
	c, err := dial(strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for _, step := range []struct {
		call   call
		status int
		body   string
	}{
		{call{method: "GET", path: "/chunked"}, 200, long},
		{call{method: "GET", path: "/cookie"}, 303, ""},
		{call{method: "GET", path: "/empty"}, 204, ""},
		{call{method: "POST", path: "/echo", body: "hello"}, 200, "POST a=b hello"},
	} {
		got, err := c.expect(step.status, step.call)
		if err != nil {
			t.Fatal(err)
		}
		if string(got.body) != step.body {
			t.Errorf("%s: got %d bytes, want %d", step.call.path, len(got.body), len(step.body))
		}
		if step.call.path == "/cookie" && got.location != "/next" {
			t.Errorf("location %q", got.location)
		}
	}
	if _, err := c.expect(200, call{method: "GET", path: "/empty"}); err == nil {
		t.Error("a wrong status passed")
	}
}

func TestMember(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"a":"x","id":"7"}`:       "7",
		`{"id":"a\"b\u0026c","z"}`: `a"b&c`,
	} {
		if got, err := member([]byte(body), "id"); err != nil || got != want {
			t.Errorf("%s: %q, %v", body, got, err)
		}
	}
	if _, err := member([]byte(`{"a":"b"}`), "id"); err == nil {
		t.Error("found what is not there")
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	table := newTable()
	table.add(line{name: "reads, per s", goal: "20,000", sqlite: figure{12345, 9999, 1234567}, floor: figure{24690, 1, 2}})
	table.add(line{name: "start, ms", sqlite: figure{15, 15, 15}, floor: figure{3, 3, 3}, pg: figure{20, 19, 21}, pgFloor: figure{4, 4, 4}, decimals: 1, lower: true})
	const want = `| figure       |           Bowline SQLite | Bowline PostgreSQL | machine's floor |       ratio |   goal |
|--------------|-------------------------:|-------------------:|----------------:|------------:|-------:|
| reads, per s | 12,345 (9,999–1,234,567) |                  – |          24,690 |        50 % | 20,000 |
| start, ms    |                     15.0 |   20.0 (19.0–21.0) |       3.0 / 4.0 | 5.0× / 5.0× |        |
`
	if got := table.String(); got != want {
		t.Errorf("got\n%s", got)
	}
}
