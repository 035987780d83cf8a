package link

import (
	"fmt"
	"strings"
	"testing"
)

// TestQRCode checks what every symbol has: a size that the standard knows, the
// three finder patterns (ISO/IEC 18004 section 6.3.3), and nothing outside.
func TestQRCode(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"https://connect.example.com/link/go#ABCD-EFGH", strings.Repeat("x", 400)} {
		symbol, err := qrCode(text)
		if err != nil {
			t.Fatal(err)
		}
		if (symbol.Size-17)%4 != 0 || symbol.Size < 21 {
			t.Errorf("%d modules a side", symbol.Size)
		}
		dark := modulesOf(t, symbol)
		last := symbol.Size - 7
		for _, corner := range [][2]int{{0, 0}, {last, 0}, {0, last}} {
			for y := range 7 {
				for x := range 7 {
					ring := x == 0 || x == 6 || y == 0 || y == 6 || x > 1 && x < 5 && y > 1 && y < 5
					if dark[[2]int{corner[0] + x, corner[1] + y}] != ring {
						t.Fatalf("the finder pattern at %v is not one", corner)
					}
				}
			}
		}
		again := modulesPath(symbol.Size, func(x, y int) bool { return dark[[2]int{x, y}] })
		if again != symbol.Path {
			t.Error("the path draws something else")
		}
	}
	if _, err := qrCode(strings.Repeat("x", 5000)); err == nil {
		t.Error("a text that fits no symbol is drawn")
	}
}

// modulesOf reads a path back.
func modulesOf(t *testing.T, symbol QRCode) map[[2]int]bool {
	t.Helper()
	dark := map[[2]int]bool{}
	for part := range strings.SplitAfterSeq(symbol.Path, "z") {
		if part == "" {
			continue
		}
		var x, y, run, back int
		if _, err := fmt.Sscanf(part, "M%d %dh%dv1h-%dz", &x, &y, &run, &back); err != nil || run != back || x+run > symbol.Size || y >= symbol.Size {
			t.Fatalf("%q is no run of modules: %v", part, err)
		}
		for i := range run {
			dark[[2]int{x + i, y}] = true
		}
	}
	return dark
}
