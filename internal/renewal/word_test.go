package renewal

import (
	"net/http"
	"testing"

	"github.com/bowline/bowline"
)

// TestTheAPIsWord: a token endpoint that refuses grants and clients alike does not
// end a connection. What its API says of the grant does, the second time.
func TestTheAPIsWord(t *testing.T) {
	each(t, func(w *world) {
		deaf := func(n int) {
			w.set(func(h *house) {
				for range n {
					h.script = append(h.script, fails(http.StatusUnauthorized, "{}"))
				}
			})
		}
		k := w.keeper()
		c := w.linked("mute")[0]
		w.due(c)
		deaf(2)
		for range 2 { // about our own registration: the API has nothing against the grant
			w.sweep(k, 1)
			w.linkedStill(c)
			w.due(c)
		}
		w.came(map[string]int{"refresh misconfigured": 2})
		deaf(1)
		w.pass(max(0, w.renewal(c).Grant.ExpiresAt.Sub(w.clock()))) // now nobody can tell
		w.set(func(h *house) { h.api = func(string) int { return http.StatusGone } })
		looked := w.calls("/company")
		w.sweep(k, 1)
		w.linkedStill(c)
		if n := w.calls("/company") - looked; n != 0 {
			w.Errorf("the API was asked %d times with a token that has ended", n)
		}
		w.set(func(h *house) { h.api = nil })
		w.due(c)
		w.sweep(k, 1)
		w.due(c)
		w.set(func(h *house) { h.api = func(string) int { return http.StatusGone } })
		deaf(2)
		w.sweep(k, 1)
		w.linkedStill(c)
		w.due(c)
		w.sweep(k, 1)
		w.deauthorized(c, endedRefused)
		if _, err := w.fresh(k, c, ""); bowline.CodeOf(err) != bowline.CodeConflict {
			w.Errorf("whoever asks gets %v", err)
		}
	})
}
