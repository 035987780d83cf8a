package store_test

import (
	"testing"

	"github.com/bowline/bowline/internal/store/storetest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	for _, part := range storetest.Suite {
		t.Run(part.Name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, part.Test)
		})
	}
}
