package connection

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/bowline/bowline/internal/catalog"
)

const (
	// throttlePause is for how long a provider is left alone that says in words of
	// its own that it is asked too often, and not until when.
	throttlePause = time.Second
	// maxPeeked is how much of an answer is read to find those words.
	maxPeeked = 16 << 10
)

// throttled says whether an answer means that the provider is asked too often,
// with a status that usually means something else: MYOB answers 403, which must
// not be taken for a withdrawn right. The body stays whole.
func throttled(failures catalog.Failures, response *http.Response) bool {
	if !slices.ContainsFunc(failures.Rules, func(f catalog.Failure) bool { return saysLater(f, response.StatusCode) }) {
		return false
	}
	peeked, err := io.ReadAll(io.LimitReader(response.Body, maxPeeked))
	rest := io.Reader(response.Body)
	if err != nil { // whoever reads on sees it, after what came before it
		rest = broken{err}
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(peeked), rest), response.Body}
	var document any
	if json.Unmarshal(peeked, &document) != nil {
		return false
	}
	code := ""
	for _, path := range []string{failures.Code, failures.CodeOtherwise} {
		if code == "" && path != "" {
			code = catalog.Text(catalog.At(document, path))
		}
	}
	return slices.ContainsFunc(failures.Rules, func(f catalog.Failure) bool {
		return saysLater(f, response.StatusCode) && slices.Contains(f.Codes, code)
	})
}

// saysLater says whether a rule is about an answer of the API that names, by a
// code, a limit. A token that has expired is one that helps later, too.
func saysLater(f catalog.Failure, status int) bool {
	return status != http.StatusUnauthorized && f.At == catalog.AtAPI && f.Status == status && f.Means == catalog.MeansLater && len(f.Codes) > 0
}

// broken is the end of a body that broke off.
type broken struct{ error }

// Read returns how it ended.
func (b broken) Read([]byte) (int, error) { return 0, b.error }
