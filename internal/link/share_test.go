package link_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// TestSharedIsWhatWasShown: words of an additional consent that changed while
// the page was open are shown again before anybody is recorded to have agreed.
func TestSharedIsWhatWasShown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.story()
		w.clock.add(time.Hour)
		p := &hostPage{world: w, options: `{"enableAdditionalConsent":true}`}
		v := p.do(p.load(""), link.Action{Action: link.ActShare, SourceType: bowline.Accounting})
		p.options = `{"enableAdditionalConsent":true,"text":{"accounting.additionalConsents.subtitle":"Something else altogether."}}`
		again := p.do(v, link.Action{Action: link.ActShare})
		consents, err := w.store.Consents(t.Context(), w.instance, w.connections()[0].ID)
		must(t, err)
		if again.Step != link.StepShare || len(consents) != 1 {
			t.Errorf("agreeing to changed words shows %s and leaves %d consents", again.Step, len(consents))
		}
		p.do(again, link.Action{Action: link.ActShare})
		p.do(again, link.Action{Action: link.ActShare}) // a double click
		consents, err = w.store.Consents(t.Context(), w.instance, w.connections()[0].ID)
		must(t, err)
		if len(consents) != 2 || !strings.Contains(consents[1].Text, "Something else altogether.") {
			t.Errorf("%d consents: %+v", len(consents), consents)
		}
	})
}
