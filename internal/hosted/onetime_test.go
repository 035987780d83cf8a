package hosted

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/sandbox"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
	"github.com/bowline/bowline/web"
)

const publicURL = "https://bowline.example"

// house is a Handler with everything behind it, and a company that has one
// connection to sign in to.
type house struct {
	t          *testing.T
	mux        *http.ServeMux
	store      *store.Store
	service    *link.Service
	oneTime    *auth.OneTime
	auth       *auth.Authenticator
	instance   bowline.ID
	company    bowline.ID
	connection bowline.ID
	mu         sync.Mutex
	now        time.Time
}

func newHouse(t *testing.T, profile bowline.Profile, settings bowline.LinkSettings) *house {
	t.Helper()
	s := storetest.Open(t, store.SQLite)
	h := &house{t: t, mux: http.NewServeMux(), store: s, now: storetest.Start, instance: storetest.NewInstance(t, s)}
	clock := func() time.Time {
		h.mu.Lock()
		defer h.mu.Unlock()
		return h.now
	}
	key := []byte("a key of at least thirty-two bytes for the sandbox")
	links := bowline.NewLinks(publicURL)
	provider, err := sandbox.New(sandbox.Options{Issuer: publicURL + "/sandbox", Key: key, Now: clock, Clients: []sandbox.Client{
		{ID: "sandbox-mqjo", Name: "Bowline", Kind: sandbox.Accounting, RedirectURIs: []string{links.Callback("mqjo")}},
	}})
	must(t, err)
	outbound := safehttp.New(safehttp.Options{Local: map[string]http.Handler{publicURL + "/sandbox/": provider.Handler()}})
	cat, err := catalog.Load(catalog.Options{Vars: map[string]string{
		"server.publicUrl": publicURL, "server.sandbox": publicURL + "/sandbox", "server.secret.mqjo": sandbox.ClientSecret(key, "sandbox-mqjo"), "server.secret.aiwb": "s",
		"server.secret.qhnd": "s", "server.secret.gtrn": "s", "server.secret.dkpu": "s",
	}})
	must(t, err)
	c := storetest.Add(t, s, storetest.NewCompany(h.instance, "Harbour Bakery"), bowline.Accounting)
	h.company, h.connection = c.ID, c.DataConnections[0].ID
	must(t, s.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.PutProfile(t.Context(), h.instance, profile); err != nil {
			return err
		}
		return tx.PutLinkSettings(t.Context(), h.instance, settings)
	}))
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	h.oneTime = auth.NewOneTime(s, []byte("a key"), clock)
	sealer := storetest.NewSealer(t)
	h.auth = auth.New(auth.Options{Store: s, Sealer: sealer, Now: clock})
	h.service = &link.Service{
		Store: s, Catalog: cat, Sealer: sealer, Links: links, Now: clock, Logger: log,
		OAuth: oauth.NewClient(oauth.Options{HTTP: outbound, Now: clock, Logger: log}), Spend: h.oneTime.Spend,
	}
	(&Handler{Link: h.service, Auth: h.auth, Catalog: cat, Assets: &web.Assets{}, Links: links, Logger: log}).Mount(h.mux)
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func oneTimeLinks() bowline.LinkSettings {
	settings := bowline.DefaultLinkSettings()
	settings.OneTimeLinks, settings.SupportText = true, "Call 555 0100."
	return settings
}

// visitor is a browser with its cookies.
type visitor struct {
	*house
	agent   string
	cookies map[string]string
}

