package portal_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/peer"
	"github.com/bowline/bowline/internal/portal"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

const phrase = "thunder mystic island 7"

// desk is a Portal with one instance, and an API that says who calls it.
type desk struct {
	t        *testing.T
	store    *store.Store
	staff    *auth.Staff
	mux      *http.ServeMux
	public   string
	instance bowline.ID
}

func newDesk(t *testing.T, public string) *desk {
	t.Helper()
	d := &desk{t: t, store: storetest.Open(t, store.SQLite), mux: http.NewServeMux(), public: public}
	d.instance = storetest.NewInstance(t, d.store)
	storetest.Write(t, d.store, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutProfile(ctx, d.instance, bowline.Profile{Name: "Acme"})
	})
	links := bowline.NewLinks(public)
	d.staff = auth.NewStaff(auth.StaffOptions{
		Store: d.store, Sealer: storetest.NewSealer(t), Links: links, Key: []byte("k"), HTTP: http.DefaultClient, Cost: auth.Cost{Memory: 64, Passes: 1, Lanes: 1},
	})
	who := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := auth.From(r.Context())
		fmt.Fprintf(w, "%s %s %s %s", r.URL.Path, c.Instance, c.Role, c.Name)
	})
	(&portal.Handler{Links: links, Staff: d.staff, API: who, Logger: slog.New(slog.DiscardHandler)}).Mount(d.mux)
	return d
}

// visitor is a browser: it keeps cookies, and says where its requests come from.
type visitor struct {
	*desk
	cookies map[string]*http.Cookie
	site    string // Sec-Fetch-Site
}

func (d *desk) visitor() *visitor {
	return &visitor{d, map[string]*http.Cookie{}, "same-origin"}
}

func (v *visitor) send(method, path, body string, header ...string) *httptest.ResponseRecorder {
	v.t.Helper()
	r := httptest.NewRequestWithContext(v.t.Context(), method, v.public+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Sec-Fetch-Site", v.site)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	for _, c := range v.cookies {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	w := httptest.NewRecorder()
	v.mux.ServeHTTP(w, r)
	result := w.Result()
	defer func() { _ = result.Body.Close() }()
	for _, c := range result.Cookies() {
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		} else {
			v.cookies[c.Name] = c
		}
	}
	return w
}

func (v *visitor) want(status int, method, path, body string, parts ...string) string {
	v.t.Helper()
	w := v.send(method, path, body)
	if w.Code != status {
		v.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	for _, part := range parts {
		if !strings.Contains(w.Body.String(), part) {
			v.t.Errorf("%s %s: no %s in %s", method, path, part, w.Body)
		}
	}
	return w.Body.String()
}

// founded is a desk whose first administrator is signed in.
func founded(t *testing.T, public string) (*desk, *visitor) {
	t.Helper()
	d := newDesk(t, public)
	link, err := d.staff.SetUpLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v := d.visitor()
	_, token, _ := strings.Cut(link, "#")
	v.want(200, "POST", "/portal/setup", `{"token":"`+token+`","name":"Ada","email":"ada@example.com","password":"`+phrase+`"}`, `"role":"administrator"`)
	return d, v
}

// TestInstancesAreNamed: nothing is done in an instance that nobody named where
// there are several.
func TestInstancesAreNamed(t *testing.T) {
	t.Parallel()
	d, v := founded(t, "https://bowline.example")
	if w := v.send("GET", "/portal/api/x", ""); w.Code != 200 || !strings.Contains(w.Body.String(), string(d.instance)) {
		t.Errorf("with one instance: %d %s", w.Code, w.Body)
	}
	session, err := d.staff.Session(t.Context(), v.cookies["__Host-bowline_portal"].Value)
	if err != nil {
		t.Fatal(err)
	}
	caller, err := session.Caller("")
	if err != nil {
		t.Fatal(err)
	}
	other, err := d.staff.CreateInstance(t.Context(), caller, "Second", bowline.TestInstance)
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"GET", "POST", "DELETE"} {
		if w := v.send(method, "/portal/api/x", "{}"); w.Code != 400 || !strings.Contains(w.Body.String(), "Bowline-Instance") {
			t.Errorf("%s without a name: %d %s", method, w.Code, w.Body)
		}
	}
	for _, id := range []bowline.ID{d.instance, other.ID} {
		if w := v.send("GET", "/portal/api/x", "", "Bowline-Instance", string(id)); w.Code != 200 || !strings.Contains(w.Body.String(), string(id)) {
			t.Errorf("%s: %d %s", id, w.Code, w.Body)
		}
	}
}

