package probe_test

import (
	"errors"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/simulator"
)

// builtIn is the catalog of the binary.
var builtIn = sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Load(catalog.Options{OmitSandbox: true}) })

// desk is one provider without OAuth, emulated from the fact sheet, and what
// the catalog says about it.
type desk struct {
	*testing.T
	s  *simulator.Simulator
	in catalog.Integration
	// typed is what a person types in, by the fields of the form.
	typed map[string]string
}

func newDesk(t *testing.T, key string) *desk {
	t.Helper()
	s := simulator.New(simulator.Options{RedirectURI: func(string) string { return "" }, Seed: "probe", Times: 1})
	all, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	known := s.Client(key).Values
	operator := catalog.Registration{Values: map[string]catalog.Secret{
		"senderId": catalog.Secret(known["senderId"]), "senderPassword": catalog.Secret(known["senderPassword"]),
	}}
	in, ok := all.With(map[string]catalog.Registration{key: operator}).Get(key)
	if !ok || in.Credentials == nil {
		t.Fatalf("the catalog has no credentials for %s", key)
	}
	d := &desk{t, s, in, map[string]string{}}
	for _, f := range in.Credentials.Fields {
		if d.typed[f.Name] = known[f.Name]; d.typed[f.Name] == "" {
			t.Errorf("the simulator has no value for the field %s", f.Name)
		}
	}
	return d
}

// probe asks with what is typed, after the form's own check.
func (d *desk) probe(typed map[string]string) (probe.Result, error) {
	d.Helper()
	values, faults := d.in.Credentials.Check(typed)
	if len(faults) > 0 {
		d.Fatalf("the form refuses what was typed: %v", faults)
	}
	client := probe.Client{HTTP: &http.Client{Transport: d.s.RoundTripper(nil)}}
	return client.Probe(d.Context(), d.in, values)
}

// wants probes with what is right and compares the reason.
func (d *desk) wants(what string, reason probe.Reason) {
	d.Helper()
	if _, err := d.probe(d.typed); probe.ReasonOf(err) != reason {
		d.Errorf("%s: %v, want %q", what, err, reason)
	}
}

// keys are the integrations without OAuth: whose they are found to be, and what
// a missing permission looks like where it cannot be told apart.
var keys = map[string]struct {
	want     probe.Result
	lacking  probe.Reason
	mistyped map[string]string // field to a value that looks right
}{
	"knfz": {want: probe.Result{Tenants: []probe.Tenant{{ID: "harbour-co/100", Name: "Harbour Lane Bakery"}, {ID: "harbour-co/200", Name: "Maple & Pine Furniture"}}},
		mistyped: map[string]string{"companyId": "other", "userId": "other", "userPassword": "<&>\"'"}},
	"fztf": {want: probe.Result{CompanyName: "Harbour Lane Bakery"}, mistyped: map[string]string{"shop": "other", "clientId": "x", "clientSecret": "x&y=z"}},
	"rvam": {want: probe.Result{TenantID: "harbour", CompanyName: "harbour"},
		mistyped: map[string]string{"hostname": "wd5-impl-services1.workday.com", "tenant": "other", "username": "a@b", "password": "x"}},
	"vqzp": {want: probe.Result{CompanyName: "Harbour Lane Bakery"}, mistyped: map[string]string{"accessToken": "x", "apiPath": "https://api.bigcommerce.com/stores/other/v2"}},
	"jhch": {lacking: probe.Refused, mistyped: map[string]string{"apiKey": "x"}},
	"wvzu": {want: probe.Result{TenantID: "harbourlane", CompanyName: "Harbour Lane Bakery"}, mistyped: map[string]string{"username": "x", "password": "x"}},
	"xwsy": {want: probe.Result{TenantID: "harbour-lane.chargebee.com", CompanyName: "harbour-lane.chargebee.com"}, lacking: probe.Refused,
		mistyped: map[string]string{"site": "other", "apiKey": "x"}},
	"rkgp": {want: probe.Result{CompanyName: "Harbour Lane Bakery"}, lacking: probe.Refused, mistyped: map[string]string{"hostname": "other.chargify.com", "apiKey": "x"}},
	"lhcb": {want: probe.Result{CompanyName: "harbour-lane"}, lacking: probe.Refused, mistyped: map[string]string{"apiKey": "x"}},
	"zgbz": {want: probe.Result{TenantID: "https://shop.example.com", CompanyName: "Harbour Lane Bakery"},
		mistyped: map[string]string{"storeUrl": "https://shop.example.com/elsewhere", "webserviceKey": strings.Repeat("X", 32)}},
}

