package web

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestPortalHead(t *testing.T) {
	t.Parallel()
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	assets := load(t, fstest.MapFS{
		"manifest.json": text(`{
			"portal": {"script": "assets/portal.js", "stylesheet": "assets/portal.css", "chunks": ["assets/kit.js"]},
			"portal.home": {"script": "assets/home.js", "paths": ["/"]},
			"portal.companies/company": {"script": "assets/company.js", "chunks": ["assets/kit.js", "assets/table.js"], "paths": ["/companies/:id/:tab?"]},
			"portal.companies/companies": {"script": "assets/companies.js", "chunks": ["assets/table.js"], "paths": ["/companies"]}}`),
		"assets/portal.js": text(""), "assets/portal.css": text(""), "assets/kit.js": text(""), "assets/home.js": text(""),
		"assets/company.js": text(""), "assets/companies.js": text(""), "assets/table.js": text(""),
	})
	for _, tt := range []struct{ path, preload string }{
		{"/", "kit home"},
		{"", "kit home"},
		{"/companies", "kit table companies"},
		{"/companies/", "kit table companies"},
		{"/companies/1", "kit table company"},
		{"/companies/1/activity", "kit table company"},
		{"/companies/1/activity/2", "kit"},
		{"/nothing", "kit"},
	} {
		head := assets.Portal(tt.path)
		var want []string
		for name := range strings.FieldsSeq(tt.preload) {
			want = append(want, "/assets/"+name+".js")
		}
		if head.Script != "/assets/portal.js" || head.Stylesheet != "/assets/portal.css" || !slices.Equal(head.Preload, want) {
			t.Errorf("%q: %+v, want %v", tt.path, head, want)
		}
	}
	if head := load(t, fstest.MapFS{}).Portal("/"); head.Script != "" || len(head.Preload) != 0 {
		t.Errorf("a front end that is not built gives %+v", head)
	}
}
