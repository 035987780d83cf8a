package flights_test

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/simulator"
)

// The organisations that everybody sees first at an emulated provider.
const (
	firstName  = "Harbour Lane Bakery"
	secondName = "Maple & Pine Furniture"
)

// will is what a customer does at the provider, and which organisation they
// choose from our list: the one whose name begins so. Without one the list is
// the end of the way.
type will struct {
	simulator.Decision
	item string
}

// first is the will to connect the first organisation.
func (f *flight) first() will { return will{item: firstName} }

// journey goes from the first screen as far as the customer's will leads.
func (f *flight) journey(w will) link.View {
	f.Helper()
	v, err := f.service.Boot(f.Context(), f.company, link.Entry{OpenID: true, Sandbox: new(true)})
	must(f.T, err)
	v = f.act(v, link.Action{Action: link.ActConnect, SourceType: bowline.SourceType(f.in.SourceType)})
	tile := f.key
	if f.facts.row != "" {
		tile += "/" + f.facts.row
	}
	v = f.act(v, link.Action{Action: link.ActChoose, IntegrationKey: tile})
	return f.onward(f.act(v, link.Action{Action: link.ActAccept}), w)
}

// onward goes through whatever screens come.
func (f *flight) onward(v link.View, w will) link.View {
	f.Helper()
	for range 10 {
		switch v.Step {
		case link.StepGuide:
			v = f.act(v, link.Action{Action: link.ActConfirm})
		case link.StepCredentials:
			if v.Credentials.Problem != "" {
				return v
			}
			v = f.submit(v, f.typed())
		case link.StepHandoff:
			v = f.provider(v, w)
		case link.StepTenants:
			f.listsNoOther(v)
			if w.item == "" {
				return v
			}
			v = f.act(v, link.Action{Action: link.ActSelectTenant, TenantID: f.item(v, w.item)})
		default:
			return v
		}
	}
	f.Fatal("the journey has no end")
	return v
}

// typed is what the customer types and chooses: what the facts say, or what the
// provider gave them.
func (f *flight) typed() map[string]string {
	if f.in.Credentials == nil {
		return f.facts.typed
	}
	given, typed := f.sim.Client(f.key).Values, map[string]string{}
	for _, field := range f.in.Credentials.Fields {
		typed[field.Name] = given[field.Name]
	}
	return typed
}

func (f *flight) submit(v link.View, typed map[string]string) link.View {
	f.Helper()
	return f.act(v, link.Action{Action: link.ActSubmit, Fields: typed})
}

// retry goes on from an error screen.
func (f *flight) retry(v link.View, w will) link.View {
	f.Helper()
	if v.Error == nil || !v.Error.CanRetry {
		f.Fatalf("%s cannot be tried again: %+v", v.Step, v.Error)
	}
	return f.onward(f.act(v, link.Action{Action: link.ActRetry}), w)
}

// listsNoOther checks that what should not be offered is not. An organization
// of an earlier consent may be, once there is one.
func (f *flight) listsNoOther(v link.View) {
	f.Helper()
	for _, item := range v.Tenants.Items {
		for _, other := range f.facts.unlisted {
			if f.visits == 1 && strings.Contains(item.Name, other) {
				f.Errorf("%q is on the list", item.Name)
			}
		}
	}
}

// item is the id behind a name on the list of organisations.
func (f *flight) item(v link.View, name string) string {
	f.Helper()
	for _, item := range v.Tenants.Items {
		if strings.HasPrefix(item.Name, name) {
			return item.ID
		}
	}
	f.Fatalf("%q is not on the list: %+v", name, v.Tenants.Items)
	return ""
}

func (f *flight) act(v link.View, a link.Action) link.View {
	f.Helper()
	a.Flow = v.Flow
	next, cookies, err := f.service.Act(f.Context(), f.company, a, f.browser)
	if err != nil {
		f.Fatalf("%s on %s: %v", a.Action, v.Step, err)
	}
	for _, c := range cookies {
		f.browser.Cookies[c.Name] = c.Value
	}
	return next
}

// provider plays the customer at the provider, and the way back.
func (f *flight) provider(v link.View, w will) link.View {
	f.Helper()
	f.visits++
	to, err := f.sim.Visit(f.Context(), v.Handoff.URL, w.Decision)
	if err != nil {
		f.Fatalf("the provider stops the customer: %v", err)
	}
	u, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, bowline.NewLinks(origin).Callback(f.key)+"?") {
		f.Fatalf("the provider sends the browser to %q", to)
	}
	f.back = u.Query()
	r, err := f.service.Complete(f.Context(), f.key, f.back, f.browser)
	must(f.T, err)
	if r.View != nil {
		return *r.View
	}
	v, err = f.service.Result(f.Context(), r.Company, r.Authorization, f.browser)
	must(f.T, err)
	return v
}

// linked checks that a journey ended well, and returns what it made.
func (f *flight) linked(v link.View) (bowline.Connection, oauth.Grant) {
	f.Helper()
	if v.Step != link.StepSuccess {
		f.Fatalf("the journey ends on %s (%+v): %s", v.Step, v.Error, f.lastWords())
	}
	c := f.connection()
	if c.Status != bowline.Linked || c.IntegrationKey != f.key {
		f.Fatalf("the connection is %s", c.Status)
	}
	return c, f.grant(c)
}

// connection is the company's only connection.
func (f *flight) connection() bowline.Connection {
	f.Helper()
	c, err := f.store.Company(f.Context(), f.instance, f.company)
	must(f.T, err)
	if len(c.DataConnections) != 1 {
		f.Fatalf("the company has %d connections", len(c.DataConnections))
	}
	return c.DataConnections[0]
}

// connected is a flight without incident.
func (f *flight) connected() (bowline.Connection, oauth.Grant) {
	f.Helper()
	return f.linked(f.journey(f.first()))
}

// failed checks that a journey ended on an error screen for one of the reasons,
// from which it can be tried again, and that nothing was linked.
func (f *flight) failed(v link.View, reasons ...string) {
	f.Helper()
	if v.Step != link.StepError {
		f.Fatalf("the journey ends on %s, not on an error", v.Step)
	}
	fits := false
	for _, reason := range reasons {
		fits = fits || v.Error.Code == reason
	}
	if !fits || !v.Error.CanRetry {
		f.Fatalf("the error is %+v, want one of %q: %s", *v.Error, reasons, f.lastWords())
	}
	if c := f.connection(); c.Status != bowline.PendingAuth {
		f.Errorf("the connection is %s", c.Status)
	}
}

// lastWords tells what the provider answered last, for whoever reads a failure.
func (f *flight) lastWords() string {
	var said strings.Builder
	seen := f.sim.Seen(f.key)
	for _, hop := range seen[max(0, len(seen)-4):] {
		fmt.Fprintf(&said, "%s %s%s?%s -> %d; ", hop.Method, hop.Host, hop.Path, hop.Query.Encode(), hop.Status)
	}
	return said.String()
}
