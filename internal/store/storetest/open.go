package storetest

import (
	"sync"
	"testing"

	"github.com/bowline/bowline/internal/seal"
	"github.com/bowline/bowline/internal/store"
)

// Engines are the engines that every test of stored things runs on.
var Engines = []string{store.SQLite, store.Postgres}

// Options returns options for an empty database of the test's own.
func Options(t testing.TB, engine string) store.Options {
	t.Helper()
	o := store.Options{Sealer: NewSealer(t)}
	switch engine {
	case store.SQLite:
		o.Dir = t.TempDir()
	case store.Postgres:
		o.URL = PostgresURL(t)
	default:
		t.Fatalf("unknown engine %q", engine)
	}
	return o
}

// NewSealer returns a sealer with a keyset of its own.
func NewSealer(t testing.TB) *seal.Sealer {
	t.Helper()
	text, err := seal.Generate()
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return sealer
}

// Open returns a store on an empty database of the test's own, closed when the
// test ends.
func Open(t testing.TB, engine string) *store.Store {
	t.Helper()
	return OpenWith(t, Options(t, engine))
}

// opened remembers where stores are, for [Dump].
var opened sync.Map // *store.Store to store.Options

// OpenWith is Open with given options.
func OpenWith(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	opened.Store(s, o)
	t.Cleanup(func() {
		opened.Delete(s)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Each runs test once for every engine, in parallel, each time with a store of
// its own.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	for _, engine := range Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, Open(t, engine))
		})
	}
}
