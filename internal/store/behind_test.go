package store_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestBehindLetsOthersPass: whoever is in no hurry begins when nobody else
// waits, fails alone, and has its turn nevertheless.
func TestBehindLetsOthersPass(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	begun, release := make(chan struct{}), make(chan struct{})
	var mu sync.Mutex
	var order []string
	var writers sync.WaitGroup
	write := func(ctx context.Context, name string, want error) {
		writers.Go(func() {
			err := s.Write(ctx, func(*store.Tx) error {
				if name == "holder" {
					close(begun)
					<-release
				}
				mu.Lock()
				defer mu.Unlock()
				order = append(order, name)
				return want
			})
			if !errors.Is(err, want) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	write(t.Context(), "holder", nil)
	<-begun
	fault := errors.New("fault")
	write(store.Behind(t.Context()), "behind", fault)
	store.WaitForWriters(s, 1)
	for range 3 {
		write(t.Context(), "other", nil)
	}
	store.WaitForWriters(s, 4)
	close(release)
	writers.Wait()
	if want := []string{"holder", "other", "other", "other", "behind"}; !slices.Equal(order, want) {
		t.Errorf("order is %v", order)
	}

	// Without end others come, and its turn comes too.
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	for range 4 {
		writers.Go(func() {
			for ctx.Err() == nil {
				_ = s.Write(ctx, func(*store.Tx) error { return nil })
			}
		})
	}
	if err := s.Write(store.Behind(t.Context()), func(*store.Tx) error { return nil }); err != nil {
		t.Error(err)
	}
	stop()
	writers.Wait()
}

// TestBehindIsOneAtATime: on PostgreSQL those behind wait for each other, others
// do not wait for them, and who gives up leaves the turn to the next.
func TestBehindIsOneAtATime(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.Postgres)
	nothing := func(*store.Tx) error { return nil }
	begun, release := make(chan struct{}), make(chan struct{})
	var first sync.WaitGroup
	first.Go(func() {
		err := s.Write(store.Behind(t.Context()), func(*store.Tx) error {
			close(begun)
			<-release
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-begun
	impatient, cancel := context.WithTimeout(store.Behind(t.Context()), 50*time.Millisecond)
	defer cancel()
	if err := s.Write(impatient, nothing); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("two behind at once: %v", err)
	}
	if err := s.Write(t.Context(), nothing); err != nil {
		t.Errorf("another waits for one behind: %v", err)
	}
	close(release)
	first.Wait()
	over, cancel := context.WithCancel(store.Behind(t.Context())) // in the pause
	cancel()
	if err := s.Write(over, nothing); !errors.Is(err, context.Canceled) {
		t.Errorf("the pause was left out: %v", err)
	}
	if err := s.Write(store.Behind(t.Context()), nothing); err != nil {
		t.Error(err)
	}
}
