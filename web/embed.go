// Package web carries the built front end inside the binary and serves it.
//
// Its job ends at files: it knows which script and style sheet belong to an
// entry, and answers requests for them in the smallest form that the browser
// takes. It must not know pages, routes other than its own, or anything of the
// journey.
//
// The folder dist is either built (it has a manifest) or holds only a
// placeholder, so that the Go packages compile on a clean checkout; Assets.Built
// tells which.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// FS returns the embedded dist folder: manifest.json and assets/ once built.
func FS() fs.FS {
	built, err := fs.Sub(dist, "dist")
	if err != nil {
		// Sub fails on malformed paths only, and this one is a constant.
		panic(err)
	}
	return built
}
