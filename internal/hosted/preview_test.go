package hosted

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/web"
)

// TestPreviewPage: the Portal may frame it and nobody else; it runs our files, and
// says nothing of the draft.
func TestPreviewPage(t *testing.T) {
	t.Parallel()
	assets, err := web.Load(fstest.MapFS{
		"manifest.json":     {Data: []byte(`{"preview": {"script": "assets/preview.js", "stylesheet": "assets/preview.css"}}`)},
		"assets/preview.js": {Data: []byte("1")}, "assets/preview.css": {Data: []byte("a{}")},
	})
	must(t, err)
	h := &Handler{Links: bowline.NewLinks("http://127.0.0.1:8080"), Assets: assets}
	get := func(id string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, bowline.PreviewPath+id, nil)
		r.SetPathValue("previewId", id)
		rec := httptest.NewRecorder()
		h.previewPage(rec, r)
		return rec
	}
	rec := get(string(bowline.NewID(time.Now())))
	policy := rec.Header().Get("Content-Security-Policy")
	if rec.Code != 200 || !strings.Contains(rec.Body.String(), `src="/assets/preview.js"`) || !strings.Contains(rec.Body.String(), `href="/assets/preview.css"`) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if !strings.Contains(policy, "frame-ancestors 'self'") || strings.Contains(policy, "unsafe") || rec.Header().Get("X-Frame-Options") != "SAMEORIGIN" || rec.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", rec.Header())
	}
	if rec := get("../x"); rec.Code != 404 {
		t.Errorf("no id: %d", rec.Code)
	}
}

// TestPreviewByTheSDK boots a preview where a customer's page would boot Link.
func TestPreviewByTheSDK(t *testing.T) {
	t.Parallel()
	h := newHouse(t, bowline.Profile{Name: "Lender", WhiteListURLs: []string{}}, bowline.DefaultLinkSettings())
	draft := link.Draft{Link: bowline.DefaultLinkSettings(), Profile: link.DraftProfile{Name: "Draft & Sons"}, Screen: "consent.accounting"}
	kept, err := h.service.KeepDraft(t.Context(), link.DraftKey{Instance: h.instance}, draft)
	must(t, err)
	boot := link.Action{Action: link.ActBoot}
	for name, tt := range map[string]struct {
		id     bowline.ID
		token  string
		status int
		says   string
	}{
		"its token":            {kept.ID, kept.Token, 200, "Draft"},
		"another id":           {bowline.NewID(h.now), kept.Token, 403, "not one of this preview"},
		"a company":            {h.company, kept.Token, 403, "not one of this preview"},
		"a forged token":       {kept.ID, "preview.AAAA", 403, "not one of this preview"},
		"a token of a company": {kept.ID, func() string { s, _ := h.auth.IssueToken(h.instance, h.company, time.Hour); return s }(), 403, ""},
	} {
		rec := h.visitor().send(http.MethodPost, "/sdk/companies/"+string(tt.id)+"/journey", boot, "Authorization", "Bearer "+tt.token, "Origin", "http://127.0.0.1:8080")
		if rec.Code != tt.status || !strings.Contains(rec.Body.String(), tt.says) || rec.Code == 200 && !strings.Contains(rec.Body.String(), `"step":"consent"`) {
			t.Errorf("%s: %d %s", name, rec.Code, rec.Body)
		}
	}
}

// TestBrandPictures: what a fintech has uploaded is served for good, and runs
// nothing.
func TestBrandPictures(t *testing.T) {
	t.Parallel()
	h := newHouse(t, bowline.Profile{Name: "Lender", WhiteListURLs: []string{}}, bowline.DefaultLinkSettings())
	hash := strings.Repeat("ab", 32)
	must(t, h.store.Write(t.Context(), func(tx *store.Tx) error {
		return tx.PutBrandImage(t.Context(), h.instance, store.BrandImage{Hash: hash, Kind: "svg", Created: h.now, Content: []byte("<svg/>")})
	}))
	rec := h.visitor().send(http.MethodGet, "/assets/brand/"+hash+".svg", nil)
	header := rec.Header()
	if rec.Code != 200 || rec.Body.String() != "<svg/>" || header.Get("Content-Type") != "image/svg+xml" ||
		header.Get("Content-Security-Policy") != "default-src 'none'; style-src 'unsafe-inline'; sandbox" || header.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.Contains(header.Get("Cache-Control"), "immutable") || header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("%d %v %s", rec.Code, header, rec.Body)
	}
	if again := h.visitor().send(http.MethodGet, "/assets/brand/"+hash+".svg", nil, "If-None-Match", header.Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("asked again: %d", again.Code)
	}
	for _, path := range []string{hash + ".png", hash, strings.Repeat("cd", 32) + ".svg", "x.svg", hash + ".html", strings.ToUpper(hash) + ".svg"} {
		if rec := h.visitor().send(http.MethodGet, "/assets/brand/"+path, nil); rec.Code != 404 {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
}
