package link

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/google/go-cmp/cmp"
)

// TestTiles: letters need no request, an icon is a picture with its ground, and
// an operator's image is a picture that says nothing about its ground.
func TestTiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for key, logo := range map[string]string{
		"lett": `{monogram: AB, color: "#123456"}`, "icon": `{icon: xero, color: "#13b5ea"}`, "file": `{file: own.svg}`,
		"drop": `{monogram: D, color: "#123456"}`,
	} {
		text := "key: " + key + "\nname: Books\nsourceType: Accounting\nlogo: " + logo + "\ndataTypes: [Invoices]\n" +
			"oauth: {issuer: \"https://issuer.example\", clientId: me, clientSecret: hush}\n"
		if err := os.WriteFile(filepath.Join(dir, key+".yaml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"own.svg", "drop.logo.svg"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("<svg/>"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := catalog.Load(catalog.Options{Dir: dir, OmitSandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	s := &Service{Links: bowline.NewLinks("https://connect.example")}
	for key, want := range map[string]Tile{
		"lett": {Monogram: "AB", Color: "#123456"},
		"icon": {LogoURL: "https://connect.example/link/logos/icon.svg", Color: "#13b5ea"},
		"file": {LogoURL: "https://connect.example/link/logos/file.svg"},
		"drop": {LogoURL: "https://connect.example/link/logos/drop.svg"},
	} {
		in, _ := c.Get(key)
		want.Key, want.Name = key, "Books"
		if diff := cmp.Diff(want, s.tile(in)); diff != "" {
			t.Errorf("%s: %s", key, diff)
		}
	}
}
