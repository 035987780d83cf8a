package safehttp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"
)

// TestNobodySwitchesProtocols: after 101 a body is the bare connection, which
// heeds no context and never ends.
func TestNobodySwitchesProtocols(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server, _ := newServer(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: silence\r\n\r\n")
		<-release
		_ = conn.Close()
	})
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		response, err := newClient(t, Options{Allow: loopback}).Transport.RoundTrip(request)
		if err == nil {
			_, err = io.ReadAll(response.Body)
			_ = response.Body.Close()
		}
		done <- err
	}()
	select {
	case err := <-done:
		if !errors.Is(err, ErrSwitched) {
			t.Errorf("error is %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Error("the body of an answer that switches protocols never ends")
	}
}
