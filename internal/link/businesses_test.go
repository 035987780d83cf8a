package link_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/probe"
)

// ledgers is software whose credentials reach several businesses.
const ledgers = `key: ledg
name: Ledgers
sourceType: Accounting
logo: {monogram: L, color: "#336699"}
dataTypes: [Invoices]
credentials:
  fields:
    - {name: company, label: Company}
    - {name: key, label: Key, secret: true}
  probe:
    url: https://ledgers.example/entities
    bearer: ${field.key}
    errors:
      - {status: 403, means: permission}
    tenants: {items: entities, id: id, name: name, within: "${field.company}"}
`

// answering is the software's own voice: the body of its next answers.
type answering func() (int, string)

func (a answering) RoundTrip(*http.Request) (*http.Response, error) {
	status, body := a()
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

const twoEntities = `{"entities":[{"id":"100","name":"Harbour Bakery"},{"id":"200","name":"Harbour Cafe"}]}`

// withLedgers puts the software into the catalog, with an answer to change.
func (w *world) withLedgers(file string) (answer *string, status *int) {
	w.t.Helper()
	dir := w.t.TempDir()
	must(w.t, os.WriteFile(filepath.Join(dir, "ledg.yaml"), []byte(file), 0o600))
	loaded, err := catalog.Load(catalog.Options{Dir: dir, OmitSandbox: true})
	must(w.t, err)
	answer, status = new(twoEntities), new(http.StatusOK)
	w.service.Catalog = loaded
	w.service.Probe = &probe.Client{HTTP: &http.Client{Transport: answering(func() (int, string) { return *status, *answer })}}
	return answer, status
}

// toForm goes to the form of the only software on offer.
func (w *world) toForm() link.View {
	w.t.Helper()
	v := w.boot()
	if v.Step == link.StepMain {
		v = w.act(v, link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
	}
	v = w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: "ledg"})
	return w.act(v, link.Action{Action: link.ActAccept})
}

var ledgerKey = link.Action{Action: link.ActSubmit, Fields: map[string]string{"company": "Acme-Co", "key": "k3y"}}

// TestChoiceOfABusiness: right credentials that reach several lead to the choice
// of one, which is linked with them.
func TestChoiceOfABusiness(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.withLedgers(ledgers)
		v := w.act(w.toForm(), ledgerKey)
		if v.Step != link.StepTenants || v.Tenants.Multiple || len(v.Tenants.Items) != 2 {
			t.Fatalf("the key leads to %s %+v", v.Step, v.Tenants)
		}
		if strings.Contains(shows(t, v), "k3y") {
			t.Error("the screen holds the key")
		}
		wrong := link.Action{Action: link.ActSelectTenant, TenantID: "acme-co/300", Flow: v.Flow}
		if _, _, err := w.service.Act(t.Context(), w.company, wrong, w.browser); bowline.CodeOf(err) != bowline.CodeInvalid {
			t.Errorf("a business that was not on the list: %v", err)
		}
		done := w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: v.Tenants.Items[1].ID})
		c := w.connections()[0]
		if done.Step != link.StepSuccess || c.Status != bowline.Linked || c.TenantID != "acme-co/200" || c.TenantName != "Harbour Cafe" || c.CompanyName != "Harbour Cafe" {
			t.Fatalf("the choice shows %s, the connection is %+v", done.Step, c)
		}
		grant, err := w.store.Grant(t.Context(), c.ID)
		must(t, err)
		if grant.Extra["key"] != "k3y" || grant.AccessToken != "" {
			t.Errorf("kept: %v", grant.Extra)
		}
		if got, want := w.events(), "connection.created connection.connected"; got != want {
			t.Errorf("events %q, want %q", got, want)
		}
	})
}

// TestSeveralBusinesses: where the fintech allows it, each business that was
// chosen becomes a company with a connection of its own, which has the key.
func TestSeveralBusinesses(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, after := range []string{"", "after: [{id: wait, title: Wait, body: Wait a little.}]\n"} {
			w.settings(func(l *bowline.LinkSettings) { l.MultiEntity = true })
			w.withLedgers(strings.Replace(ledgers, "id: id,", "id: id, multiple: true,", 1) + after)
			v := w.act(w.toForm(), ledgerKey)
			if !v.Tenants.Multiple {
				t.Fatalf("the choice is %+v", v.Tenants)
			}
			v = w.act(v, link.Action{Action: link.ActSelectTenants, TenantIDs: []string{"acme-co/100", "acme-co/200"}})
			if after != "" {
				v = w.act(v, link.Action{Action: link.ActConfirm})
			}
			if v.Step != link.StepSuccess || len(v.Success.TenantNames) != 2 {
				t.Fatalf("two businesses lead to %s %+v", v.Step, v.Success)
			}
		}
		parent, err := w.store.Company(t.Context(), w.instance, w.company)
		must(t, err)
		made, err := w.store.ConnectionsOf(t.Context(), w.instance, parent.Relations().Subsidiaries)
		must(t, err)
		if len(made) != 4 {
			t.Errorf("%d connections", len(made))
		}
		for _, c := range made {
			grant, err := w.store.Grant(t.Context(), c.ID)
			must(t, err)
			if c.Status != bowline.Linked || !strings.HasPrefix(c.TenantID, "acme-co/") || grant.Extra["key"] != "k3y" {
				t.Errorf("made: %+v with %v", c, grant.Extra)
			}
		}
	})
}

