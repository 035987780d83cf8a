package bowline

import (
	"strings"
	"testing"
)

// TestPicturesMoveWithTheServer: what was uploaded under a former name of the
// server is shown under the present one, and pictures of others stay where they are.
func TestPicturesMoveWithTheServer(t *testing.T) {
	t.Parallel()
	links := Links{PublicURL: "https://link.lender.example"}
	picture := BrandPicturePath + strings.Repeat("0a", 32) + ".svg"
	for address, want := range map[string]string{
		"":                                "",
		"http://127.0.0.1:8080" + picture: "https://link.lender.example" + picture,
		"https://old.example" + picture:   "https://link.lender.example" + picture,
		"https://cdn.example/logo.svg":    "https://cdn.example/logo.svg",
		"https://cdn.example" + picture + "?size=2": "https://cdn.example" + picture + "?size=2",
		"javascript:" + picture:                     "javascript:" + picture,
	} {
		if got := links.Current(address); got != want {
			t.Errorf("%q is %q, want %q", address, got, want)
		}
	}
}
