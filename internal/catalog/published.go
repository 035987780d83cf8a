package catalog

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"
)

// SchemaPath is where a server publishes the JSON Schema of a file, so that an
// editor completes and checks while somebody types.
const SchemaPath = "/schemas/integration.json"

// Schema returns the JSON Schema of an integration's file (draft 2020-12).
func Schema() []byte { return bytes.Clone(schemaText) }

// SchemaHandler serves Schema to anybody, pages of other origins included, and
// lets it be cached for an hour.
func SchemaHandler() http.Handler {
	sum := sha256.Sum256(schemaText)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Type", "application/schema+json")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Access-Control-Allow-Origin", "*")
		header.Set("Cache-Control", "public, max-age=3600")
		header.Set("ETag", tag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(schemaText))
	})
}
