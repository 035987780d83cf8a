package web

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// SDKPath is where ServeSDK expects to be mounted.
const SDKPath = "/sdk/"

// readSDK reads dist/sdk: the stable entry, the pinned version in a folder of
// its own, and the table of versions.
func (a *Assets) readSDK(dist fs.FS) error {
	err := fs.WalkDir(dist, "sdk", func(name string, one fs.DirEntry, err error) error {
		extension := path.Ext(name)
		if err != nil || one.IsDir() || extension == ".br" || extension == ".gz" {
			return err
		}
		contentType, known := contentTypes[extension]
		if !known {
			return fmt.Errorf("%s has no known content type", name)
		}
		variants, err := readVariants(dist, name)
		a.sdk[strings.TrimPrefix(name, "sdk/")] = file{contentType: contentType, variants: variants}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the SDK: %w", err)
	}
	return nil
}

// ServeSDK answers GET and HEAD below SDKPath for pages of every origin:
// link.js and connections.js, the stable entries, which are kept for minutes;
// their twins below {version}/, each one file with everything in it, which never
// change, so that a page can pin them with an integrity hash (W3C Subresource
// Integrity); and versions.json, which tells the versions and their hashes.
func (a *Assets) ServeSDK(w http.ResponseWriter, r *http.Request) {
	name, under := strings.CutPrefix(r.URL.Path, SDKPath)
	found, known := a.sdk[name]
	keep := keepForAWhile
	if strings.Contains(name, "/") {
		keep = keepForGood
	}
	serve(w, r, delivery{found, under && known, keep})
}
