package link_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// walk goes to one screen from which a device can be asked for.
type walk struct {
	step link.Step
	to   func(do func(link.View, link.Action) link.View, v link.View) link.View
}

var walks = []walk{
	{link.StepPicker, toPicker},
	{link.StepConsent, toConsent},
	{link.StepHandoff, func(do func(link.View, link.Action) link.View, v link.View) link.View {
		return do(toConsent(do, v), link.Action{Action: link.ActAccept})
	}},
	{link.StepGuide, func(do func(link.View, link.Action) link.View, v link.View) link.View {
		v = do(toPicker(do, v), link.Action{Action: link.ActChoose, IntegrationKey: "gtrn"})
		return do(do(v, link.Action{Action: link.ActAccept}), link.Action{Action: link.ActConfirm})
	}},
}

func toPicker(do func(link.View, link.Action) link.View, v link.View) link.View {
	return do(v, link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
}

func toConsent(do func(link.View, link.Action) link.View, v link.View) link.View {
	return do(toPicker(do, v), link.Action{Action: link.ActChoose, IntegrationKey: accounting})
}

// TestDevice goes on elsewhere from each screen that offers it, hosted and
// embedded.
func TestDevice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, embedded := range []bool{false, true} {
			for _, walk := range walks {
				name := fmt.Sprintf("%s, embedded %v", walk.step, embedded)
				p := &hostPage{world: w, options: "{}"}
				do, first := w.act, w.boot
				if embedded {
					do, first = p.do, func() link.View { return p.load("") }
				}
				at := walk.to(do, first())
				if at.Step != walk.step {
					t.Fatalf("%s: the walk ends on %s", name, at.Step)
				}
				shown := do(at, link.Action{Action: link.ActDevice, IntegrationKey: "dkpu"})
				if shown.Step != link.StepDevice || shown.Device.URL != origin+"/link/go#"+shown.Device.Code || shown.Device.QR.Path == "" || shown.Device.Integration == nil {
					t.Fatalf("%s: %s %+v", name, shown.Step, shown.Device)
				}
				phone := w.helper()
				opened := phone.open(shown.Device.Code)
				v := opened.View
				switch {
				case opened.Session != w.company:
					t.Errorf("%s: the phone's person is known to %q", name, opened.Session)
				case v.Step != walk.step || v.Post != "/link/companies/"+string(w.company)+"/journey":
					t.Errorf("%s: the phone shows %s and posts to %s", name, v.Step, v.Post)
				case v.Handoff != nil && (v.Handoff.Mode != link.HandoffRedirect || len(opened.Cookies) != 1):
					t.Errorf("%s: the phone leaves as %s with %d cookies", name, v.Handoff.Mode, len(opened.Cookies))
				case v.Guide != nil && v.Guide.Index != at.Guide.Index:
					t.Errorf("%s: the phone shows step %d", name, v.Guide.Index)
				}
				if v := phone.open("").View; v.Step != walk.step {
					t.Errorf("%s: a reload shows %s", name, v.Step)
				}
				if v := w.helper().open(shown.Device.Code).View; v.Step != link.StepExpired {
					t.Errorf("%s: a second phone shows %s", name, v.Step)
				}
				if back := do(shown, link.Action{Action: link.ActBack}); back.Step != walk.step {
					t.Errorf("%s: back leads to %s", name, back.Step)
				}
			}
		}
	})
}

// TestFirstDeviceHears waits on the page that was left, once with a connection
// and once before there is one.
func TestFirstDeviceHears(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i, walk := range []walk{walks[0], walks[2]} {
			p := &hostPage{world: w, options: "{}"}
			shown := p.do(walk.to(p.do, p.load("")), link.Action{Action: link.ActDevice})
			if _, news := p.check(shown); news {
				t.Error("news before anything has happened")
			}
			w.clock.add(time.Second)
			before := p.told
			phone := w.helper()
			w.browser.Cookies = phone.browser.Cookies
			v := phone.open(shown.Device.Code).View
			if i == 0 {
				v = w.act(w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: accounting}), link.Action{Action: link.ActAccept})
			}
			w.clock.add(time.Second)
			if _, news := p.check(shown); news {
				t.Error("news while the phone is at the provider")
			}
			if v = w.result(w.complete(w.signIn(v.Handoff.URL, "robin", "allow"))); v.Step != link.StepSuccess {
				t.Fatalf("the phone ends on %s", v.Step)
			}
			if v, news := p.check(shown); !news || v.Step != link.StepSuccess {
				t.Errorf("the first page shows %s, news %v", v.Step, news)
			}
			want := "connectionStarted connection"
			if i == 1 {
				want = "connection" // its page had heard of the start
			}
			if got := strings.Join(p.told[len(before):], " "); got != want {
				t.Errorf("the host heard %q, want %q", got, want)
			}
			w.remove()
		}
	})
}