func (h *house) visitor() *visitor {
	return &visitor{house: h, agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", cookies: map[string]string{}}
}

func (v *visitor) send(method, path string, body any, header ...string) *httptest.ResponseRecorder {
	v.t.Helper()
	text, err := json.Marshal(body)
	must(v.t, err)
	r := httptest.NewRequestWithContext(v.t.Context(), method, publicURL+path, strings.NewReader(string(text)))
	r.Header.Set("User-Agent", v.agent)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	v.mux.ServeHTTP(rec, r)
	for _, c := range rec.Result().Cookies() {
		v.cookies[c.Name] = c.Value
	}
	return rec
}

// page loads a page and returns its view.
func (v *visitor) page(status int, path string, header ...string) link.View {
	v.t.Helper()
	rec := v.send(http.MethodGet, path, nil, header...)
	_, after, _ := strings.Cut(rec.Body.String(), `id="bowline-view">`)
	text, _, found := strings.Cut(after, "</script>")
	if rec.Code != status || !found {
		v.t.Fatalf("GET %s: %d, want %d: %s", path, rec.Code, status, rec.Body)
	}
	var view link.View
	must(v.t, json.Unmarshal([]byte(text), &view))
	return view
}

// post sends an action of a view.
func (v *visitor) post(status int, view link.View, a link.Action) link.View {
	v.t.Helper()
	a.Flow = view.Flow
	rec := v.send(http.MethodPost, view.Post, a)
	var next link.View
	if rec.Code != status {
		v.t.Fatalf("POST %s: %d, want %d: %s", a.Action, rec.Code, status, rec.Body)
	}
	_ = json.Unmarshal(rec.Body.Bytes(), &next) // an error envelope is no view
	return next
}

func (v *visitor) password() string {
	v.t.Helper()
	issued, err := v.oneTime.Issue(v.t.Context(), []bowline.ID{v.company})
	must(v.t, err)
	return issued[0]
}

func TestOneTimeLinkInABrowser(t *testing.T) {
	t.Parallel()
	h := newHouse(t, bowline.Profile{Name: "Harbour Lending"}, oneTimeLinks())
	owner, thief := h.visitor(), h.visitor()
	password := owner.password()
	address := "/link/company/" + string(h.company) + "?link.otp=" + password

	for range 3 { // a mail scanner that looks like a browser
		if rec := thief.send(http.MethodHead, address, nil); rec.Code != http.StatusOK {
			t.Errorf("HEAD: %d", rec.Code)
		}
		v := thief.page(http.StatusOK, address)
		if v.Step != link.StepGate || v.Company.Name != "" || v.Client.Name != "" || len(thief.cookies) != 0 {
			t.Fatalf("without a script it sees %+v and has %v", v, thief.cookies)
		}
	}
	gate := owner.page(http.StatusOK, address)
	v := owner.post(http.StatusOK, gate, link.Action{Action: link.ActOpen, OTP: password})
	if v.Step != link.StepMain || v.Company.Name != "Harbour Bakery" {
		t.Fatalf("the password leads to %s", v.Step)
	}
	if len(owner.cookies) != 1 {
		t.Fatalf("cookies %v", owner.cookies)
	}
	for name := range owner.cookies {
		if !strings.HasPrefix(name, "__Host-bowline_session_") {
			t.Errorf("cookie %s", name)
		}
	}
	if v = owner.page(http.StatusOK, address); v.Step != link.StepMain {
		t.Errorf("loading the page again shows %s", v.Step)
	}
	expired := thief.post(http.StatusUnauthorized, thief.page(http.StatusOK, address), link.Action{Action: link.ActOpen, OTP: password})
	if expired.Step != link.StepExpired || expired.Company.Name != "" || expired.Client.SupportText == "" || len(thief.cookies) != 0 {
		t.Errorf("the second browser sees %+v and has %v", expired, thief.cookies)
	}
	h.mu.Lock()
	h.now = h.now.Add(24 * time.Hour)
	h.mu.Unlock()
	if v = owner.page(http.StatusOK, address); v.Step != link.StepGate {
		t.Errorf("a day later the page shows %s", v.Step)
	}
}

// TestOneTimeConnectionLink: both names of the parameter belong to the script,
// and the connection's own URL leads to the provider.
func TestOneTimeConnectionLink(t *testing.T) {
	t.Parallel()
	h := newHouse(t, bowline.Profile{Name: "Harbour Lending"}, oneTimeLinks())
	owner := h.visitor()
	address := strings.TrimPrefix(bowline.NewLinks(publicURL).Connection(h.company, h.connection), publicURL)
	gate := owner.page(http.StatusOK, address+"?otp=ABC123")
	if gate.Step != link.StepGate || len(owner.cookies) != 0 {
		t.Fatalf("without a password: %+v", gate)
	}
	v := owner.post(http.StatusOK, gate, link.Action{Action: link.ActOpen, OTP: owner.password()})
	if v.Step != link.StepHandoff || !strings.HasPrefix(v.Handoff.URL, publicURL+"/sandbox/") || len(owner.cookies) != 2 {
		t.Fatalf("the password leads to %+v with %v", v, owner.cookies)
	}
	if rec := owner.send(http.MethodGet, address, nil); rec.Code != http.StatusSeeOther {
		t.Errorf("with a session: %d", rec.Code)
	}
}

func TestTooManyPasswords(t *testing.T) {
	t.Parallel()
	h := newHouse(t, bowline.Profile{Name: "Harbour Lending"}, oneTimeLinks())
	v := h.visitor()
	gate := v.page(http.StatusOK, "/link/company/"+string(h.company))
	for range 5 {
		v.post(http.StatusUnauthorized, gate, link.Action{Action: link.ActOpen, OTP: "000000"})
	}
	v.post(http.StatusTooManyRequests, gate, link.Action{Action: link.ActOpen, OTP: v.password()})
}

// TestLinkForms are the forms of an address, and that a name in it is only
// decoration.
func TestLinkForms(t *testing.T) {
	t.Parallel()
	h := newHouse(t, bowline.Profile{Name: "Harbour Lending"}, bowline.DefaultLinkSettings())
	v := h.visitor()
	for _, path := range []string{"/link/company/", "/link/harbour-lending/company/", "/link/somebody-else/company/", "/link/start/company/"} {
		if view := v.page(http.StatusOK, path+string(h.company)+"?openId=true"); view.Step != link.StepMain {
			t.Errorf("%s shows %s", path, view.Step)
		}
		for id, want := range map[bowline.ID]int{h.company: http.StatusOK, bowline.NewID(h.now): http.StatusNotFound} {
			if rec := v.send(http.MethodHead, path+string(id), nil); rec.Code != want {
				t.Errorf("HEAD %s%s: %d, want %d", path, id, rec.Code, want)
			}
		}
		if view := v.page(http.StatusNotFound, path+string(bowline.NewID(h.now))); view.Step != link.StepNotFound {
			t.Errorf("%s of an unknown company shows %s", path, view.Step)
		}
	}
}

func TestRefusedRedirect(t *testing.T) {
	t.Parallel()
	h := newHouse(t, bowline.Profile{
		Name: "Harbour Lending", RedirectURL: "https://{env}.mybank.example/", WhiteListURLs: []string{"https://uat.mybank.example"},
	}, bowline.DefaultLinkSettings())
	v := h.visitor()
	start := strings.TrimPrefix(bowline.NewLinks(publicURL).Connection(h.company, h.connection), publicURL)
	for _, path := range []string{"/link/company/" + string(h.company), start} {
		for _, query := range []string{"", "?env=evil", "?env=uat.evil.example%2F"} {
			if view := v.page(http.StatusBadRequest, path+query); view.Step != link.StepError || view.Company.Name != "" {
				t.Errorf("%s%s shows %+v", path, query, view)
			}
		}
	}
	if view := v.page(http.StatusOK, "/link/company/"+string(h.company)+"?env=uat"); view.Step != link.StepMain {
		t.Errorf("an allowed one shows %s", view.Step)
	}
}

func TestLanguageOfTheBrowser(t *testing.T) {
	t.Parallel()
	settings := bowline.DefaultLinkSettings()
	settings.Locales = []string{"en-US", "fr-CA"}
	h := newHouse(t, bowline.Profile{Name: "Harbour Lending"}, settings)
	v := h.visitor()
	for header, want := range map[string]string{"": "en-US", "fr": "fr-CA", "de, fr;q=0.5, en;q=0.1": "fr-CA", "en;q=0.1, fr;q=0.9": "fr-CA"} {
		if view := v.page(http.StatusOK, "/link/company/"+string(h.company), "Accept-Language", header); view.Locale != want {
			t.Errorf("%q: %s, want %s", header, view.Locale, want)
		}
	}
}
