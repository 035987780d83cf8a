package store_test

import (
	"testing"

	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestNarrowDirectory lets few companies be looked for in the ways of many.
func TestNarrowDirectory(t *testing.T) {
	t.Parallel()
	for name, dense := range map[string]bool{"walk": true, "blocks": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				store.NarrowDirectory(s, dense)
				storetest.Directory(t, s)
			})
		})
	}
}

// TestDirectoryBlocks looks for companies in more than one block, and takes in
// those that were there before the directory was, with interruptions.
func TestDirectoryBlocks(t *testing.T) {
	t.Parallel()
	storetest.Each(t, storetest.DirectoryBlocks)
}

// TestDirectoryOutOfOrder goes through companies that were not taken in in the
// order of their creation.
func TestDirectoryOutOfOrder(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		store.NarrowDirectory(s, false)
		storetest.DirectoryOutOfOrder(t, s)
	})
}

// TestDirectoryOverlap goes through blocks whose companies were created in turns.
func TestDirectoryOverlap(t *testing.T) {
	t.Parallel()
	for name, dense := range map[string]bool{"walk": true, "blocks": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				store.NarrowDirectory(s, dense)
				storetest.DirectoryOverlap(t, s)
			})
		})
	}
}
