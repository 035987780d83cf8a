package renewal

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
)

// refuses has the provider's API refuse everybody, or nobody.
func (w *world) refuses(all bool) {
	w.set(func(h *house) {
		if h.api = nil; all {
			h.api = func(string) int { return http.StatusUnauthorized }
		}
	})
}

// TestRefusesEverybody: a provider that refuses everybody ends nothing, for a
// minute or for days, whichever process asks, and is left alone. When it is well
// again so is everything, and a grant that is over ends then.
func TestRefusesEverybody(t *testing.T) {
	each(t, func(w *world) {
		for _, key := range []string{"ever", "keys"} {
			var said bytes.Buffer
			k := w.keeper(func(o *Options) { o.Logger = slog.New(slog.NewTextHandler(&said, nil)) })
			k.clock = w.clock
			var all []bowline.Connection
			for range 20 {
				all = append(all, w.linked(key)[0])
			}
			g := k.gateOf(w.integration(key))
			w.refuses(true)
			w.pass(6 * time.Hour)
			rested := time.Duration(0)
			for _, later := range []time.Duration{0, 61 * time.Second, time.Hour, sureAfter, 3 * sureAfter} {
				w.pass(later)
				_, err := k.Sweep(w.Context())
				w.must(err)
				rested = max(rested, g.pause())
				w.linkedStill(all...)
			}
			// A gate that other instances share stays open to them.
			if shared := key == "keys"; (rested == 0) != shared || w.outcomes()["check unavailable"] == 0 {
				w.Errorf("%s: rested for %v: %v", key, rested, w.outcomes())
			}
			if !strings.Contains(said.String(), "refuses most of its connections") {
				w.Errorf("%s: the log does not say so: %s", key, said.String())
			}
			if _, err := w.fresh(w.keeper(), all[0], w.renewal(all[0]).Grant.AccessToken); key == "ever" && bowline.CodeOf(err) != bowline.CodeUnavailable {
				w.Errorf("%s: who was refused gets %v", key, err)
			}
			for range 4 * sureAfter / mostApart { // each hour by another process
				w.pass(mostApart)
				_, err := w.keeper().Sweep(w.Context())
				w.must(err)
			}
			w.linkedStill(all...)

			w.refuses(false)
			over := string(w.renewal(all[0]).ID)
			w.revoke(over)
			from := w.clock()
			for w.read(all[0]).Status == bowline.Linked && w.clock().Sub(from) < 2*sureAfter {
				w.pass(mostApart / 4)
				_, err := w.keeper().Sweep(w.Context())
				w.must(err)
			}
			if took := w.clock().Sub(from); took < sureAfter || took > sureAfter+2*mostApart {
				w.Errorf("%s: one that is over ended after %v", key, took)
			}
			w.deauthorized(all[0], map[string]ending{"ever": endedRefused, "keys": endedCredentials}[key])
			w.linkedStill(all[1:]...)
		}
	})
}

// TestUnnamedRefusal: a refusal that the catalog does not name ends a connection
// when it has been seen for hours, at looks that are close at first; one look that
// goes well, or hours without any, and it begins anew.
func TestUnnamedRefusal(t *testing.T) {
	each(t, func(w *world) {
		for key, why := range map[string]ending{"ever": endedRefused, "keys": endedCredentials} {
			c := w.linked(key)[0]
			ask := func() { // whichever process does
				w.due(c)
				w.sweep(w.keeper(), 1)
			}
			refusedFor := func(d time.Duration) (apart []time.Duration) {
				from := w.clock()
				for last := from; w.clock().Sub(from) < d && w.read(c).Status == bowline.Linked; last = w.clock() {
					ask()
					apart = append(apart, w.clock().Sub(last))
				}
				return apart
			}
			w.refuses(true)
			ask()
			if wait := w.renewal(c).DueAt.Sub(w.clock()); wait != confirmAfter {
				w.Errorf("%s: it is asked again in %v", key, wait)
			}
			refusedFor(sureAfter / 2)
			w.refuses(false)
			ask()
			w.linkedStill(c)

			w.refuses(true)
			ask()
			w.pass(sureAfter) // nobody looks
			w.sweep(w.keeper(), 1)
			w.linkedStill(c)

			from := w.clock()
			looks := refusedFor(2 * sureAfter)
			if took := w.clock().Sub(from); took != sureAfter || len(looks) < 10 || len(looks) > 15 {
				w.Errorf("%s: it ended after %v and looks %v apart", key, took, looks)
			}
			for _, apart := range looks {
				if apart > mostApart {
					w.Errorf("%s: looks are %v apart", key, apart)
				}
			}
			w.deauthorized(c, why)
			w.refuses(false)
		}
	})
}

// TestSomeLeave: some customers who leave on one day are not a provider in
// trouble, as long as more of the others are well.
func TestSomeLeave(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper()
		var all []bowline.Connection
		for range 3 * leastMany {
			all = append(all, w.linked("ever")[0])
		}
		w.pass(cycle - time.Minute)
		_, err := k.Sweep(w.Context())
		w.must(err)
		for _, c := range all[:leastMany] {
			w.revoke(string(w.renewal(c).ID))
		}
		from := w.clock()
		for w.clock().Sub(from) < 3*sureAfter {
			w.pass(mostApart / 4)
			_, err := k.Sweep(w.Context())
			w.must(err)
		}
		for _, c := range all[:leastMany] {
			w.deauthorized(c, endedRefused)
		}
		w.linkedStill(all[leastMany:]...)
		if n := w.outcomes()["check unavailable"]; n != 0 {
			w.Errorf("%d turns took it for trouble of the provider", n)
		}
	})
}
