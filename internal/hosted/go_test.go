package hosted

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/sandbox"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
	"github.com/bowline/bowline/web"
)

// place is our pages and the sandbox provider on one server, with one company.
type place struct {
	*httptest.Server
	t                 *testing.T
	store             *store.Store
	instance, company bowline.ID
}

func newPlace(t *testing.T, s *store.Store) *place {
	t.Helper()
	mux := http.NewServeMux()
	p := &place{Server: httptest.NewServer(mux), t: t, store: s}
	t.Cleanup(p.Close)
	links, log := bowline.NewLinks(p.URL), slog.New(slog.NewTextHandler(io.Discard, nil))
	key := []byte("a key of at least thirty-two bytes for the sandbox")
	vars := map[string]string{"server.publicUrl": p.URL, "server.sandbox": p.URL + "/sandbox"}
	var clients []sandbox.Client
	for _, name := range []string{"mqjo", "aiwb", "qhnd", "gtrn", "dkpu"} {
		clients = append(clients, sandbox.Client{
			ID: "sandbox-" + name, Name: "Bowline", Kind: sandbox.Accounting, RedirectURIs: []string{links.Callback(name)},
		})
		vars["server.secret."+name] = sandbox.ClientSecret(key, "sandbox-"+name)
	}
	provider, err := sandbox.New(sandbox.Options{Issuer: p.URL + "/sandbox", Key: key, Clients: clients, Now: time.Now})
	ok(t, err)
	cat, err := catalog.Load(catalog.Options{Vars: vars})
	ok(t, err)
	assets, err := web.Load(web.FS())
	ok(t, err)
	outbound := safehttp.New(safehttp.Options{Local: map[string]http.Handler{p.URL + "/sandbox/": provider.Handler()}})
	(&Handler{
		Link: &link.Service{
			Store: s, Catalog: cat, Sealer: storetest.NewSealer(t), Links: links, Now: time.Now, Logger: log, CodeKey: key,
			OAuth: oauth.NewClient(oauth.Options{HTTP: outbound, Now: time.Now, Logger: log}),
		},
		Catalog: cat, Assets: assets, Links: links, Logger: log,
	}).Mount(mux)
	mux.Handle("/sandbox/", provider.Handler())
	p.instance = storetest.NewInstance(t, s)
	p.company = storetest.Add(t, s, storetest.NewCompany(p.instance, "Harbour Bakery")).ID
	storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutProfile(ctx, p.instance, bowline.Profile{Name: "Harbour Lending", WhiteListURLs: []string{}})
	})
	return p
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// person is somebody's browser.
type person struct {
	*place
	client *http.Client
}

