package portal

import (
	"net/http"
	"strings"

	"github.com/bowline/bowline/internal/french"
	"github.com/bowline/bowline/internal/rest"
)

// inLanguage has the answer to a request of the app speak the language that the
// person chose there. The app names that one language; where the header is a
// browser's own list, its first language counts. All but French is English.
func inLanguage(r *http.Request) *http.Request {
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	tag, _, _ := strings.Cut(first, ";")
	if language, _, _ := strings.Cut(strings.TrimSpace(tag), "-"); !strings.EqualFold(language, "fr") {
		return r
	}
	return r.WithContext(rest.Speak(r.Context(), french.Say))
}