// TestOptionsMoveAlong: what the host page asked for holds on the other device.
func TestOptionsMoveAlong(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := &hostPage{world: w, options: `{"sourceTypes":{"accounting":{},"commerce":{}},"text":{"main":{"title":"Only on the phone"}}}`}
		plain := len(w.boot().Main.Types)
		shown := p.do(toPicker(p.do, p.load("")), link.Action{Action: link.ActDevice})
		phone := w.helper()
		w.browser.Cookies = phone.browser.Cookies
		main := w.act(phone.open(shown.Device.Code).View, link.Action{Action: link.ActBack})
		if main.Step != link.StepMain || len(main.Main.Types) != 2 || plain == 2 {
			t.Errorf("the phone shows %s with %+v", main.Step, main.Main)
		}
	})
}

// TestDeviceCodesAreForgiving types a code as people do.
func TestDeviceCodesAreForgiving(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, typed := range []func(string) string{
			strings.ToLower,
			func(code string) string { return " " + strings.ReplaceAll(code, "-", " ") },
			func(code string) string { return strings.NewReplacer("0", "o", "1", "l").Replace(code) },
			func(code string) string { return strings.NewReplacer("0", "O", "1", "I", "-", "").Replace(code) },
		} {
			shown := w.act(toPicker(w.act, w.boot()), link.Action{Action: link.ActDevice})
			if code := shown.Device.Code; len(code) != 9 || code[4] != '-' || strings.ContainsAny(code, "ILOUilou") {
				t.Errorf("the code is %q", code)
			}
			if v := w.helper().open(typed(shown.Device.Code)).View; v.Step != link.StepPicker {
				t.Errorf("%q leads to %s", typed(shown.Device.Code), v.Step)
			}
		}
		for _, wrong := range []string{"ABCD", "ABCD-EFGU", strings.Repeat("A", 32), strings.Repeat("-", 10_000), "ÄBCD-EFGH", "\x00"} {
			if v := w.helper().open(wrong).View; v.Step != link.StepExpired {
				t.Errorf("%.20q leads to %s", wrong, v.Step)
			}
		}
	})
}

// TestDeviceLinkIsShortLived is good for an hour.
func TestDeviceLinkIsShortLived(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shown := w.act(toPicker(w.act, w.boot()), link.Action{Action: link.ActDevice})
		w.clock.add(time.Hour)
		if v := w.helper().open(shown.Device.Code).View; v.Step != link.StepExpired {
			t.Errorf("after an hour it leads to %s", v.Step)
		}
	})
}

// TestGuesses: a search for codes is slowed down, from one address and from
// many, and somebody with the right code is not counted.
func TestGuesses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		right := w.act(toPicker(w.act, w.boot()), link.Action{Action: link.ActDevice}).Device.Code
		phone := w.helper()
		for range 50 {
			phone.open(right)
		}
		try := func(address string) error {
			_, err := w.service.OpenCode(t.Context(), "0000-0000", nil, link.Browser{Address: address})
			return err
		}
		refused := func(address string) int {
			for n := range 5000 {
				if err := try(address); err != nil {
					if bowline.CodeOf(err) != bowline.CodeTooMany {
						t.Fatal(err)
					}
					return n
				}
			}
			return -1
		}
		if n := refused("192.0.2.1"); n != 20 {
			t.Errorf("one address has %d guesses", n)
		}
		if n := refused("2001:db8::1") + refused("2001:db8::2"); n != 20 {
			t.Errorf("one home has %d guesses", n)
		}
		total := 40
		for i := range 5000 {
			if try(fmt.Sprintf("203.0.%d.%d", i/200, i%200)) != nil {
				break
			}
			total++
		}
		if total != 600 {
			t.Errorf("everywhere there are %d guesses", total)
		}
		if _, err := w.service.OpenCode(t.Context(), strings.Repeat("0", 32), nil, link.Browser{Address: "198.51.100.9"}); err != nil {
			t.Errorf("a search for short codes locks colleagues out: %v", err)
		}
		w.clock.add(time.Minute)
		if err := try("192.0.2.1"); err != nil {
			t.Errorf("a minute later: %v", err)
		}
	})
}

// TestHelperChangesDevice: a helper stays a helper.
func TestHelperChangesDevice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.helper()
		v := h.help(h.open(codeOf(w.handOver().HandOver.URL)).View, link.Action{Action: link.ActHelp})
		shown := h.help(v, link.Action{Action: link.ActDevice})
		phone := w.helper()
		opened := phone.open(shown.Device.Code)
		if opened.Session != "" || opened.View.Step != link.StepHandoff || opened.View.Post != link.HelperPath {
			t.Fatalf("the helper's phone shows %s, posts to %s, is known to %q", opened.View.Step, opened.View.Post, opened.Session)
		}
		w.clock.add(time.Second)
		if v := phone.comeBack(w.signIn(opened.View.Handoff.URL, "robin", "allow")); v.Step != link.StepDone || !v.Done.Helper {
			t.Errorf("the helper's phone ends on %s", v.Step)
		}
		if v := h.help(shown, link.Action{Action: link.ActCheck}); v.Step != link.StepDone || !v.Done.Helper {
			t.Errorf("the helper's first device shows %s", v.Step)
		}
		if text, err := json.Marshal(opened.View); err != nil || strings.Contains(string(text), string(w.company)) {
			t.Errorf("the helper's phone is told the company's id (%v)", err)
		}
	})
}