func (p *place) person() *person {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	ok(p.t, err)
	return &person{p, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answered is a response and its body.
type answered struct {
	*http.Response
	body string
}

func (u *person) send(r *http.Request) answered {
	u.t.Helper()
	response, err := u.client.Do(r)
	ok(u.t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	ok(u.t, err)
	return answered{response, string(body)}
}

func (u *person) get(address string) answered {
	u.t.Helper()
	r, err := http.NewRequestWithContext(u.t.Context(), http.MethodGet, address, nil)
	ok(u.t, err)
	return u.send(r)
}

// page returns the view inside a page.
func (u *person) page(address string) link.View {
	u.t.Helper()
	a := u.get(address)
	_, data, found := strings.Cut(a.body, `id="bowline-view">`)
	data, _, ended := strings.Cut(data, `</script>`)
	if !found || !ended {
		u.t.Fatalf("%s answers %d without a view", address, a.StatusCode)
	}
	return u.decode(data)
}

func (u *person) decode(data string) link.View {
	u.t.Helper()
	var v link.View
	ok(u.t, json.Unmarshal([]byte(data), &v))
	return v
}

// post sends an action of a view, as its script would.
func (u *person) post(v link.View, a link.Action, origin string) answered {
	u.t.Helper()
	a.Flow = v.Flow
	body, err := json.Marshal(a)
	ok(u.t, err)
	r, err := http.NewRequestWithContext(u.t.Context(), http.MethodPost, u.URL+v.Post, strings.NewReader(string(body)))
	ok(u.t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", origin)
	return u.send(r)
}

// act is post for an action that leads to a view.
func (u *person) act(v link.View, a link.Action) link.View {
	u.t.Helper()
	got := u.post(v, a, u.URL)
	if got.StatusCode != http.StatusOK {
		u.t.Fatalf("%s on %s is answered %d: %s", a.Action, v.Step, got.StatusCode, got.body)
	}
	return u.decode(got.body)
}

// signIn plays somebody at the provider and follows the way back.
func (u *person) signIn(handoff string) answered {
	u.t.Helper()
	target, err := url.Parse(handoff)
	ok(u.t, err)
	form := target.Query()
	form.Set("account", "robin")
	form.Set("decision", "allow")
	r, err := http.NewRequestWithContext(u.t.Context(), http.MethodPost, u.URL+"/sandbox/authorize", strings.NewReader(form.Encode()))
	ok(u.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return u.get(u.send(r).Header.Get("Location"))
}

// handOver makes a link for a colleague.
func (u *person) handOver() link.View {
	u.t.Helper()
	v := u.act(u.page(u.URL+"/link/company/"+string(u.company)), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
	v = u.act(v, link.Action{Action: link.ActHandOver, IntegrationKey: "mqjo"})
	return u.act(v, link.Action{Action: link.ActAccept})
}

// TestCodeOverHTTP is a helper's whole way.
func TestCodeOverHTTP(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlace(t, s)
		owner, helper, stranger := p.person(), p.person(), p.person()
		waiting := owner.handOver()
		address, code, _ := strings.Cut(waiting.HandOver.URL, "#")
		if got := owner.post(waiting, link.Action{Action: link.ActCheck}, p.URL); got.StatusCode != http.StatusNoContent || got.body != "" {
			t.Errorf("nothing new is answered %d %q", got.StatusCode, got.body)
		}

		first, second := helper.get(address), stranger.get(address)
		if first.body != second.body || strings.Contains(first.body, "Harbour") || len(first.Cookies()) != 0 {
			t.Error("the page of a code tells something before it is opened")
		}
		for _, a := range []answered{first, second} {
			if a.StatusCode != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("X-Frame-Options") != "DENY" {
				t.Errorf("the page of a code is answered %d with %v", a.StatusCode, a.Header)
			}
		}
		gate := helper.page(address)
		if gate.Step != link.StepGate || gate.Gate.Kind != link.GateCode || gate.Post != link.HelperPath {
			t.Fatalf("the page of a code is %+v", gate)
		}
		if got := helper.post(gate, link.Action{Action: link.ActOpen, Code: code}, "https://elsewhere.example"); got.StatusCode != http.StatusForbidden {
			t.Errorf("another site opens a code: %d", got.StatusCode)
		}
		opened := helper.post(gate, link.Action{Action: link.ActOpen, Code: code}, p.URL)
		if opened.StatusCode != http.StatusOK || len(opened.Cookies()) != 1 {
			t.Fatalf("opening is answered %d with cookies %v", opened.StatusCode, opened.Cookies())
		}
		if c := opened.Cookies()[0]; !strings.HasPrefix(c.Name, link.HandOverCookiePrefix) || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.MaxAge <= 0 {
			t.Errorf("the cookie is %+v", c)
		}
		if got := stranger.post(gate, link.Action{Action: link.ActOpen, Code: code}, p.URL); got.StatusCode != http.StatusUnauthorized || stranger.decode(got.body).Step != link.StepExpired {
			t.Errorf("a used code is answered %d: %s", got.StatusCode, got.body)
		}

		v := helper.act(helper.act(gate, link.Action{Action: link.ActOpen}), link.Action{Action: link.ActHelp})
		back := helper.signIn(v.Handoff.URL)
		to := back.Header.Get("Location")
		if back.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, p.URL+"/link/go?") {
			t.Fatalf("the callback is answered %d to %s", back.StatusCode, to)
		}
		if v := helper.page(to); v.Step != link.StepDone || !v.Done.Helper {
			t.Errorf("the helper ends on %s", v.Step)
		}
		if v := stranger.page(to); v.Step != link.StepGate {
			t.Errorf("somebody else with the helper's address is shown %s", v.Step)
		}
		if v := owner.act(waiting, link.Action{Action: link.ActCheck}); v.Step != link.StepSuccess {
			t.Errorf("the owner's page shows %s", v.Step)
		}
	})
}

// TestDeviceOverHTTP goes on with the phone, which is known there from then on.
func TestDeviceOverHTTP(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlace(t, s)
		owner, phone := p.person(), p.person()
		v := owner.act(owner.page(p.URL+"/link/company/"+string(p.company)), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
		v = owner.act(v, link.Action{Action: link.ActDevice})
		settings := bowline.DefaultLinkSettings()
		settings.OneTimeLinks = true
		storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutLinkSettings(ctx, p.instance, settings) })
		if v := phone.page(p.URL + "/link/company/" + string(p.company)); v.Step != link.StepGate {
			t.Fatalf("a phone without a password is shown %s", v.Step)
		}
		address, code, _ := strings.Cut(v.Device.URL, "#")
		v = phone.act(phone.page(address), link.Action{Action: link.ActOpen, Code: code})
		if v.Step != link.StepPicker {
			t.Fatalf("the phone shows %s", v.Step)
		}
		if v := phone.act(v, link.Action{Action: link.ActChoose, IntegrationKey: "mqjo"}); v.Step != link.StepConsent {
			t.Errorf("the phone goes on with %s", v.Step)
		}
		if v := phone.page(p.URL + "/link/company/" + string(p.company)); v.Step != link.StepMain {
			t.Errorf("after that the phone is shown %s", v.Step)
		}
	})
}

