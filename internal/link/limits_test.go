package link_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// rival is another accounting integration at the sandbox.
const rival = "othr"

var rivals = map[string]string{rival: `key: othr
name: Other Books
sourceType: Accounting
logo: {monogram: OB, color: "#123456"}
dataTypes: [Invoices]
oauth:
  issuer: ${server.sandbox}
  clientId: sandbox-othr
  clientSecret: ${server.secret.othr}
  scopes: [openid, offline_access, accounting.read]
  issParameter: required
`}

// tab is one tab of a customer, served by one process, back from a provider.
type tab struct {
	w     *world
	key   string
	query url.Values
}

// TestTabsLinkOneAccountingConnection: customers finish sign-ins at several
// providers in several tabs at once, on PostgreSQL before two processes. One
// accounting connection is left, with tokens that work; those of the others are
// ended at the provider.
func TestTabsLinkOneAccountingConnection(t *testing.T) {
	t.Parallel()
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			o := storetest.Options(t, engine)
			w := newWorldWith(t, storetest.OpenWith(t, o), rivals)
			processes := []*world{w, w}
			if engine == store.Postgres {
				processes[1] = newWorldWith(t, storetest.OpenWith(t, o), rivals)
				processes[1].instance, processes[1].company = w.instance, w.company
				processes[1].service.Sealer = w.service.Sealer
			}
			var tabs []tab
			for i := range 6 {
				one, key := processes[i%2], []string{accounting, rival, rival, accounting}[i%4]
				one.browser.Cookies = map[string]string{}
				v := one.toHandoff(key, bowline.Accounting)
				tabs = append(tabs, tab{&world{t: t, service: one.service, browser: one.browser}, key, one.signIn(v.Handoff.URL, "robin", "allow")})
			}
			var wait sync.WaitGroup
			for _, tab := range tabs {
				wait.Go(func() {
					if _, err := tab.w.service.Complete(t.Context(), tab.key, tab.query, tab.w.browser); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			linked := 0
			for _, c := range w.connections() {
				switch {
				case c.Status == bowline.Linked:
					linked++
					grant, err := w.store.Grant(t.Context(), c.ID)
					must(t, err)
					if !w.accepted(grant.AccessToken) {
						t.Error("the connection that is left does not work")
					}
				case w.hasGrant(c.ID):
					t.Errorf("a connection that is %s keeps tokens", c.Status)
				}
			}
			if linked != 1 {
				t.Errorf("%d connections are linked, of %+v", linked, w.connections())
			}
			if n := w.revoked(); n != int64(len(tabs)-1) {
				t.Errorf("%d grants were ended, want %d", n, len(tabs)-1)
			}
		})
	}
}

// TestReplacingConnection: the former accounting connection is let go when the
// new one is linked, and not when it fails.
func TestReplacingConnection(t *testing.T) {
	eachWith(t, rivals, func(t *testing.T, w *world) {
		w.complete(w.signIn(w.toHandoff(accounting, bowline.Accounting).Handoff.URL, "robin", "allow"))
		former := w.alive()
		grant, err := w.store.Grant(t.Context(), former.ID)
		must(t, err)
		w.comeFrom(rival, w.toHandoff(rival, bowline.Accounting).Handoff.URL, "robin", "deny")
		w.sweep()
		if c, err := w.store.Connection(t.Context(), w.instance, w.company, former.ID); err != nil || c.Status != bowline.Linked || !w.accepted(grant.AccessToken) {
			t.Errorf("after a failure it is %s, %v", c.Status, err)
		}
		w.comeFrom(rival, w.toHandoff(rival, bowline.Accounting).Handoff.URL, "robin", "allow")
		c, err := w.store.Connection(t.Context(), w.instance, w.company, former.ID)
		must(t, err)
		if c.Status != bowline.Unlinked || w.accepted(grant.AccessToken) {
			t.Errorf("after a success it is %s, and its tokens work: %v", c.Status, w.accepted(grant.AccessToken))
		}
		lines, err := w.store.History(t.Context(), w.instance, former.ID)
		must(t, err)
		var told []string
		for _, line := range lines[len(lines)-2:] {
			told = append(told, line.Reason)
		}
		if got := strings.Join(told, " "); got != "Replaced by a connection to Other Books. The access was ended at the provider." {
			t.Errorf("the history says %q", got)
		}
	})
}
