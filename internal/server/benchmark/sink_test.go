package main

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestSinkReadsWhatIsSent holds the sink's own HTTP against net/http's client:
// a delivery that it did not see would count as lost.
func TestSinkReadsWhatIsSent(t *testing.T) {
	t.Parallel()
	s, err := openSink(t.Context(), func(d *delivery) verdict {
		switch d.path {
		case "/broken":
			return verdict{status: 500}
		case "/dropped":
			return verdict{drop: true}
		}
		return verdict{}
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	body := `{"id":"event-1","generatedDate":"2026-03-04T09:15:27.481Z","payload":{"id":"other","text":"` + strings.Repeat("x", 40<<10) + `"}}`
	client := &http.Client{Transport: &http.Transport{}}
	for _, step := range []struct {
		path   string
		status int
	}{{"/fine", 204}, {"/fine", 204}, {"/broken", 500}, {"/dropped", 0}, {"/fine", 204}} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+step.path, bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("webhook-id", "msg_1")
		response, err := client.Do(request)
		if (err == nil) != (step.status > 0) || err == nil && response.StatusCode != step.status {
			t.Errorf("%s: %v, %v", step.path, response, err)
		}
		if err == nil {
			_ = response.Body.Close()
		}
	}
	got := s.take()
	if len(got) != 5 || s.accepted.Load() != 0 {
		t.Fatalf("%d deliveries", len(got))
	}
	for n, d := range got {
		if d.message != "msg_1" || d.event != "event-1" || !d.generated.Equal(time.Date(2026, 3, 4, 9, 15, 27, 481e6, time.UTC)) {
			t.Errorf("delivery %d: %+v", n, d)
		}
		if d.accepted != (d.path == "/fine") {
			t.Errorf("delivery %d to %s accepted: %v", n, d.path, d.accepted)
		}
	}
}
