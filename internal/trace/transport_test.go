package trace

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// roundTrip is a round tripper made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// clock moves one second with every look.
func clock() func() time.Time {
	var mu sync.Mutex
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
}

func request(t *testing.T, ctx context.Context, url, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("client", "the client's secret")
	return r
}

func TestTransportRecords(t *testing.T) {
	t.Parallel()
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", "today")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"invalid_grant","sent":"`+string(body)+`"}`)
	}))
	t.Cleanup(provider.Close)
	r := &Recorder{Now: clock()}
	r.Secret("the client's secret")
	client := &http.Client{Transport: Transport(http.DefaultTransport)}
	sent := request(t, Into(t.Context(), r), provider.URL+"/token?code=12", "code=abc&grant_type=authorization_code")
	response, err := client.Do(sent)
	if err != nil {
		t.Fatal(err)
	}
	read, err := io.ReadAll(response.Body)
	if err != nil || response.Body.Close() != nil {
		t.Fatal(err)
	}
	if want := `{"error":"invalid_grant","sent":"code=abc&grant_type=authorization_code"}`; string(read) != want {
		t.Errorf("the client read %s", read)
	}
	if response.Request != sent {
		t.Error("the answer belongs to another request")
	}
	hops := r.Hops()
	if len(hops) != 1 {
		t.Fatalf("%d hops", len(hops))
	}
	h := hops[0]
	if h.At != time.Date(2026, 11, 22, 10, 0, 1, 0, time.UTC) || h.Took <= 0 || h.Method != http.MethodPost || h.Status != http.StatusBadRequest || h.Error != "" {
		t.Errorf("%+v", h)
	}
	for got, want := range map[string]string{
		h.URL:          provider.URL + "/token?code=[masked, 2 characters]",
		h.RequestBody:  "code=[masked, 3 characters]&grant_type=authorization_code",
		h.ResponseBody: `{"error":"invalid_grant","sent":"code=[masked, 3 characters]&grant_type=authorization_code"}`,
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := h.RequestHeaders[0]; got.Name != "Authorization" || got.Value != "Basic [masked, 36 characters]" {
		t.Errorf("%+v", got)
	}
}

// TestTransportChangesNothing compares what a client sees with and without a
// Recorder.
func TestTransportChangesNothing(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection reset")
	if _, err := Transport(roundTrip(func(*http.Request) (*http.Response, error) { return nil, broken })).
		RoundTrip(request(t, Into(t.Context(), &Recorder{}), "https://h.example/", "a")); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	r := &Recorder{}
	half := roundTrip(func(q *http.Request) (*http.Response, error) {
		_, _ = io.Copy(io.Discard, q.Body)
		body := io.MultiReader(strings.NewReader("half"), failing{broken})
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(body), Request: q}, nil
	})
	response, err := Transport(half).RoundTrip(request(t, Into(t.Context(), r), "https://h.example/", "a"))
	if err != nil {
		t.Fatal(err)
	}
	read, err := io.ReadAll(response.Body)
	if string(read) != "half" || !errors.Is(err, broken) {
		t.Errorf("read %q, %v", read, err)
	}
	if h := r.Hops()[0]; h.ResponseBody != "half" || h.Error != "connection reset" || h.Status != http.StatusOK {
		t.Errorf("%+v", h)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestTheBodyMayBeAskedForAgain is what net/http does when a kept connection
// was closed under it.
func TestTheBodyMayBeAskedForAgain(t *testing.T) {
	t.Parallel()
	r := &Recorder{}
	twice := roundTrip(func(q *http.Request) (*http.Response, error) {
		_, _ = io.CopyN(io.Discard, q.Body, 3)
		again, err := q.GetBody()
		if err != nil {
			return nil, err
		}
		all, err := io.ReadAll(again)
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Got": {string(all)}}, Body: http.NoBody}, err
	})
	sent := request(t, Into(t.Context(), r), "https://h.example/", "a=whole+body")
	response, err := Transport(twice).RoundTrip(sent)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if got := response.Header.Get("Got"); got != "a=whole+body" || r.Hops()[0].RequestBody != got {
		t.Errorf("sent %q, recorded %q", got, r.Hops()[0].RequestBody)
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	r := &Recorder{}
	endless := roundTrip(func(q *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(strings.Repeat("some words ", 10_000)))}, nil
	})
	var wait sync.WaitGroup
	for range MaxHops + 5 {
		wait.Go(func() {
			response, err := Transport(endless).RoundTrip(request(t, Into(t.Context(), r), "https://h.example/", "a"))
			if err != nil {
				t.Error(err)
				return
			}
			read, err := io.ReadAll(response.Body)
			if err != nil || len(read) != 110_000 {
				t.Errorf("read %d bytes, %v", len(read), err)
			}
			_ = response.Body.Close()
			r.Secret("words some")
		})
	}
	wait.Wait()
	hops := r.Hops()
	if len(hops) != MaxHops || r.Dropped() != 5 {
		t.Errorf("%d hops and %d dropped", len(hops), r.Dropped())
	}
	for _, h := range r.hops {
		if len(h.response.body) > MaxBody+overlap {
			t.Errorf("%d bytes kept", len(h.response.body))
		}
	}
	if got := hops[0].ResponseBody; !strings.HasSuffix(got, "[cut: the first 16384 of 110000 bytes]") || len(got) > 3*MaxBody {
		t.Errorf("%d bytes, ends %q", len(got), got[len(got)-60:])
	}
}

// TestFreeWithoutRecorder counts allocations.
func TestFreeWithoutRecorder(t *testing.T) { //nolint:paralleltest // counts allocations of the process
	response := &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}
	next := roundTrip(func(*http.Request) (*http.Response, error) { return response, nil })
	wrapped := Transport(next)
	sent := request(t, t.Context(), "https://h.example/", "a")
	if n := testing.AllocsPerRun(100, func() {
		if got, err := wrapped.RoundTrip(sent); err != nil || got != response || got.Body != http.NoBody {
			t.Error("changed on the way")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	var none *Recorder
	none.Secret("nobody listens")
	none.Note("nobody", "listens")
}
