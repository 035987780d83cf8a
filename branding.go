package bowline

import "strings"

// Branding is what makes the journey look like the fintech's (link.md 5.3).
// Its name, logo and icon are in the [Profile].
type Branding struct {
	HeroURL        string `json:"heroUrl"`        // behind the card, https or a picture that was uploaded
	PrimaryColor   string `json:"primaryColor"`   // #rgb or #rrggbb; empty: ours
	SecondaryColor string `json:"secondaryColor"` // of the navigation bar
	ColorScheme    string `json:"colorScheme"`    // light or dark; empty follows the device
}

// Validate refuses what a browser could not draw. The error is a CodeInvalid
// [Error] that names the member.
func (b *Branding) Validate() error {
	var c checker
	if !ownPicture(b.HeroURL) {
		c.https("heroUrl", b.HeroURL)
	}
	for _, color := range []struct{ name, value string }{
		{"primaryColor", b.PrimaryColor},
		{"secondaryColor", b.SecondaryColor},
	} {
		if color.value != "" && !HexColor(color.value) {
			c.refuse("%s must be a colour such as #0b5 or #00bb55.", color.name)
		}
	}
	switch b.ColorScheme {
	case "", "light", "dark":
	default:
		c.refuse("colorScheme must be light, dark or empty.")
	}
	return c.err
}

// HexColor says whether text is a colour in the form #rgb or #rrggbb.
func HexColor(text string) bool {
	digits, ok := strings.CutPrefix(text, "#")
	return ok && (len(digits) == 3 || len(digits) == 6) && strings.Trim(digits, "0123456789abcdefABCDEF") == ""
}
