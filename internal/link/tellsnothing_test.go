package link_test

import (
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// withLine is the regional software with one line of its file replaced.
func withLine(begins, line string) map[string]string {
	lines := strings.Split(regional, "\n")
	for i := range lines {
		if strings.HasPrefix(lines[i], begins) {
			lines[i] = line
		}
	}
	return map[string]string{asking: strings.Join(lines, "\n")}
}

// allowed goes through the sign-in of the regional software.
func (w *world) allowed(account string) link.View {
	w.t.Helper()
	v := w.act(w.begun(asking, bowline.Accounting), answersOf("eu", "AB1234", ""))
	return w.comeFrom(asking, v.Handoff.URL, account, "allow")
}

// TestRoleShowsLate: a person who may sign in but read nothing is no connection.
func TestRoleShowsLate(t *testing.T) {
	for meaning, reason := range map[string]string{"role": "role", "plan": "plan"} {
		t.Run(meaning, func(t *testing.T) {
			eachWith(t, withLine("company:", `company: {url: "${server.sandbox}/api/organisations/nowhere", name: companyName}
failures: {rules: [{at: api, status: 404, means: `+meaning+`}]}`), func(t *testing.T, w *world) {
				v := w.allowed("robin")
				if v.Step != link.StepError || v.Error.Code != reason || w.revoked() != 1 {
					t.Fatalf("it ends on %s, %+v, with %d revocations", v.Step, v.Error, w.revoked())
				}
				if c := w.connections()[0]; c.Status != bowline.PendingAuth || w.hasGrant(c.ID) {
					t.Errorf("the connection is %s", c.Status)
				}
			})
		})
	}
}

// TestNameOfTheOrganisation: it does where nothing else tells the business's
// name, or what tells it fails.
func TestNameOfTheOrganisation(t *testing.T) {
	for name, line := range map[string]string{
		"no call": "", "failing call": `company: {url: "${server.sandbox}/api/organisations/nowhere", name: companyName}`,
	} {
		t.Run(name, func(t *testing.T) {
			eachWith(t, withLine("company:", line), func(t *testing.T, w *world) {
				v := w.allowed("robin")
				if c := w.connections()[0]; v.Step != link.StepSuccess || c.TenantName == "" || c.CompanyName != c.TenantName {
					t.Errorf("it ends on %s, for %q of %q", v.Step, c.CompanyName, c.TenantName)
				}
			})
		})
	}
}

// TestSharedGrantIsNotGivenBack: what other connections may live on is not ended
// because of a sign-in that was given up.
func TestSharedGrantIsNotGivenBack(t *testing.T) {
	files := withLine("company:", `disconnect: {method: DELETE, url: "${server.sandbox}/api/organisations/${tenant.id}"}`)
	eachWith(t, files, func(t *testing.T, w *world) {
		v := w.allowed("sam")
		if v.Step != link.StepTenants {
			t.Fatalf("it leads to %s", v.Step)
		}
		w.act(v, link.Action{Action: link.ActCancel})
		if n := w.revoked(); n != 0 {
			t.Errorf("%d revocations", n)
		}
	})
}
