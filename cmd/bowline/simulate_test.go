package main

import (
	"context"
	"testing"
)

// TestSimulateStaysAtHome refuses addresses that others can reach; the simulator
// lets in whoever asks.
func TestSimulateStaysAtHome(t *testing.T) {
	t.Parallel()
	for address, home := range map[string]bool{
		"127.0.0.1:9090": true, "localhost:0": true, "[::1]:9090": true, "127.8.8.8:1": true,
		":9090": false, "0.0.0.0:9090": false, "192.0.2.1:9090": false, "example.com:9090": false, "9090": false,
	} {
		if loopback(address) != home {
			t.Errorf("loopback(%q) is %t", address, !home)
		}
	}
	for _, args := range [][]string{
		{"simulate", "--listen", ":0"}, {"simulate", "--listen", "127.0.0.1:0", "--for", "nowhere"},
	} {
		if err := run(t.Context(), args); err == nil {
			t.Errorf("bowline %q starts", args)
		}
	}
}

// TestSimulateStops starts it and takes its time away.
func TestSimulateStops(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := run(ctx, []string{"simulate", "--listen", "127.0.0.1:0"}); err != nil {
		t.Error(err)
	}
}
