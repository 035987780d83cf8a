package flights_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/flights"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/simulator"
)

// oneBusiness is why there is nothing to choose.
const oneBusiness = "A key or login belongs to one business."

var typing = []check{
	{Check: flights.Check{Name: "connect", Asks: "What the customer was given is typed in, and the journey ends on success. It is stored, with the business's name and id where those are told."},
		fly: flyKey},
	{Check: flights.Check{Name: "wrong", Asks: "Each field that the provider looks at is mistyped in turn. The form says so and never shows a secret again, nothing is linked, and the right values work."},
		fly: flyWrongKey},
	{Check: flights.Check{Name: "permission", Asks: "The key or login is right, but may not read enough. The form says so, where the provider does not tell it apart as if it were wrong."},
		needs: simulator.MissingPermission, fly: flyLacking},
	{Check: flights.Check{Name: "429", Asks: "The provider wants fewer requests. The form says to try later, keeps what was typed, and later it works."},
		needs: simulator.Storm, fly: flyKeyStorm},
	{Check: flights.Check{Name: "500", Asks: "The provider answers with an HTML page and status 500. As before."},
		needs: simulator.Broken, fly: flyKeyBroken},
	{Check: flights.Check{Name: "choice", Asks: "There are two businesses. The one that is chosen is the one that is connected."},
		excuse: listsNone, fly: flyKeyChoice},
	{Check: flights.Check{Name: "none", Asks: "There is no business that the login may read. The journey says so."},
		excuse: listsNone, needs: simulator.NoTenants, fly: flyKeyNone},
	{Check: flights.Check{Name: "150", Asks: "There are 150 businesses. All are on the list, and the last one can be connected."},
		excuse: listsNone, needs: simulator.ManyTenants, fly: flyKeyMany},
	{Check: flights.Check{Name: "removed", Asks: "The customer deletes the key or the user. The next request says that it is refused."},
		needs: simulator.KeyRemoved, fly: flyKeyRemoved},
}

func listsNone(f *flight) string {
	if keyKnown[f.key].listed {
		return ""
	}
	return oneBusiness
}

// keyed checks that a journey ended well, and whose connection it made.
func (f *flight) keyed(v link.View, name string) bowline.Connection {
	f.Helper()
	c, g := f.linked(v)
	if c.CompanyName != name {
		f.Errorf("the business's name is %q, want %q", c.CompanyName, name)
	}
	if (c.TenantID != "") != keyKnown[f.key].tenant {
		f.Errorf("the business's id is %q", c.TenantID)
	}
	if !maps.Equal(map[string]string(g.Values), f.checked(f.typed())) {
		f.Errorf("stored is %q", names(g.Values))
	}
	return c
}

// checked is what the form makes of what was typed.
func (f *flight) checked(typed map[string]string) map[string]string {
	f.Helper()
	values, faults := f.in.Credentials.Check(typed)
	if len(faults) > 0 {
		f.Fatalf("the form refuses what the provider gave: %v", faults)
	}
	return values
}

func flyKey(f *flight) { f.keyed(f.journey(f.first()), keyKnown[f.key].company) }

// blank goes to the empty form.
func (f *flight) blank() link.View {
	f.Helper()
	v, err := f.service.Boot(f.Context(), f.company, link.Entry{})
	must(f.T, err)
	for _, a := range []link.Action{{Action: link.ActConnect, SourceType: bowline.SourceType(f.in.SourceType)},
		{Action: link.ActChoose, IntegrationKey: f.key}, {Action: link.ActAccept}} {
		v = f.act(v, a)
	}
	for v.Step == link.StepGuide {
		v = f.act(v, link.Action{Action: link.ActConfirm})
	}
	return v
}

// again checks that the form is shown again for one of the reasons, with what
// was typed and without what is secret.
func (f *flight) again(v link.View, typed map[string]string, reasons ...string) {
	f.Helper()
	if v.Step != link.StepCredentials || v.Credentials.Problem == "" {
		f.Fatalf("the journey leads to %s (%+v)", v.Step, v.Error)
	}
	fits := false
	for _, reason := range reasons {
		fits = fits || f.outcome == reason
	}
	if !fits {
		f.Errorf("the outcome is %q, want one of %q", f.outcome, reasons)
	}
	for _, field := range v.Credentials.Fields {
		if field.Secret && field.Value != "" || !field.Secret && field.Value == "" && typed[field.Name] != "" {
			f.Errorf("the field %s comes back with %q", field.Name, field.Value)
		}
	}
	if c := f.connection(); c.Status != bowline.PendingAuth {
		f.Errorf("the connection is %s", c.Status)
	}
}

