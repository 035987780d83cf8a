package oauth

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bowline/bowline/internal/catalog"
)

// TestTokenRequestsAsProvidersWantThem goes through the ways in which an entry
// may shape the exchange, and reads what was sent and what was kept.
func TestTokenRequestsAsProvidersWantThem(t *testing.T) {
	t.Parallel()
	const given = `{"access_token":"A","refresh_token":"R","expires_in":60}`
	for name, c := range map[string]struct {
		edit   func(*catalog.Integration)
		query  string // of the callback
		answer string
		sent   string // JSON or form
		basic  bool
		want   Grant
		reason Reason
	}{
		"post": {sent: "client_id=me&client_secret=hush-hush&code=c&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fours.example%2Fcallback"},
		"json": {
			edit: func(in *catalog.Integration) { in.OAuth.TokenFormat = catalog.FormatJSON },
			sent: `{"client_id":"me","client_secret":"hush-hush","code":"c","grant_type":"authorization_code","redirect_uri":"https://ours.example/callback"}`,
		},
		"secret only": {
			edit: func(in *catalog.Integration) { in.OAuth.ClientAuthentication = catalog.SecretOnly },
			sent: "client_secret=hush-hush&code=c&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fours.example%2Fcallback",
		},
		"basic": {
			edit:  func(in *catalog.Integration) { in.OAuth.ClientAuthentication = catalog.Basic },
			basic: true, sent: "code=c&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fours.example%2Fcallback",
		},
		"renamed code": {
			edit:  func(in *catalog.Integration) { in.OAuth.CodeParameter = "own_code" },
			query: "own_code=c&code=other",
			sent:  "client_id=me&client_secret=hush-hush&code=c&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fours.example%2Fcallback",
		},
		"parameters": {
			edit: func(in *catalog.Integration) {
				in.OAuth.TokenParams = map[string]string{"resource": "https://${input.host}/", "left": "${input.unset}"}
				in.OAuth.RefreshParams = map[string]string{"never": "here"}
			},
			sent: "client_id=me&client_secret=hush-hush&code=c&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fours.example%2Fcallback&resource=https%3A%2F%2Fa.example%2F",
		},
		"unix times": {
			edit: func(in *catalog.Integration) {
				in.OAuth.Expires = &catalog.Expiry{Field: "ends", Form: catalog.ExpiryUnix}
				in.OAuth.RefreshExpires = &catalog.Expiry{Field: "over", Form: catalog.ExpiryUnix}
			},
			answer: `{"access_token":"A","ends":1795348800,"over":"1795348900"}`,
			want:   Grant{AccessToken: "A", ExpiresAt: time.Unix(1795348800, 0).UTC(), RefreshExpiresAt: time.Unix(1795348900, 0).UTC()},
		},
		"iso time": {
			edit: func(in *catalog.Integration) {
				in.OAuth.Expires = &catalog.Expiry{Field: "expires_at", Form: catalog.ExpiryISO}
			},
			answer: `{"access_token":"A","expires_at":"2026-12-22T13:00:00+01:00","expires_in":1}`,
			want:   Grant{AccessToken: "A", ExpiresAt: noon.AddDate(0, 1, 0)},
		},
		"refresh seconds": {
			edit: func(in *catalog.Integration) {
				in.OAuth.RefreshExpires = &catalog.Expiry{Field: "refresh_token_expires_in", Form: catalog.ExpirySeconds}
			},
			answer: `{"access_token":"A","refresh_token":"R","expires_in":"60","refresh_token_expires_in":"120"}`,
			want:   Grant{AccessToken: "A", RefreshToken: "R", ExpiresAt: noon.Add(time.Minute), RefreshExpiresAt: noon.Add(2 * time.Minute)},
		},
		"nonsense times": {
			edit: func(in *catalog.Integration) {
				in.OAuth.Expires = &catalog.Expiry{Field: "e", Form: catalog.ExpiryUnix}
				in.OAuth.RefreshExpires = &catalog.Expiry{Field: "r", Form: catalog.ExpiryISO}
			},
			answer: `{"access_token":"A","e":99999999999999999,"r":"tomorrow"}`, want: Grant{AccessToken: "A"},
		},
		"kept": {
			edit: func(in *catalog.Integration) {
				in.Keep.Callback = []catalog.Kept{{Name: "realmId"}, {Name: "accounts-server", OneOf: []string{"https://eu.example"}, Optional: true}}
				in.Keep.Token = []catalog.Kept{{Name: "merchant_id"}, {Name: "n", Optional: true}}
				in.Keep.Claims = []catalog.Kept{{Name: "event"}}
			},
			query:  "code=c&realmId=77&accounts-server=https://evil.example",
			answer: `{"access_token":"` + unsignedJWT(`{"event":"e-1"}`) + `","merchant_id":"M","n":12345678901234567890}`,
			want: Grant{AccessToken: Secret(unsignedJWT(`{"event":"e-1"}`)), Values: catalog.Values{
				"callback.realmId": "77", "token.merchant_id": "M", "token.n": "12345678901234567890", "claim.event": "e-1"}},
		},
		"missing in the callback": {
			edit:   func(in *catalog.Integration) { in.Keep.Callback = []catalog.Kept{{Name: "realmId"}} },
			reason: Invalid, sent: "-",
		},
		"missing in the answer": {
			edit:   func(in *catalog.Integration) { in.Keep.Token = []catalog.Kept{{Name: "merchant_id"}} },
			reason: Invalid,
		},
		"error with status 200": {answer: `{"error":"invalid_code"}`, reason: Invalid},
		"error with status 200, told": {
			edit: func(in *catalog.Integration) {
				in.Failures.Rules = []catalog.Failure{{At: catalog.AtToken, Status: 200, Codes: []string{"Access Denied"}, Means: catalog.MeansLater}}
			},
			answer: `{"error":"Access Denied"}`, reason: Unavailable,
		},
		"plan": {
			edit: func(in *catalog.Integration) {
				in.Failures.Rules = []catalog.Failure{{At: catalog.AtToken, Status: 403, Means: catalog.MeansPlan}}
			},
			answer: `403 {}`, reason: Lapsed,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.answer == "" {
				c.answer, c.want = given, Grant{AccessToken: "A", RefreshToken: "R", ExpiresAt: noon.Add(time.Minute)}
			}
			o := newOddity(t, map[string]string{"POST /token": c.answer})
			in := o.entry()
			if c.edit != nil {
				c.edit(&in)
			}
			query, err := url.ParseQuery(c.query)
			if err != nil || c.query == "" {
				query = url.Values{"code": {"c"}}
			}
			values := catalog.Values{}
			if name == "parameters" {
				values["input.host"] = "a.example"
				c.want.Values = catalog.Values{"input.host": "a.example"}
			}
			got, err := o.exchange(t, in, query, values, noon)
			if ReasonOf(err) != c.reason {
				t.Fatalf("reason %q, want %q: %v", ReasonOf(err), c.reason, err)
			}
			if c.sent == "-" {
				if len(o.seen) != 0 {
					t.Errorf("sent %v", o.seen)
				}
				return
			}
			sent := o.last(t)
			if c.sent != "" && sent.body != c.sent || strings.HasPrefix(c.sent, "{") != (sent.media == "application/json") {
				t.Errorf("sent %s as %s", sent.body, sent.media)
			}
			if c.basic != strings.HasPrefix(sent.authorization, "Basic ") {
				t.Errorf("authorization %q", sent.authorization)
			}
			if c.reason != "" {
				return
			}
			c.want.TokenType, c.want.IssuedAt = "Bearer", noon
			if diff := cmp.Diff(fmt.Sprintf("%#v", c.want), fmt.Sprintf("%#v", got)); diff != "" || got.AccessToken != c.want.AccessToken || !cmp.Equal(c.want.Values, got.Values) {
				t.Errorf("%s %v", diff, got.Values)
			}
		})
	}
}