// TestBusinessOfAReconnection: it goes to the business that it had, without a
// question, and to no other one.
func TestBusinessOfAReconnection(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		answer, _ := w.withLedgers(ledgers)
		v := w.act(w.toForm(), ledgerKey)
		w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: v.Tenants.Items[1].ID})
		w.unlink(w.connections()[0])
		again := func() link.View {
			v := w.act(w.boot(), link.Action{Action: link.ActReconnect, ConnectionID: w.connections()[0].ID})
			return w.act(v, ledgerKey)
		}
		*answer = `{"entities":[{"id":"100","name":"A"},{"id":"300","name":"B"}]}`
		if v := again(); v.Step != link.StepMismatch || strings.Join(v.Mismatch.Selected, ", ") != "A, B" {
			t.Errorf("without the business: %s %+v", v.Step, v.Mismatch)
		}
		*answer = `{"entities":[{"id":"100","name":"A"}]}`
		if v := again(); v.Step != link.StepMismatch || strings.Join(v.Mismatch.Selected, ", ") != "A" || v.Mismatch.Previous == "" || v.Mismatch.Leads {
			t.Errorf("with another business alone: %s %+v", v.Step, v.Mismatch)
		}
		*answer = twoEntities
		if v := again(); v.Step != link.StepSuccess || w.connections()[0].TenantID != "acme-co/200" {
			t.Errorf("with it: %s", v.Step)
		}
	})
}

// TestBusinessesAtTheEdges: one is taken, none is an error of its own, missing
// permissions are for the customer to mend, and a choice does not wait forever.
func TestBusinessesAtTheEdges(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		answer, status := w.withLedgers(ledgers)
		form := w.toForm()
		*status = http.StatusForbidden
		if v := w.act(form, ledgerKey); v.Step != link.StepCredentials || !strings.Contains(v.Credentials.Problem, "permissions") {
			t.Errorf("without permissions: %s %+v", v.Step, v.Credentials)
		}
		*status, *answer = http.StatusOK, `{"entities":[]}`
		if v := w.act(form, ledgerKey); v.Step != link.StepError || v.Error.Code != "noTenants" {
			t.Errorf("without a business: %s %+v", v.Step, v.Error)
		}
		*answer = twoEntities
		v := w.act(form, ledgerKey)
		w.clock.add(31 * time.Minute)
		if late := w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: "acme-co/100"}); late.Step != link.StepError || late.Error.Code != "expired" {
			t.Errorf("too late: %s %+v", late.Step, late.Error)
		}
		v = w.act(form, ledgerKey)
		if back := w.act(v, link.Action{Action: link.ActCancel}); back.Step != link.StepMain {
			t.Errorf("cancelling shows %s", back.Step)
		}
		w.untouched(4)
		*answer = `{"entities":[{"id":"100","name":"Harbour Bakery"}]}`
		if v := w.act(form, ledgerKey); v.Step != link.StepSuccess || w.connections()[0].TenantID != "acme-co/100" {
			t.Errorf("the only business: %s", v.Step)
		}
	})
}

// TestBusinessBeforeTheLastSteps: steps that follow the sign-in wait for the
// choice.
func TestBusinessBeforeTheLastSteps(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.withLedgers(ledgers + "after: [{id: wait, title: Wait, body: Wait a little.}]\n")
		v := w.act(w.toForm(), ledgerKey)
		v = w.act(v, link.Action{Action: link.ActSelectTenant, TenantID: v.Tenants.Items[0].ID})
		if v.Step != link.StepGuide || w.connections()[0].Status != bowline.PendingAuth {
			t.Fatalf("the choice leads to %s", v.Step)
		}
		if v = w.act(v, link.Action{Action: link.ActConfirm}); v.Step != link.StepSuccess || w.connections()[0].TenantID != "acme-co/100" {
			t.Errorf("the last step shows %s", v.Step)
		}
	})
}
