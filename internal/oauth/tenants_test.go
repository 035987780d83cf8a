package oauth

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bowline/bowline/internal/catalog"
)

func TestTenantVarieties(t *testing.T) {
	t.Parallel()
	g := Grant{AccessToken: "AAAAAA", Values: catalog.Values{"claim.event": "e 1", "callback.realmId": "77", "callback.name": "Café\tRobin"}}
	for name, c := range map[string]struct {
		edit   func(in *catalog.Integration, base string)
		answer map[string]string
		want   []Tenant
		asked  []string
		reason Reason
	}{
		"told": {
			edit: func(in *catalog.Integration, _ string) {
				in.Tenant = &catalog.Tenant{ID: "${callback.realmId}", Name: "${callback.name}"}
			},
			want: []Tenant{{ID: "77", Name: "Café Robin"}},
		},
		"not told": {
			edit:   func(in *catalog.Integration, _ string) { in.Tenant = &catalog.Tenant{ID: "${callback.other}"} },
			reason: Invalid,
		},
		"filtered": {
			edit: func(in *catalog.Integration, base string) {
				in.Tenants = &catalog.Tenants{Call: catalog.Call{URL: base + "/list?event=${claim.event}"}, ID: "id", Where: map[string]string{"type": "ORG"}, Keep: map[string]string{"link": "l"}}
			},
			answer: map[string]string{"GET /list?event=e+1": `[{"id":"a","type":"ORG","l":"x"},{"id":"b","type":"PRACTICE"}]`},
			want:   []Tenant{{ID: "a", Name: "a", Values: map[string]string{"link": "x"}}}, asked: []string{"GET /list?event=e+1"},
		},
		"otherwise, because nothing is left": {
			edit: func(in *catalog.Integration, base string) {
				in.Tenants = &catalog.Tenants{Call: catalog.Call{URL: base + "/list?event=${claim.event}"}, ID: "id", Otherwise: base + "/list"}
			},
			answer: map[string]string{"GET /list?event=e+1": `[]`, "GET /list": `[{"id":"z"}]`},
			want:   []Tenant{{ID: "z", Name: "z"}}, asked: []string{"GET /list?event=e+1", "GET /list"},
		},
		"otherwise, because nothing narrows": {
			edit: func(in *catalog.Integration, base string) {
				in.Tenants = &catalog.Tenants{Call: catalog.Call{URL: base + "/list?event=${claim.unset}"}, ID: "id", Otherwise: base + "/list"}
			},
			answer: map[string]string{"GET /list": `[{"id":"z"}]`}, want: []Tenant{{ID: "z", Name: "z"}}, asked: []string{"GET /list"},
		},
		"two calls": {
			edit: func(in *catalog.Integration, base string) {
				in.Tenants = &catalog.Tenants{
					Each: &catalog.Each{Call: catalog.Call{URL: base + "/places"}, Items: "value", Keep: map[string]string{"place": "name"}},
					Call: catalog.Call{URL: base + "/${each.place}/companies"}, Items: "value", ID: "id", Name: "n"}
			},
			answer: map[string]string{"GET /places": `{"value":[{"name":"P 1"},{"other":1},{"name":"P2"}]}`,
				"GET /P%201/companies": `{"value":[{"id":1,"n":"One"}]}`, "GET /P2/companies": `{"value":[{"id":2},{"id":1}]}`},
			want:  []Tenant{{ID: "1", Name: "One", Values: map[string]string{"place": "P 1"}}, {ID: "2", Name: "2", Values: map[string]string{"place": "P2"}}},
			asked: []string{"GET /places", "GET /P%201/companies", "GET /P2/companies"},
		},
		"the only item": {
			edit: func(in *catalog.Integration, base string) {
				in.Tenants = &catalog.Tenants{Call: catalog.Call{URL: base + "/self"}, ID: "org"}
			},
			answer: map[string]string{"GET /self": `{"org":"o1"}`}, want: []Tenant{{ID: "o1", Name: "o1"}}, asked: []string{"GET /self"},
		},
		"an object that is no item": {
			edit: func(in *catalog.Integration, base string) {
				in.Tenants = &catalog.Tenants{Call: catalog.Call{URL: base + "/self"}, ID: "org"}
			},
			answer: map[string]string{"GET /self": `{"fault":"x"}`}, asked: []string{"GET /self"}, reason: Invalid,
		},
		"unique within something, with names beside": {
			edit: func(in *catalog.Integration, base string) {
				in.Tenants = &catalog.Tenants{Call: catalog.Call{URL: base + "/list"}, ID: "id", Name: "n", NameOtherwise: "other",
					Within: "${callback.realmId}", Beside: "${tenant.place}", Keep: map[string]string{"place": "p"}, Where: map[string]string{"open": "true"}}
			},
			answer: map[string]string{"GET /list": `[{"id":1,"n":"Shop","p":"UK","open":true},{"id":2,"other":"Bar","open":true},{"id":3,"open":false}]`},
			want:   []Tenant{{ID: "77/1", Name: "Shop (UK)", Values: map[string]string{"place": "UK"}}, {ID: "77/2", Name: "Bar"}}, asked: []string{"GET /list"},
		},
		"within what is not known": {
			edit: func(in *catalog.Integration, base string) {
				in.Tenants = &catalog.Tenants{Call: catalog.Call{URL: base + "/list"}, ID: "id", Within: "${callback.unset}"}
			},
			answer: map[string]string{"GET /list": `[{"id":1}]`}, want: []Tenant{}, asked: []string{"GET /list"},
		},
		"a question in JSON": {
			edit: func(in *catalog.Integration, base string) {
				in.API.Authorization = "Own ${grant.accessToken}"
				in.API.Headers = map[string]catalog.Secret{"X-Key": "k", "X-Tenant": "${tenant.id}"}
				in.Tenants = &catalog.Tenants{Call: catalog.Call{Method: "POST", URL: base + "/graphql", Format: catalog.FormatJSON, Params: params("query", "{ businesses { id } }")}, Items: "data", ID: "id"}
			},
			answer: map[string]string{"POST /graphql": `{"data":[{"id":"a"}]}`}, want: []Tenant{{ID: "a", Name: "a"}}, asked: []string{"POST /graphql"},
		},
		"throttled as forbidden": {
			edit: func(in *catalog.Integration, base string) {
				in.Tenants = &catalog.Tenants{Call: catalog.Call{URL: base + "/list"}, ID: "id"}
				in.Failures = catalog.Failures{Code: "Errors.0.Name", Rules: []catalog.Failure{{At: catalog.AtAPI, Status: 403, Codes: []string{"RateLimitError"}, Means: catalog.MeansLater}, {At: catalog.AtAPI, Status: 403, Means: catalog.MeansRole}}}
			},
			answer: map[string]string{"GET /list": `403 {"Errors":[{"Name":"RateLimitError"}]}`}, reason: Unavailable,
		},
		"forbidden": {
			edit: func(in *catalog.Integration, base string) {
				in.Tenants = &catalog.Tenants{Call: catalog.Call{URL: base + "/list"}, ID: "id"}
				in.Failures = catalog.Failures{Code: "Errors.0.Name", Rules: []catalog.Failure{{At: catalog.AtAPI, Status: 403, Means: catalog.MeansRole}}}
			},
			answer: map[string]string{"GET /list": `403 {"Errors":[{"Name":"AccessDenied"}]}`}, reason: Role,
		},
		"wrong with status 200": {
			edit: func(in *catalog.Integration, base string) {
				in.Tenants = &catalog.Tenants{Call: catalog.Call{URL: base + "/list"}, Items: "items", ID: "id"}
				in.Failures = catalog.Failures{Code: "code", Rules: []catalog.Failure{{At: catalog.AtAPI, Codes: []string{"57"}, Means: catalog.MeansRevoked}}}
			},
			answer: map[string]string{"GET /list": `{"code":57,"items":[]}`}, reason: Refused,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOddity(t, c.answer)
			in := o.entry()
			c.edit(&in, o.URL)
			got, err := newClient(t, Options{}).Tenants(t.Context(), in, g)
			if ReasonOf(err) != c.reason {
				t.Fatalf("%v, want %q", err, c.reason)
			}
			if diff := cmp.Diff(c.want, got); c.reason == "" && diff != "" {
				t.Error(diff)
			}
			var what []string
			for _, a := range o.seen {
				what = append(what, a.what)
			}
			if c.reason == "" && !slices.Equal(what, c.asked) {
				t.Errorf("asked %v", what)
			}
			if name == "a question in JSON" {
				sent := o.last(t)
				if sent.authorization != "Own AAAAAA" || sent.header.Get("X-Key") != "k" || sent.header.Values("X-Tenant") != nil || sent.body != `{"query":"{ businesses { id } }"}` {
					t.Errorf("%+v", sent)
				}
			}
		})
	}
}