func unsignedJWT(claims string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2ln"
}

func TestPrivateKeyJWT(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{"rsa": rsaPEM(t), "ec": ecPEM(t)} {
		o := newOddity(t, map[string]string{"POST /token": `{"access_token":"A"}`})
		in := o.entry()
		in.OAuth.ClientAuthentication, in.OAuth.ClientSecret, in.OAuth.PrivateKey = catalog.PrivateKeyJWT, "", catalog.Secret(key)
		if _, err := o.exchange(t, in, url.Values{"code": {"c"}}, nil, noon); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		form, _ := url.ParseQuery(o.last(t).body)
		if form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" || form.Has("client_secret") {
			t.Errorf("%s: %v", name, form)
		}
		claims := verified(t, key, form.Get("client_assertion"))
		if claims["iss"] != "me" || claims["sub"] != "me" || claims["aud"] != o.URL+"/token" || claims["jti"] == "" || claims["exp"] != float64(noon.Add(2*time.Minute).Unix()) {
			t.Errorf("%s: claims %v", name, claims)
		}
	}
	o := newOddity(t, nil)
	for _, key := range []string{"", "hush-hush-private", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		in := o.entry()
		in.OAuth.ClientAuthentication, in.OAuth.PrivateKey = catalog.PrivateKeyJWT, catalog.Secret(key)
		_, err := o.exchange(t, in, url.Values{"code": {"c"}}, nil, noon)
		if ReasonOf(err) != Misconfigured || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %v", key, err)
		}
	}
}

