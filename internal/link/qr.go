package link

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// qrCode draws a text as a QR symbol of level M: 15 % of it may be covered or
// reflect the light.
func qrCode(text string) (QRCode, error) {
	symbol, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return QRCode{}, fmt.Errorf("draw QR code: %w", err)
	}
	size := symbol.Bounds().Dx()
	return QRCode{Size: size, Path: modulesPath(size, func(x, y int) bool {
		return color.GrayModel.Convert(symbol.At(x, y)).(color.Gray).Y < 128
	})}, nil
}

// modulesPath draws each run of dark modules of a row as one rectangle.
func modulesPath(size int, dark func(x, y int) bool) string {
	var path strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			begin := x
			for x < size && dark(x, y) {
				x++
			}
			if run := strconv.Itoa(x - begin); x > begin {
				path.WriteString("M" + strconv.Itoa(begin) + " " + strconv.Itoa(y) + "h" + run + "v1h-" + run + "z")
			}
		}
	}
	return path.String()
}