// TestPasswordsInClear are refused where a proxy says that they came so, and its
// address is that of whoever called it.
func TestPasswordsInClear(t *testing.T) {
	t.Parallel()
	d, _ := founded(t, "https://bowline.example")
	proxied := peer.Proxies{netip.MustParsePrefix("10.0.0.0/8")}.Handler(d.mux)
	sign := func(email, remote, from, proto string) int {
		r := httptest.NewRequestWithContext(t.Context(), "POST", d.public+"/portal/session", strings.NewReader(`{"email":"`+email+`","password":"wrong"}`))
		r.RemoteAddr = remote
		for name, value := range map[string]string{
			"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", "X-Forwarded-For": from, "X-Forwarded-Proto": proto,
		} {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		proxied.ServeHTTP(w, r)
		return w.Code
	}
	for name, row := range map[string]struct {
		remote, proto string
		want          int
	}{
		"in clear": {"10.0.0.1:1", "http", 403}, "encrypted": {"10.0.0.1:1", "https", 401}, "nobody says": {"10.0.0.1:1", "", 401},
		"a stranger says so": {"198.51.100.1:1", "http", 401},
	} {
		if got := sign("ada@example.com", row.remote, "192.0.2.1", row.proto); got != row.want {
			t.Errorf("%s: %d", name, got)
		}
	}
	for i := range 101 { // one stranger, whatever they write before their address
		got := sign(fmt.Sprintf("user%d@example.com", i), "10.0.0.1:1", fmt.Sprintf("203.0.113.%d, 192.0.2.66", i), "https")
		if (got == 429) != (i == 100) {
			t.Errorf("try %d: %d", i, got)
		}
	}
	if got := sign("eve@example.com", "10.0.0.1:1", "192.0.2.67", "https"); got != 401 {
		t.Errorf("another caller through the same proxy: %d", got)
	}
}

func TestTheFirstAdministratorComesIn(t *testing.T) {
	t.Parallel()
	for public, prefix := range map[string]string{"https://bowline.example": "__Host-", "http://127.0.0.1:8080": ""} {
		d := newDesk(t, public)
		v := d.visitor()
		v.want(401, "GET", "/portal/session", "", `"setUp":true`, `"signIn":{"password":true,"sso":null,"message":""}`, `"statusCode":401`)
		v.want(410, "POST", "/portal/setup", `{"token":"x","name":"Ada","email":"ada@example.com","password":"`+phrase+`"}`)
		d, v = founded(t, public)
		for name, life := range map[string]time.Duration{"bowline_portal": bowline.SessionLife, "bowline_device": 180 * 24 * time.Hour} {
			c := v.cookies[prefix+name]
			if c == nil || !c.HttpOnly || c.Secure != (prefix != "") || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != int(life.Seconds()) {
				t.Errorf("%s: %+v", name, c)
			}
		}
		body := v.want(200, "GET", "/portal/session", "", `"email":"ada@example.com"`, `"actions":["self","companies.edit"`, `"kind":"live"`, `"setUp":false`, `"locale":""`)
		if strings.Contains(body, "argon2") || strings.Contains(body, v.cookies[prefix+"bowline_portal"].Value) {
			t.Errorf("a secret in %s", body)
		}
		if got := v.want(200, "GET", "/portal/api/companies/x", ""); got != "/companies/x "+string(d.instance)+" administrator Ada" {
			t.Errorf("the API sees %s", got)
		}
		token := v.cookies[prefix+"bowline_portal"].Value
		v.want(204, "DELETE", "/portal/session", "")
		v.want(401, "GET", "/portal/api/companies", "")
		v.cookies["again"] = &http.Cookie{Name: prefix + "bowline_portal", Value: token}
		v.want(401, "GET", "/portal/api/companies", "")
	}
}

// TestOnlyOurOwnPagesAct: a request that changes something counts only when it
// comes from a page of ours.
func TestOnlyOurOwnPagesAct(t *testing.T) {
	t.Parallel()
	d, v := founded(t, "https://bowline.example")
	for _, site := range []string{"cross-site", "same-site", "none"} {
		v.site = site
		for _, try := range [][2]string{
			{"POST", "/portal/session"}, {"DELETE", "/portal/session"}, {"POST", "/portal/setup"}, {"POST", "/portal/invitation/accept"},
			{"POST", "/portal/password-reset"}, {"POST", "/portal/api/companies"}, {"DELETE", "/portal/api/companies/x"}, {"PATCH", "/portal/api/me"},
		} {
			if w := v.send(try[0], try[1], `{}`); site != "none" && w.Code != 403 {
				t.Errorf("%s %s from %s: %d", try[0], try[1], site, w.Code)
			}
		}
		v = d.visitor()
	}
	d, v = founded(t, "https://bowline.example")
	v.site = ""
	if w := v.send("POST", "/portal/api/companies", `{}`, "Origin", "https://evil.example"); w.Code != 403 {
		t.Errorf("another origin: %d", w.Code)
	}
	if w := v.send("POST", "/portal/api/companies", `{}`, "Origin", d.public); w.Code != 200 {
		t.Errorf("our origin: %d", w.Code)
	}
}

func TestTheSessionIsTheOnlyWayIn(t *testing.T) {
	t.Parallel()
	d, v := founded(t, "https://bowline.example")
	stranger := d.visitor()
	for name, header := range map[string][2]string{
		"nothing": {"X", "y"}, "a key": {"Authorization", "Basic YTpi"}, "a cookie without its prefix": {"Cookie", "bowline_portal=" + v.cookies["__Host-bowline_portal"].Value},
		"a long cookie": {"Cookie", "__Host-bowline_portal=" + strings.Repeat("x", 4000)},
	} {
		if w := stranger.send("GET", "/portal/api/companies", "", header[0], header[1]); w.Code != 401 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	other := storetest.NewInstance(t, d.store)
	for name, row := range map[string]struct {
		id   string
		want int
	}{"own": {string(d.instance), 200}, "upper case": {strings.ToUpper(string(d.instance)), 200}, "another": {string(other), 404}, "none": {"x", 400}} {
		if w := v.send("GET", "/portal/api/companies", "", portal.InstanceHeader, row.id); w.Code != row.want {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestWrongPasswordsAreSlowedDown(t *testing.T) {
	t.Parallel()
	d, _ := founded(t, "https://bowline.example")
	v := d.visitor()
	for range 10 {
		v.want(401, "POST", "/portal/session", `{"email":"ada@example.com","password":"wrong"}`, "The e-mail address or the password is not right.")
	}
	w := v.send("POST", "/portal/session", `{"email":"ada@example.com","password":"`+phrase+`"}`)
	if w.Code != 429 || w.Header().Get("Retry-After") == "" || w.Header().Get("Retry-After") == "0" {
		t.Errorf("%d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	v.want(400, "POST", "/portal/session", `{"email":"ada@example.com","password":"x","more":1}`)
	v.want(400, "POST", "/portal/session", `[`)
}

func TestColleaguesComeInByLinks(t *testing.T) {
	t.Parallel()
	d, v := founded(t, "https://bowline.example")
	var me struct{ User struct{ ID bowline.ID } }
	if err := json.Unmarshal([]byte(v.want(200, "GET", "/portal/session", "")), &me); err != nil {
		t.Fatal(err)
	}
	admin := auth.Caller{Instance: d.instance, User: me.User.ID, Role: bowline.RoleAdministrator}
	user, link, err := d.staff.Invite(t.Context(), admin, "Bob", "bob@example.com", bowline.RoleAdvisor)
	if err != nil || link == nil {
		t.Fatal(err)
	}
	_, token, _ := strings.Cut(link.URL, "#")
	bob := d.visitor()
	bob.want(200, "POST", "/portal/invitation", `{"token":"`+token+`"}`, `{"email":"bob@example.com","name":"Bob","instance":"Acme","role":"advisor"}`)
	bob.want(400, "POST", "/portal/invitation/accept", `{"token":"`+token+`","name":"Bob","password":"short"}`)
	bob.want(200, "POST", "/portal/invitation/accept", `{"token":"`+token+`","name":"Bob B","password":"`+phrase+`"}`, `"name":"Bob B"`, `"role":"advisor"`)
	bob.want(410, "POST", "/portal/invitation", `{"token":"`+token+`"}`)
	reset, err := d.staff.ResetLink(t.Context(), admin, user.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, token, _ = strings.Cut(reset.URL, "#")
	elsewhere := d.visitor()
	elsewhere.want(200, "POST", "/portal/password-reset", `{"token":"`+token+`","password":"velvet harbour lantern"}`, `"name":"Bob B"`)
	bob.want(401, "GET", "/portal/session", "", `"setUp":false`)
	bob.want(200, "POST", "/portal/session", `{"email":"Bob@example.com","password":"velvet harbour lantern"}`)
}

func TestTheShell(t *testing.T) {
	t.Parallel()
	v := newDesk(t, "https://bowline.example").visitor()
	for _, path := range []string{"/portal/", "/portal/companies/x/connections", "/portal/setup", "/portal/sign-in?sso=failed"} {
		w := v.send("GET", path, "")
		policy := w.Header().Get("Content-Security-Policy")
		if w.Code != 200 || !strings.Contains(w.Body.String(), `<div id="portal">`) || !strings.Contains(policy, "trusted-types 'none'") || strings.Contains(policy, "unsafe") ||
			w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
	v.want(405, "POST", "/portal/companies", "{}")
	for path, to := range map[string]string{"/portal/sso/start": "off", "/portal/sso/callback?code=a&state=b": "stale"} {
		if w := v.send("GET", path, ""); w.Code != 303 || w.Header().Get("Location") != "/portal/sign-in?sso="+to {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Location"))
		}
	}
}
