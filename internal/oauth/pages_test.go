package oauth

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/catalog"
)

// paged serves lists in pages, in each way that entries can describe.
func paged(t *testing.T, pages int) (*httptest.Server, func() []string) {
	t.Helper()
	var asked []string
	turns := make(chan struct{}, 1)
	turns <- struct{}{}
	var base string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-turns
		defer func() { turns <- struct{}{} }()
		n := 1
		if text := r.URL.Query().Get("page"); text != "" {
			_, _ = fmt.Sscan(text, &n)
		}
		_ = r.ParseForm()
		if text := r.PostForm.Get("query"); text != "" {
			_, _ = fmt.Sscanf(text, "page(%d)", &n)
		}
		asked = append(asked, fmt.Sprintf("%s %s %s", r.Method, r.URL.RequestURI(), r.Header.Get("Authorization")))
		w.Header()["Date"] = nil
		link := "null"
		if n < pages {
			link = fmt.Sprintf("%q", base+r.URL.Path+fmt.Sprintf("?page=%d", n+1))
		}
		switch {
		case strings.HasPrefix(r.URL.Path, "/relative") && n < pages:
			link = fmt.Sprintf(`"relative?page=%d"`, n+1)
		case strings.HasPrefix(r.URL.Path, "/away") && n < pages:
			link = `"https://elsewhere.example/list?page=2"`
		case strings.HasPrefix(r.URL.Path, "/circle"):
			link = fmt.Sprintf("%q", base+r.URL.RequestURI())
		case strings.HasPrefix(r.URL.Path, "/header") && n < pages:
			w.Header().Add("Link", `<`+base+`/header?page=1>; rel="first", <`+base+fmt.Sprintf("/header?page=%d", n+1)+`>; title="a,b"; rel="up next"`)
			link = "null"
		}
		_, _ = fmt.Fprintf(w, `{"@odata.nextLink":%s,"count":"%d","more":%t,"value":[{"id":"t%d"},{"id":"same"}]}`, link, pages, n < pages, n)
	}))
	base = server.URL
	t.Cleanup(server.Close)
	return server, func() []string {
		<-turns
		defer func() { turns <- struct{}{} }()
		return slices.Clone(asked)
	}
}

// TestPages: lists are read to their end, whichever way they go on, and only at
// the place where they began.
func TestPages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call   catalog.Call
		pages  catalog.Pages
		reason Reason
	}{
		"a link":           {call: catalog.Call{URL: "/list?page=1"}, pages: catalog.Pages{Link: "@odata.nextLink"}},
		"a relative link":  {call: catalog.Call{URL: "/relative"}, pages: catalog.Pages{Link: "@odata.nextLink"}},
		"a header":         {call: catalog.Call{URL: "/header"}, pages: catalog.Pages{Header: true}},
		"a count":          {call: catalog.Call{URL: "/list?page=${page.number}"}, pages: catalog.Pages{Count: "count"}},
		"more":             {call: catalog.Call{URL: "/list?page=${page.number}"}, pages: catalog.Pages{More: "more"}},
		"more, by a link":  {call: catalog.Call{URL: "/list?page=${page.number}"}, pages: catalog.Pages{More: "@odata.nextLink"}},
		"a number in form": {call: catalog.Call{Method: "POST", URL: "/list", Params: params("query", "page(${page.number})")}, pages: catalog.Pages{Count: "count"}},
		"somewhere else":   {call: catalog.Call{URL: "/away"}, pages: catalog.Pages{Link: "@odata.nextLink"}, reason: Invalid},
		"to itself":        {call: catalog.Call{URL: "/circle"}, pages: catalog.Pages{Link: "@odata.nextLink"}, reason: Invalid},
		"no address":       {call: catalog.Call{URL: "/list"}, pages: catalog.Pages{Link: "value"}, reason: Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, asked := paged(t, 3)
			in := (&oddity{Server: server}).entry()
			c.call.URL = server.URL + c.call.URL
			in.Tenants = &catalog.Tenants{Call: c.call, Pages: &c.pages, Items: "value", ID: "id"}
			got, whole, err := newClient(t, Options{}).TenantList(t.Context(), in, Grant{AccessToken: "AAAAAA"})
			if ReasonOf(err) != c.reason {
				t.Fatalf("%v, want %q", err, c.reason)
			}
			for _, a := range asked() {
				if !strings.HasSuffix(a, "Bearer AAAAAA") {
					t.Errorf("asked %s", a)
				}
			}
			if c.reason != "" {
				return
			}
			var ids []string
			for _, tenant := range got {
				ids = append(ids, tenant.ID)
			}
			if !slices.Equal(ids, []string{"t1", "same", "t2", "t3"}) || !whole || len(asked()) != 3 {
				t.Errorf("%v, whole %t, after %v", ids, whole, asked())
			}
		})
	}
}

// TestEndlessPages: a list that goes on and on is read for a while, and is known
// not to be whole.
func TestEndlessPages(t *testing.T) {
	t.Parallel()
	server, asked := paged(t, 1000)
	in := (&oddity{Server: server}).entry()
	in.Tenants = &catalog.Tenants{Call: catalog.Call{URL: server.URL + "/list"}, Pages: &catalog.Pages{Link: "@odata.nextLink"}, Items: "value", ID: "id"}
	got, whole, err := newClient(t, Options{}).TenantList(t.Context(), in, Grant{AccessToken: "AAAAAA"})
	if err != nil || whole || len(got) != maxPages+1 || len(asked()) != maxPages {
		t.Errorf("%d organizations, whole %t, after %d calls: %v", len(got), whole, len(asked()), err)
	}
}

// TestPagedTwice: of two lists, both are read to their ends.
func TestPagedTwice(t *testing.T) {
	t.Parallel()
	o := newOddity(t, map[string]string{
		"GET /places": `{"value":[{"name":"a"}],"next":"/places?p=2"}`, "GET /places?p=2": `{"value":[{"name":"b"}]}`,
		"GET /a/companies": `{"value":[{"id":1}],"next":"/a/companies?p=2"}`, "GET /a/companies?p=2": `{"value":[{"id":2}]}`,
		"GET /b/companies": `{"value":[{"id":3}]}`,
	})
	in := o.entry()
	in.Tenants = &catalog.Tenants{
		Each: &catalog.Each{Call: catalog.Call{URL: o.URL + "/places"}, Items: "value", Keep: map[string]string{"place": "name"}, Pages: &catalog.Pages{Link: "next"}},
		Call: catalog.Call{URL: o.URL + "/${each.place}/companies"}, Items: "value", ID: "id", Pages: &catalog.Pages{Link: "next"},
	}
	got, whole, err := newClient(t, Options{}).TenantList(t.Context(), in, Grant{AccessToken: "AAAAAA"})
	if err != nil || !whole || len(got) != 3 || got[1].ID != "2" || got[1].Values["place"] != "a" || got[2].Values["place"] != "b" {
		t.Errorf("%v, whole %t: %v", got, whole, err)
	}
}
