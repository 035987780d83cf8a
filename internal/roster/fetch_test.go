package roster

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/bowline/bowline/internal/catalog"
)

var shape = catalog.Rows{Items: "results", ID: "id", Name: "name", Logo: "logo.url"}

// TestHostileRows: a row that cannot be shown is left out, the others stay.
func TestHostileRows(t *testing.T) {
	t.Parallel()
	rows, err := read([]byte(`{"results":[
		{"id":"z","name":"Zürich"}, {"id":"e","name":"Économie"}, {"id":"d","name":"dexia"},
		{"id":7,"name":"  Seven\n\u202e Seas "},
		{"id":"z","name":"Again"},
		{"id":"p","name":"Plain","logo":{"url":"http://logos.example/p.svg"}},
		{"id":"s","name":"Script","logo":{"url":"javascript:alert(1)"}},
		{"id":"g","name":"Good","logo":{"url":"https://logos.example/g.svg"}},
		{"id":"","name":"None"}, {"id":"n","name":"\u200b \u0000"}, {"id":{},"name":"Object"}, {"id":"o"}, null, 3, "x",
		{"id":"l","name":"`+strings.Repeat("long", 100)+`"}, {"id":"`+strings.Repeat("i", 300)+`","name":"Id"}, {"id":"a b\u0007","name":"Bell"}
	]}`), shape)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows {
		got = append(got, row.ID+"="+row.Name+"="+row.LogoURL)
	}
	want := "d=dexia=|e=Économie=|g=Good=https://logos.example/g.svg|p=Plain=|s=Script=|7=Seven Seas=|z=Zürich="
	if strings.Join(got, "|") != want {
		t.Errorf("the rows are %s", strings.Join(got, "|"))
	}
}

func TestRowsAreCapped(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range 3 * maxRows {
		many = append(many, fmt.Sprintf(`{"id":"%d","name":"Bank %d"}`, i, i))
	}
	rows, err := read([]byte(`{"results":[`+strings.Join(many, ",")+`]}`), shape)
	if err != nil || len(rows) != maxRows {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"results":[{"id":"a","name":"A","logo":{"url":"https://a.example/a.png"}}]}`)
	f.Add(`{"results":[{"id":1e9,"name":"\u202e"}]}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, body string) {
		rows, err := read([]byte(body), shape)
		if (err == nil) != (len(rows) > 0) || len(rows) > maxRows {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		seen := map[string]bool{}
		for _, row := range rows {
			unseen := func(c rune) bool { return !unicode.IsPrint(c) }
			if !row.Usable() || seen[row.ID] || strings.ContainsFunc(row.Name, unseen) || row.LogoURL != "" && !strings.HasPrefix(strings.ToLower(row.LogoURL), "https://") {
				t.Errorf("%+v", row)
			}
			seen[row.ID] = true
		}
		if _, err := json.Marshal(rows); err != nil {
			t.Error(err)
		}
	})
}