// TestCatalogAgainstTheSimulator probes with every file of an integration
// without OAuth: right, wrong, without a permission, throttled, broken, and
// after the customer took the key back.
func TestCatalogAgainstTheSimulator(t *testing.T) {
	t.Parallel()
	for key, c := range keys {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, key)
			got, err := d.probe(d.typed)
			if err != nil {
				t.Fatal(err)
			}
			if c.want.TenantID == "" { // one that the provider makes up
				if got.TenantID == "" && len(got.Tenants) == 0 && key != "jhch" {
					t.Error("no tenant")
				}
				got.TenantID = ""
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			for field, value := range c.mistyped {
				wrong := maps.Clone(d.typed)
				wrong[field] = value
				_, err := d.probe(wrong)
				if reason := probe.ReasonOf(err); reason != probe.Refused && !(field == "storeUrl" && reason == probe.Invalid) {
					t.Errorf("a wrong %s: %v", field, err)
				}
				if len(value) > 4 && strings.Contains(err.Error(), value) {
					t.Errorf("the error repeats what was typed: %v", err)
				}
			}
			d.s.Switch(key, simulator.Storm, true)
			d.wants("throttled", probe.Unavailable)
			d.wants("after the storm", "")
			d.s.Switch(key, simulator.Broken, true)
			d.wants("broken", probe.Unavailable)
			d.s.Switch(key, simulator.Broken, false)
			d.s.Switch(key, simulator.MissingPermission, true)
			lacking := probe.Permission
			if c.lacking != "" {
				lacking = c.lacking
			}
			d.wants("without a permission", lacking)
			d.s.Switch(key, simulator.MissingPermission, false)
			d.s.Revoke(key)
			d.wants("after the key was taken back", probe.Refused)
			for _, hop := range d.s.Seen(key) {
				if hop.Header.Get("User-Agent") != "Bowline" {
					t.Errorf("somebody else asked: %v", hop.Header)
				}
			}
		})
	}
}

// TestKeyedCatalogIsWhole wants a row above for every such integration that the
// binary has, so that none goes unproved.
func TestKeyedCatalogIsWhole(t *testing.T) {
	t.Parallel()
	all, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range all.All() {
		if _, proved := keys[in.Key]; in.UsesCredentials() && !proved {
			t.Errorf("%s (%s) is not probed against the simulator", in.Key, in.Name)
		}
	}
}

// TestIntacctEntities: none, one, many, renamed, and an operator whose sender
// is wrong.
func TestIntacctEntities(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "knfz")
	if sender := d.in.Before[1].Copies[0].Value; sender != d.s.Client("knfz").Values["senderId"] {
		t.Errorf("the guide tells people to allow %q", sender)
	}
	listed := func(p simulator.Pathology) (probe.Result, error) {
		d.s.Switch("knfz", p, true)
		defer d.s.Switch("knfz", p, false)
		return d.probe(d.typed)
	}
	if _, err := listed(simulator.NoTenants); probe.ReasonOf(err) != probe.NoTenants {
		t.Errorf("top level only: %v", err)
	}
	if one, err := listed(simulator.OneTenant); err != nil || one.TenantID != "harbour-co/100" || one.CompanyName != "Harbour Lane Bakery" {
		t.Errorf("one: %+v %v", one, err)
	}
	if many, err := listed(simulator.ManyTenants); err != nil || len(many.Tenants) != 150 || many.TenantID != "" {
		t.Errorf("many: %d %v", len(many.Tenants), err)
	}
	d.s.Switch("knfz", simulator.RenamedTenants, true)
	first, err := d.probe(d.typed)
	second, again := d.probe(d.typed)
	if err != nil || again != nil || first.Tenants[0].ID != second.Tenants[0].ID || first.Tenants[0].Name == second.Tenants[0].Name {
		t.Errorf("renamed: %v %v", first.Tenants, second.Tenants)
	}
	all, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	d.in, _ = all.With(map[string]catalog.Registration{"knfz": {Values: map[string]catalog.Secret{"senderId": "x</senderid>", "senderPassword": "<&>"}}}).Get("knfz")
	d.wants("a wrong sender", probe.Misconfigured)
	var e *probe.Error
	if _, err := d.probe(d.typed); !errors.As(err, &e) || strings.Contains(err.Error(), "senderid") {
		t.Errorf("%v", err)
	}
}

// TestPastedForms: what people copy from the address bar means the same.
func TestPastedForms(t *testing.T) {
	t.Parallel()
	for key, c := range map[string]struct{ field, pasted string }{
		"fztf": {"shop", "https://admin.shopify.com/store/harbour-lane/apps?x=1"},
		"rvam": {"hostname", "https://wd3-impl-services1.workday.com/ccx/service/harbour"},
		"xwsy": {"site", "https://harbour-lane.chargebee.com/"},
		"rkgp": {"hostname", "https://harbour-lane.chargify.com/dashboard"},
		"zgbz": {"storeUrl", " http://Shop.Example.com/ "},
	} {
		d := newDesk(t, key)
		d.typed[c.field] = c.pasted
		d.wants(key+" with "+c.pasted, "")
	}
	d := newDesk(t, "fztf")
	d.typed["shop"] = "Harbour-Lane.myshopify.com/admin"
	d.wants("the store's own address", "")
}