// mistyped is a value like the right one that is another.
func mistyped(value string) string {
	last := value[len(value)-1:]
	for _, other := range []string{"1", "2"} {
		if last != other && !strings.HasSuffix(value, "/") && !strings.HasSuffix(value, ".com") {
			return value[:len(value)-1] + other
		}
	}
	if rest, ok := strings.CutPrefix(value, "https://"); ok {
		host, path, _ := strings.Cut(rest, "/")
		return "https://" + host + "/elsewhere/" + path
	}
	return "other" + value
}

func flyWrongKey(f *flight) {
	v := f.blank()
	for _, field := range f.in.Credentials.Fields {
		typed := f.typed()
		typed[field.Name] = mistyped(typed[field.Name])
		if slices.Contains(keyKnown[f.key].unread, field.Name) {
			continue
		}
		v = f.submit(v, typed)
		if _, faults := f.in.Credentials.Check(typed); len(faults) > 0 {
			continue // the form finds it by itself
		}
		if v.Step == link.StepError && field.Name == keyKnown[f.key].address {
			// Whoever answers there is not the provider.
			f.failed(v, "invalid")
			v = f.act(v, link.Action{Action: link.ActRetry})
			continue
		}
		f.again(v, typed, "credentials")
	}
	f.keyed(f.onward(f.submit(v, f.typed()), f.first()), keyKnown[f.key].company)
}

func flyLacking(f *flight) {
	f.on(simulator.MissingPermission)
	want := keyKnown[f.key].lacking
	if want == "" {
		want = "permission"
	}
	v := f.journey(f.first())
	f.again(v, f.typed(), want)
	f.off(simulator.MissingPermission)
	f.keyed(f.onward(f.submit(v, f.typed()), f.first()), keyKnown[f.key].company)
}

func flyKeyStorm(f *flight) {
	f.on(simulator.Storm)
	v, tries := f.blank(), 0
	for ; tries <= strikes; tries++ {
		if v = f.submit(v, f.typed()); v.Step != link.StepCredentials {
			break
		}
		f.again(v, f.typed(), "unavailable")
	}
	if tries == 0 {
		f.Error("the storm did not strike")
	}
	f.keyed(f.onward(v, f.first()), keyKnown[f.key].company)
}

func flyKeyBroken(f *flight) {
	f.on(simulator.Broken)
	v := f.submit(f.blank(), f.typed())
	f.again(v, f.typed(), "unavailable")
	f.off(simulator.Broken)
	f.keyed(f.onward(f.submit(v, f.typed()), f.first()), keyKnown[f.key].company)
}

func flyKeyChoice(f *flight) {
	first := f.keyed(f.journey(f.first()), firstName)
	f.found()
	if second := f.keyed(f.journey(will{item: secondName}), secondName); second.TenantID == first.TenantID {
		f.Error("both businesses have one id")
	}
	f.on(simulator.OneTenant)
	f.found()
	f.keyed(f.journey(will{}), firstName) // taken without a question
}

func flyKeyNone(f *flight) {
	f.on(simulator.NoTenants)
	v := f.journey(f.first())
	f.failed(v, "noTenants")
	f.off(simulator.NoTenants)
	f.keyed(f.retry(v, f.first()), firstName)
}

func flyKeyMany(f *flight) {
	f.on(simulator.ManyTenants)
	v := f.journey(will{})
	if v.Step != link.StepTenants || len(v.Tenants.Items) != 150 {
		f.Fatalf("the journey leads to %s", v.Step)
	}
	const last = "Company 150"
	f.keyed(f.onward(v, will{item: last}), last)
}

func flyKeyRemoved(f *flight) {
	c := f.keyed(f.journey(f.first()), keyKnown[f.key].company)
	f.on(simulator.KeyRemoved)
	if _, err := f.prober.Probe(f.Context(), f.in, f.grant(c).Values); probe.ReasonOf(err) != probe.Refused {
		f.Errorf("a removed key leads to %v", err)
	}
}
