package bowline

import (
	"encoding/json"
	"os"
	"testing"
)

// TestContrast agrees with the browser's own arithmetic: web/test/colour.test.ts
// reads the same table.
func TestContrast(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("web/test/contrast.json")
	if err != nil {
		t.Fatal(err)
	}
	var table []struct {
		Colour  string
		OnWhite float64
		Label   string
	}
	if err := json.Unmarshal(text, &table); err != nil || len(table) < 20 {
		t.Fatalf("%d rows, %v", len(table), err)
	}
	for _, row := range table {
		b := Branding{PrimaryColor: row.Colour}
		got := b.Contrast()
		if got.PrimaryOnWhite != row.OnWhite || got.LabelColor != row.Label || (got.Warning != "") != (row.OnWhite < MinContrast) {
			t.Errorf("%s: %+v, want %v and %s", row.Colour, got, row.OnWhite, row.Label)
		}
	}
	ours, none := Branding{PrimaryColor: DefaultPrimaryColor}, Branding{}
	if none.Contrast() != ours.Contrast() || none.Contrast().Warning != "" {
		t.Errorf("without a colour: %+v", none.Contrast())
	}
}
