package bowline

import (
	"math"
	"strconv"
	"strings"
)

// DefaultPrimaryColor is the colour of buttons and links where the fintech has
// chosen none.
const DefaultPrimaryColor = "#14495c"

// MinContrast is what text needs against what it stands on (WCAG 2.2, success
// criterion 1.4.3).
const MinContrast = 4.5

// LowContrast is the warning about a primary colour that cannot stand on white
// as text: links in it are drawn darker than it is.
const LowContrast = "lowContrast"

// Contrast says how a primary colour reads (link.md 5.3).
type Contrast struct {
	PrimaryOnWhite float64 `json:"primaryOnWhite"`    // 1 to 21, two decimals, never rounded up
	LabelColor     string  `json:"labelColor"`        // of text on the colour: #ffffff or #000000
	Warning        string  `json:"warning,omitempty"` // LowContrast or empty
}

// Contrast judges the primary colour, or ours where none is set.
func (b *Branding) Contrast() Contrast {
	rgb, ok := parseHex(b.PrimaryColor)
	if !ok {
		rgb, _ = parseHex(DefaultPrimaryColor)
	}
	onWhite := contrast(rgb, [3]float64{255, 255, 255})
	c := Contrast{PrimaryOnWhite: math.Floor(onWhite*100+1e-9) / 100, LabelColor: "#000000"}
	if onWhite >= contrast(rgb, [3]float64{}) {
		c.LabelColor = "#ffffff"
	}
	if onWhite < MinContrast {
		c.Warning = LowContrast
	}
	return c
}

// parseHex reads #rgb or #rrggbb.
func parseHex(text string) (rgb [3]float64, ok bool) {
	if !HexColor(text) {
		return rgb, false
	}
	digits := text[1:]
	if len(digits) == 3 {
		digits = strings.Repeat(digits[:1], 2) + strings.Repeat(digits[1:2], 2) + strings.Repeat(digits[2:], 2)
	}
	for i := range rgb {
		part, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			return rgb, false
		}
		rgb[i] = float64(part)
	}
	return rgb, true
}

// luminance is the relative luminance of WCAG 2.2, 0 to 1.
func luminance(rgb [3]float64) float64 {
	var linear [3]float64
	for i, part := range rgb {
		s := part / 255
		if s <= 0.04045 {
			linear[i] = s / 12.92
		} else {
			linear[i] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*linear[0] + 0.7152*linear[1] + 0.0722*linear[2]
}

// contrast is the contrast ratio of WCAG 2.2, 1 to 21.
func contrast(a, b [3]float64) float64 {
	low, high := luminance(a), luminance(b)
	if low > high {
		low, high = high, low
	}
	return (high + 0.05) / (low + 0.05)
}
