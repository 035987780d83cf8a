package link_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestStrangersAreCountedByTheirNetworks: whoever has a /64 to try from is one
// caller, and whoever has a /48 gets four times as much and no more.
func TestStrangersAreCountedByTheirNetworks(t *testing.T) {
	t.Parallel()
	const burst = 20
	for name, row := range map[string]struct {
		address func(i int) string
		want    int
	}{
		"one IPv4 address":  {func(int) string { return "198.51.100.9" }, burst},
		"many of IPv4":      {func(i int) string { return fmt.Sprintf("198.51.100.%d", i%250) }, 200},
		"one /64":           {func(i int) string { return fmt.Sprintf("2001:db8::%x", i) }, burst},
		"many /64s of a 48": {func(i int) string { return fmt.Sprintf("2001:db8:0:%x::1", i) }, 4 * burst},
		"many /48s":         {func(i int) string { return fmt.Sprintf("2001:db8:%x::1", i) }, 200},
		"no address":        {func(i int) string { return fmt.Sprintf("@%d", i) }, burst},
	} {
		var l link.Limits
		let := 0
		for i := range 200 {
			if l.TakeFrom(row.address(i), burst, time.Minute, storetest.Start) {
				let++
			}
		}
		if let != row.want {
			t.Errorf("%s: %d were let through, want %d", name, let, row.want)
		}
	}
}
