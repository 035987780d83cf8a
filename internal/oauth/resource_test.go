package oauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bowline/bowline/internal/catalog"
)

func TestTenants(t *testing.T) {
	t.Parallel()
	many := make([]string, 5200)
	for i := range many {
		many[i] = fmt.Sprintf(`{"id":%d}`, i)
	}
	for name, c := range map[string]struct {
		body string
		want []Tenant
	}{
		"plain":       {`{"data":{"items":[{"id":"1","info":{"name":"Café"}},{"id":"2","info":{"name":"Bar"}}]}}`, []Tenant{{ID: "1", Name: "Café"}, {ID: "2", Name: "Bar"}}},
		"none":        {`{"data":{"items":[]}}`, []Tenant{}},
		"number":      {`{"data":{"items":[{"id":12345678901234567890,"info":{"name":7}}]}}`, []Tenant{{ID: "12345678901234567890", Name: "7"}}},
		"no name":     {`{"data":{"items":[{"id":"a"},{"id":"b","info":{"name":" \u0000 "}},{"id":"c","info":[]}]}}`, []Tenant{{ID: "a", Name: "a"}, {ID: "b", Name: "b"}, {ID: "c", Name: "c"}}},
		"twice":       {`{"data":{"items":[{"id":"a","info":{"name":"1"}},{"id":"a","info":{"name":"2"}}]}}`, []Tenant{{ID: "a", Name: "1"}}},
		"unusable":    {`{"data":{"items":[{"id":null},{},7,"x",{"id":""},{"id":".."},{"id":"a\nb"},{"id":" a"},{"id":{}},{"id":"ok"}]}}`, []Tenant{{ID: "ok", Name: "ok"}}},
		"dirty name":  {`{"data":{"items":[{"id":"a","info":{"name":"\u202eA\u0007\r\n  b\u200b<i>"}}]}}`, []Tenant{{ID: "a", Name: "A b<i>"}}},
		"long name":   {`{"data":{"items":[{"id":"a","info":{"name":"` + strings.Repeat("ü", 999) + `"}}]}}`, []Tenant{{ID: "a", Name: strings.Repeat("ü", 200)}}},
		"long id":     {`{"data":{"items":[{"id":"` + strings.Repeat("a", 201) + `"}]}}`, []Tenant{}},
		"only one":    {`{"data":{"items":{"id":"a"}}}`, []Tenant{{ID: "a", Name: "a"}}},
		"not a list":  {`{"data":{"items":{"fault":"a"}}}`, nil},
		"elsewhere":   {`{"items":[]}`, nil},
		"not json":    {`<html>`, nil},
		"cut":         {`{"data":{"items":[{"id":"a"}`, nil},
		"two":         {`{"data":{"items":[]}} {}`, nil},
		"over 5000":   {`{"data":{"items":[` + strings.Join(many, ",") + `]}}`, nil},
		"beyond size": {`{"data":{"items":[` + strings.Repeat(" ", 2<<20) + `]}}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			p.script("/api/tenants", jsonReply(200, c.body))
			got, err := newClient(t, Options{}).Tenants(t.Context(), p.integration(), Grant{AccessToken: "access-one"})
			switch {
			case name == "over 5000":
				if len(got) != 5000 || got[4999].ID != "4999" || err != nil {
					t.Errorf("%d tenants, %v", len(got), err)
				}
			case c.want == nil:
				want(t, err, Invalid, "")
			case err != nil:
				t.Error(err)
			default:
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Error(diff)
				}
			}
			if _, _, header := p.seen("/api/tenants"); header.Get("Authorization") != "Bearer access-one" {
				t.Errorf("authorization %q", header.Get("Authorization"))
			}
		})
	}
}

func TestDocumentThatIsTheList(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	p.script("/api/tenants", jsonReply(200, `[{"a":["x","y"]}]`))
	in := p.integration()
	in.Tenants = &catalog.Tenants{Call: catalog.Call{URL: p.URL + "/api/tenants"}, ID: "a.1"}
	got, err := newClient(t, Options{}).Tenants(t.Context(), in, Grant{AccessToken: "access-one"})
	if diff := cmp.Diff([]Tenant{{ID: "y", Name: "y"}}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	in.Tenants = nil
	if got, err := newClient(t, Options{}).Tenants(t.Context(), in, Grant{}); got != nil || err != nil {
		t.Error(got, err)
	}
}

func TestResourceFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reply  reply
		reason Reason
		code   string
	}{
		"revoked":   {jsonReply(401, `{"error":"invalid_token","error_description":"access-one is over"}`), Refused, "invalid_token"},
		"bare 401":  {reply{status: 401}, Refused, ""},
		"forbidden": {reply{status: 403, media: "text/html", body: "<h1>access-one</h1>"}, Refused, ""},
		"missing":   {reply{status: 404}, Misconfigured, ""},
		"down":      {reply{status: 502}, Unavailable, ""},
		"busy":      {reply{status: 429}, Unavailable, ""},
		"redirect":  {reply{status: 302, header: map[string][]string{"Location": {"https://evil.example"}}}, Invalid, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			for _, path := range []string{"/api/tenants", "/api/company/a", "/userinfo"} {
				p.script(path, c.reply)
			}
			client, in, g := newClient(t, Options{}), p.integration(), Grant{AccessToken: "access-one"}
			_, err := client.Tenants(t.Context(), in, g)
			want(t, err, c.reason, c.code)
			_, err = client.CompanyName(t.Context(), in, g, Tenant{ID: "a"})
			want(t, err, c.reason, c.code)
			_, err = client.Userinfo(t.Context(), in, g)
			want(t, err, c.reason, c.code)
		})
	}
}

func TestCompanyName(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	c, in, g := newClient(t, Options{}), p.integration(), Grant{AccessToken: "access-one"}
	p.script("/api/company/a/b?c&d=é", jsonReply(200, `{"company":[{"name":" Café\tRobin "}]}`))
	got, err := c.CompanyName(t.Context(), in, g, Tenant{ID: "a/b?c&d=é"})
	if got != "Café Robin" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, form, _ := p.seen("/api/company/a/b?c&d=é"); form.Get("of") != "a/b?c&d=é" || len(form) != 1 {
		t.Errorf("query %v", form)
	}
	p.script("/api/company/none", jsonReply(200, `{"company":[]}`))
	if got, err := c.CompanyName(t.Context(), in, g, Tenant{ID: "none"}); got != "" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for _, id := range []string{"", ".", "..", "a\r\nb"} {
		_, err := c.CompanyName(t.Context(), in, g, Tenant{ID: id})
		want(t, err, Invalid, "")
	}
	in.Company = nil
	if got, err := c.CompanyName(t.Context(), in, g, Tenant{ID: ""}); got != "" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestUserinfo(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	c, in := newClient(t, Options{}), p.integration()
	p.script("/userinfo", jsonReply(200, `{"sub":"person","givenName":"Robin","email_verified":true,"updated_at":1700000000,"address":{"locality":"Leith"}}`))
	wanted := map[string]any{
		"sub": "person", "given_name": "Robin", "email_verified": true, "updated_at": json.Number("1700000000"), "address": map[string]any{"locality": "Leith"},
	}
	for _, known := range []map[string]any{nil, {"sub": "person"}} {
		got, err := c.Userinfo(t.Context(), in, Grant{AccessToken: "access-one", Claims: known})
		if diff := cmp.Diff(wanted, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
	_, err := c.Userinfo(t.Context(), in, Grant{AccessToken: "access-one", Claims: map[string]any{"sub": "other"}})
	want(t, err, Invalid, "")
	p.script("/userinfo", jsonReply(200, `["person"]`))
	_, err = c.Userinfo(t.Context(), in, Grant{AccessToken: "access-one"})
	want(t, err, Invalid, "")

	without := newProvider(t)
	without.discover["userinfo_endpoint"] = nil
	if _, err := c.Userinfo(t.Context(), without.integration(), Grant{}); !errors.Is(err, ErrUnsupported) {
		t.Error(err)
	}
}

// A subject that is no text is nobody's, and comparing two of them must not
// panic.
func TestUserinfoOfNobody(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	c, in := newClient(t, Options{}), p.integration()
	p.script("/userinfo", jsonReply(200, `{"sub":{"id":1}}`))
	_, err := c.Userinfo(t.Context(), in, Grant{AccessToken: "access-one", Claims: map[string]any{"sub": map[string]any{"id": json.Number("1")}}})
	want(t, err, Invalid, "")
}

// What a file says about the form of answers is not overruled.
func TestHeadersOfTheEntryAreSent(t *testing.T) {
	t.Parallel()
	o := newOddity(t, map[string]string{"GET /company": `{"n":"Acme"}`})
	in := o.entry()
	in.Company = &catalog.Company{Call: catalog.Call{URL: o.URL + "/company"}, Name: "n"}
	c := newClient(t, Options{})
	for accept, headers := range map[string]map[string]catalog.Secret{"application/json": nil, "application/vnd.acme+json": {"Accept": "application/vnd.acme+json"}} {
		in.API.Headers = headers
		if _, err := c.CompanyName(t.Context(), in, Grant{AccessToken: "A"}, Tenant{}); err != nil {
			t.Fatal(err)
		}
		if got := o.last(t).header; got.Get("Accept") != accept || got.Get("User-Agent") != "Bowline" {
			t.Errorf("sent Accept %q and User-Agent %q", got.Get("Accept"), got.Get("User-Agent"))
		}
	}
}

// Whatever parameter carries a secret, an error does not repeat it: its detail
// is stored and shown as it is.
func TestErrorsHideParametersOfTheEntry(t *testing.T) {
	t.Parallel()
	o := newOddity(t, map[string]string{"POST /company": `400 {"error":"bad","error_description":"no such key: very-secret-access"}`})
	in := o.entry()
	in.Company = &catalog.Company{Name: "n", Call: catalog.Call{
		Method: "POST", URL: o.URL + "/company", Authentication: catalog.None, Params: map[string]catalog.Secret{"key": "${grant.accessToken}"},
	}}
	_, err := newClient(t, Options{}).CompanyName(t.Context(), in, Grant{AccessToken: "very-secret-access"}, Tenant{})
	var e *Error
	if !errors.As(err, &e) || e.Detail != "no such key: [removed]" {
		t.Errorf("%v: %+v", err, e)
	}
}
