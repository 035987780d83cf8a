package api_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestCompanyLists asks one set of companies many questions; the names of the
// companies found, in order, are the answer.
func TestCompanyLists(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		h.company(`{"name":"alpha","tags":{"region":"emea","tier":"Free"}}`)
		h.clock.advance(time.Second)
		b := h.company(`{"name":"Bravo","description":"50% off_season","tags":{"region":"apac"}}`)
		h.clock.advance(time.Second)
		c := h.company(`{"name":"charlie"}`)
		h.linked(b, "mqjo")
		h.connection(b, "aiwb")
		h.connection(c, "mqjo")
		h.must(200, "PATCH", "/companies/"+b+"/connections/"+h.linked(b, "qhnd"), `{"status":"Unlinked"}`)

		for _, test := range []struct{ query, want string }{
			{"", "alpha Bravo charlie"},
			{"query=name=ALPHA", "alpha"},
			{"query=name!=alpha", "Bravo charlie"},
			{"query=name~A", "alpha Bravo charlie"},
			{"query=name~LPH || name~rav", "alpha Bravo"},
			{"query={name=alpha||name=bravo}&&description~OFF", "Bravo"},
			{"query=name=alpha||name=bravo&&description~nothing", "alpha"},
			{"query=description~50%25 o", "Bravo"},
			{"query=description~_", "Bravo"},
			{"query=id=" + b, "Bravo"},
			{"query=id=" + strings.ToUpper(b), "Bravo"},
			{"QUERY=NAME=alpha", "alpha"},
			{"query=dataConnections.status=linked", "Bravo"},
			{"query=dataConnections.status!=Linked", "alpha charlie"},
			{"query=dataConnections.status=PendingAuth", "Bravo charlie"},
			{"query=dataConnections.status!=Linked&&dataConnections.status!=PendingAuth&&dataConnections.status!=Unlinked&&dataConnections.status!=Deauthorized", "alpha"},
			{"query=dataConnections.integrationKey=qhnd", "Bravo"},
			{"query=dataConnections.sourceType=commerce", "Bravo"},
			{"query=created>=2026-03-04", "alpha Bravo charlie"},
			{"query=created<2026-03-04", ""},
			{"query=created=2026-03-04T05:06:07.123456Z", "alpha"},
			{"query=lastSync>2020-01-01", ""},
			{"tags=region=emea", "alpha"},
			{"tags=region = emea", "alpha"},
			{"tags=region=EMEA", ""},
			{"tags=region!=emea", "Bravo charlie"},
			{"tags=region~ea", "alpha"},
			{"tags=tier=Free||region=apac", "alpha Bravo"},
			{"query=name~a&tags=region=apac", "Bravo"},
			{"orderBy=-name", "charlie alpha Bravo"},
			{"orderBy=name", "Bravo alpha charlie"},
			{"orderby=-created&pageSize=2", "charlie Bravo"},
			{"page=2&pageSize=2", "charlie"},
			{"page=9", ""},
			{"page=1000000000&pageSize=5000", ""},
			{"unknown=1", "alpha Bravo charlie"},
		} {
			got := h.call("GET", "/companies?"+encodeQuery(test.query), "")
			var page struct{ Results []struct{ Name string } }
			if err := json.Unmarshal([]byte(got.body), &page); err != nil || got.status != 200 {
				t.Fatalf("%s: %d %s", test.query, got.status, got.body)
			}
			var names []string
			for _, c := range page.Results {
				names = append(names, c.Name)
			}
			if strings.Join(names, " ") != test.want {
				t.Errorf("%s: %q, want %q", test.query, names, test.want)
			}
		}
	})
}

// encodeQuery escapes the values of a readable query string.
func encodeQuery(readable string) string {
	readable = strings.ReplaceAll(readable, "&&", "\x00")
	var parts []string
	for part := range strings.SplitSeq(readable, "&") {
		name, value, ok := strings.Cut(strings.ReplaceAll(part, "\x00", "&&"), "=")
		if ok {
			value = strings.ReplaceAll(value, "%25", "%")
			parts = append(parts, name+"="+url.QueryEscape(value))
		}
	}
	return strings.Join(parts, "&")
}

func TestRefusedLists(t *testing.T) {
	list := func(target, body string) row {
		return row{name: target, request: "GET " + target, status: 400, want: []string{body}}
	}
	play(t, []row{
		list("/companies?page=0", "page"),
		list("/companies?page=-1", "page"),
		list("/companies?page=x", "page"),
		list("/companies?page=99999999999999999999", "page"),
		list("/companies?pageSize=0", "pageSize"),
		list("/companies?pageSize=5001", "pageSize"),
		list("/companies?page=1&PAGE=2", "more than once"),
		list("/companies?query=%ff", "UTF-8"),
		list("/companies?query=name%3D%00", "UTF-8"),
		list("/companies?query=%zz", "encoded"),
		list("/companies?query=shoeSize%3D4", "Error parsing query - property shoeSize is not known on Company"),
		list("/companies?query=name%3D", "Error parsing query"),
		list("/companies?query=name%3Da%26%26", "Error parsing query"),
		list("/companies?query=name%3Ea", "Error parsing query"),
		list("/companies?query=created~2026", "Error parsing query"),
		list("/companies?query=dataConnections.status%3Dhappy", "Error parsing query"),
		list("/companies?query="+strings.Repeat("x", 2048), "Error parsing query"),
		list("/companies?tags=region%3Ea", "Error parsing query"),
		list("/companies?orderBy=shoeSize", "shoeSize"),
		list("/companies?orderBy=dataConnections.status", "ordered"),
		list("/companies/$co/connections?query=name%3Da", "not known on Connection"),
		{name: "unknown company", request: "GET /companies/" + unknownID + "/connections", status: 404},
		{name: "injection is a value", request: "GET /companies?query=" + url.QueryEscape(`name=a' OR '1'='1`), status: 200, want: []string{`"totalResults":0`}},
		{name: "injection in tags", request: "GET /companies?tags=" + url.QueryEscape(`a')--=x`), status: 200, want: []string{`"totalResults":0`}},
	}, func(h *harness, ids map[string]string) { ids["co"] = h.company(`{"name":"A"}`) })
}

func TestPagesOfConnections(t *testing.T) {
	play(t, []row{
		{name: "first", request: "GET /companies/$co/connections?pageSize=1&query=status%3Dpendingauth&orderBy=-created", status: 200,
			want: []string{`"totalResults":2`, `"id":"$b"`, `"self":{"href":"/companies/$co/connections"}`,
				`"next":{"href":"/companies/$co/connections?page=2&pageSize=1&query=status%3Dpendingauth&orderBy=-created"}`}, wantNot: []string{"previous", `"id":"$a"`}},
		{name: "by integration", request: "GET /companies/$co/connections?query=integrationKey%3Dmqjo", status: 200, want: []string{`"totalResults":1`, "$a"}, wantNot: []string{`"id":"$b"`}},
	}, func(h *harness, ids map[string]string) {
		ids["co"] = h.company(`{"name":"A"}`)
		ids["a"] = h.connection(ids["co"], "mqjo")
		h.clock.advance(time.Second)
		ids["b"] = h.connection(ids["co"], "aiwb")
	})
}