func TestRefreshVarieties(t *testing.T) {
	t.Parallel()
	o := newOddity(t, map[string]string{"POST /refresh": `{"access_token":"B","refresh_token":"R2","expires_in":60}`, "POST /token": `{"access_token":"B"}`})
	in := o.entry()
	in.OAuth.Refresh = catalog.Refresh{URL: o.URL + "/refresh", ClientAuthentication: catalog.None}
	in.OAuth.RefreshParams = map[string]string{"of": "${callback.realmId}"}
	in.Keep.Token = []catalog.Kept{{Name: "merchant_id"}}
	g := Grant{RefreshToken: "R", Values: catalog.Values{"callback.realmId": "77", "token.merchant_id": "M"}, RefreshExpiresAt: noon}
	c := newClient(t, Options{Now: func() time.Time { return noon }})
	got, err := c.Refresh(t.Context(), in, g)
	if err != nil || got.RefreshToken != "R2" || !got.RefreshExpiresAt.IsZero() || got.Values["token.merchant_id"] != "M" {
		t.Errorf("%#v, %v", got, err)
	}
	if body := o.last(t).body; body != "client_id=me&grant_type=refresh_token&of=77&refresh_token=R" {
		t.Error(body)
	}
	in.OAuth.Refresh = catalog.Refresh{}
	if got, err = c.Refresh(t.Context(), in, g); err != nil || got.RefreshToken != "R" || got.RefreshExpiresAt != noon {
		t.Errorf("a refresh token that stays: %#v, %v", got, err)
	}
	in.OAuth.Refresh.Never = true
	if _, err = c.Refresh(t.Context(), in, g); err != ErrUnsupported {
		t.Errorf("never: %v", err)
	}
}

// A refresh before the window that a provider gives would be refused, and look
// as if the grant were over.
func TestRefreshIsNotAskedTooEarly(t *testing.T) {
	t.Parallel()
	o := newOddity(t, map[string]string{"POST /token": `{"access_token":"B"}`})
	in := o.entry()
	in.OAuth.Refresh.Window = 30
	for early, reason := range map[time.Duration]Reason{31 * time.Second: Unavailable, 30 * time.Second: "", 0: "", -time.Hour: ""} {
		g := Grant{RefreshToken: "R", ExpiresAt: noon.Add(early)}
		before := len(o.seen)
		_, err := newClient(t, Options{Now: func() time.Time { return noon }}).Refresh(t.Context(), in, g)
		if ReasonOf(err) != reason || reason != "" && len(o.seen) != before {
			t.Errorf("%s early: %v, asked %d times", early, err, len(o.seen)-before)
		}
	}
	if !RefreshFrom(in, Grant{}).IsZero() {
		t.Error("an access token without an end has a window")
	}
}