// TestInviteOverHTTP makes a company from the invite page.
func TestInviteOverHTTP(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := newPlace(t, s)
		visitor := p.person()
		v := visitor.page(bowline.NewLinks(p.URL).Invite(p.instance))
		if v.Step != link.StepInvite || v.Client.Name != "Harbour Lending" {
			t.Fatalf("the invite page is %s", v.Step)
		}
		if got := visitor.post(v, link.Action{Action: link.ActCreate, Name: "Mill"}, "https://elsewhere.example"); got.StatusCode != http.StatusForbidden {
			t.Errorf("another site makes a company: %d", got.StatusCode)
		}
		v = visitor.act(v, link.Action{Action: link.ActCreate, Name: "Mill"})
		if v.Step != link.StepMain || v.Company.Name != "Mill" || v.Company.ID == p.company {
			t.Fatalf("the new company begins with %s: %+v", v.Step, v.Company)
		}
		if v := visitor.act(v, link.Action{Action: link.ActConnect, SourceType: bowline.Accounting}); v.Step != link.StepPicker {
			t.Errorf("it goes on with %s", v.Step)
		}
		for _, address := range []string{"/link/invite/x", "/link/invite/" + string(p.company)} {
			if got := visitor.get(p.URL + address); got.StatusCode != http.StatusNotFound {
				t.Errorf("%s is answered %d", address, got.StatusCode)
			}
		}
		settings := bowline.DefaultLinkSettings()
		settings.OneTimeLinks = true
		storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutLinkSettings(ctx, p.instance, settings) })
		if got := visitor.get(p.URL + "/link/invite/" + string(p.instance)); got.StatusCode != http.StatusUnauthorized || strings.Contains(got.body, "Harbour") {
			t.Errorf("under one-time links the page is answered %d", got.StatusCode)
		}
	})
}