// A refusal to refresh can mean something that a refused code does not.
func TestRefreshIsAPlaceOfItsOwn(t *testing.T) {
	t.Parallel()
	o := newOddity(t, map[string]string{"POST /token": "401 {}"})
	in := o.entry()
	in.Failures.Rules = []catalog.Failure{{At: catalog.AtRefresh, Status: 401, Means: catalog.MeansRevoked}}
	c := newClient(t, Options{Now: func() time.Time { return noon }})
	if _, err := c.Refresh(t.Context(), in, Grant{RefreshToken: "R"}); ReasonOf(err) != Refused {
		t.Errorf("refresh: %v", err)
	}
	if _, err := o.exchange(t, in, url.Values{"code": {"C"}}, nil, noon); ReasonOf(err) != Misconfigured {
		t.Errorf("exchange: %v", err)
	}
}

func TestBooleansAreKept(t *testing.T) {
	t.Parallel()
	for answer, reason := range map[string]Reason{`true`: "", `"true"`: "", `false`: Invalid, `null`: Invalid} {
		o := newOddity(t, map[string]string{"POST /token": `{"access_token":"A","livemode":` + answer + `}`})
		in := o.entry()
		in.Keep.Token = []catalog.Kept{{Name: "livemode", OneOf: []string{"true"}}}
		if _, err := o.exchange(t, in, url.Values{"code": {"C"}}, nil, noon); ReasonOf(err) != reason {
			t.Errorf("livemode %s: %v", answer, err)
		}
	}
}

func TestSecondLoginGoesAlong(t *testing.T) {
	t.Parallel()
	o := newOddity(t, map[string]string{"GET /company": `403 {"Name":"AccessDenied"}`})
	in := o.entry()
	in.API.Logins = map[string]catalog.Login{"x-login": {Username: "${input.user}", Password: "${input.password}"}}
	in.Company = &catalog.Company{Call: catalog.Call{URL: o.URL + "/company"}, Name: "n"}
	in.Failures = catalog.Failures{Code: "Errors.0.Name", CodeOtherwise: "Name",
		Rules: []catalog.Failure{{At: catalog.AtAPI, Status: 403, Codes: []string{"AccessDenied"}, Means: catalog.MeansRole}}}
	c := newClient(t, Options{})
	for user, want := range map[string]string{"": "", "Administrator": "QWRtaW5pc3RyYXRvcjo="} {
		_, err := c.CompanyName(t.Context(), in, Grant{AccessToken: "A", Values: catalog.Values{"input.user": user}}, Tenant{})
		if ReasonOf(err) != Role {
			t.Error(err)
		}
		if got := o.last(t).header.Get("X-Login"); got != want {
			t.Errorf("login of %q: %q", user, got)
		}
	}
}

// A new refresh token counts even when the answer lacks what the entry has come
// to keep since the grant was given: the former one is void by then.
func TestRefreshKeepsTheNewTokenWhateverIsMissing(t *testing.T) {
	t.Parallel()
	o := newOddity(t, map[string]string{"POST /token": `{"access_token":"B","refresh_token":"R2"}`})
	in := o.entry()
	in.Keep = catalog.Keep{Token: []catalog.Kept{{Name: "api_domain"}}, Claims: []catalog.Kept{{Name: "event"}}}
	got, err := newClient(t, Options{}).Refresh(t.Context(), in, Grant{RefreshToken: "R", Values: catalog.Values{"callback.realmId": "77"}})
	if err != nil || got.RefreshToken != "R2" || got.Values["callback.realmId"] != "77" {
		t.Errorf("%#v, %v", got, err)
	}
}

func TestRefreshParamsComeOnTop(t *testing.T) {
	t.Parallel()
	o := newOddity(t, map[string]string{"POST /token": `{"access_token":"B"}`})
	in := o.entry()
	in.OAuth.TokenParams = map[string]string{"audience": "exchange", "version": "1"}
	in.OAuth.RefreshParams = map[string]string{"audience": "refresh"}
	if _, err := newClient(t, Options{}).Refresh(t.Context(), in, Grant{RefreshToken: "R"}); err != nil {
		t.Fatal(err)
	}
	if form, _ := url.ParseQuery(o.last(t).body); form.Get("audience") != "refresh" || form.Get("version") != "1" {
		t.Errorf("sent %v", form)
	}
}
