package flights_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/flights"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
)

var (
	proxied = flights.Check{Name: "proxied", Asks: "A request of the fintech goes through us to the provider's API, and is answered as if we had asked. What the fintech claims to be is not what the provider sees."}
	held    = flights.Check{Name: "held back", Asks: "We keep to the provider's limit by ourselves: what would exceed it is refused here and never sent."}
)

var asking = []check{
	{Check: proxied, excuse: baseless, fly: flyProxied},
	{Check: flights.Check{Name: "renewed", Asks: "The access token has ended without our knowledge. The provider's refusal renews it, and the same request succeeds."},
		excuse: func(f *flight) string {
			switch {
			case f.key == "qkdj":
				return "An ended token is refused with status 403, like much else. It is renewed by the clock alone."
			case f.in.API.URL == "":
				return baseless(f)
			}
			return refreshes(f)
		}, fly: flyRenewed},
	{Check: held, excuse: unlimited, fly: flyHeld},
}

var askingWithKeys = []check{
	{Check: proxied, excuse: baseless, fly: flyProxied},
	{Check: held, excuse: unlimited, fly: flyHeld},
}

func baseless(f *flight) string {
	if f.in.API.URL == "" {
		return "The API wants its credentials in the body of each request, so that nobody else can write one."
	}
	return ""
}

func unlimited(f *flight) string {
	switch {
	case f.in.API.URL == "":
		return baseless(f)
	case f.in.API.Rate == nil:
		return "No limit is known."
	}
	return ""
}

// lender lends what the flight has connected. Tokens are renewed as they are,
// without the engine that does it in the product.
func (f *flight) lender() *connection.Service {
	outbound := f.sim.RoundTripper(nil)
	return &connection.Service{
		Store: f.store, Catalog: f.catalog, OAuth: f.client, Probe: &probe.Client{HTTP: &http.Client{Transport: outbound}}, Links: bowline.NewLinks(origin),
		Now: f.Now, Upstream: outbound,
		Fresh: func(ctx context.Context, t connection.Target, stale string) (bowline.Connection, bowline.Grant, error) {
			c, err := f.store.Connection(ctx, t.Instance, t.Company, t.Connection)
			if err != nil {
				return c, bowline.Grant{}, err
			}
			g, err := f.store.Grant(ctx, c.ID)
			if err != nil || stale == "" {
				return c, g, err
			}
			next, err := f.client.Refresh(ctx, f.in, f.grant(c))
			g.AccessToken = next.AccessToken.Reveal()
			return c, g, err
		},
	}
}

// known leads to a call below the base of the API that the emulator answers:
// one of those that the entry makes itself.
func (f *flight) known(c bowline.Connection) connection.ProxyRequest {
	f.Helper()
	if f.key == "ugxp" { // whose base has none of them
		return connection.ProxyRequest{Method: "GET", Path: "/purchases/v2"}
	}
	base, calls := "", []catalog.Call{}
	if f.in.UsesCredentials() {
		stored := map[string]string(f.grant(c).Values)
		a, err := f.prober.Open(f.Context(), f.in, stored)
		must(f.T, err)
		address := f.in.Credentials.Probe.URL
		for name, value := range f.in.Credentials.Whole(stored) {
			address = strings.ReplaceAll(address, "${field."+name+"}", value)
		}
		base, calls = a.URL, append(calls, catalog.Call{URL: address})
	} else {
		a, err := oauth.API(f.in, f.grant(c), f.tenant(c))
		must(f.T, err)
		base = a.URL
		if f.in.Company != nil {
			calls = append(calls, f.in.Company.Call)
		}
		if f.in.Tenants != nil {
			calls = append(calls, f.in.Tenants.Call)
		}
	}
	root, err := url.Parse(base)
	must(f.T, err)
	for _, call := range calls {
		address := call.URL
		if !f.in.UsesCredentials() {
			values := f.grant(c).Values.With(catalog.Values{"tenant.id": c.TenantID})
			if address, err = catalog.FillURL(address, values); err != nil {
				continue
			}
		}
		u, err := url.Parse(address)
		must(f.T, err)
		rest, below := strings.CutPrefix(u.EscapedPath(), root.EscapedPath())
		if u.Host != root.Host || !below || rest != "" && rest[0] != '/' {
			continue
		}
		q := connection.ProxyRequest{Method: "GET", Path: rest}
		if root.RawQuery == "" {
			q.Query = u.RawQuery
		}
		if len(call.Params) > 0 && (call.Method == "POST" || call.Format == catalog.FormatJSON) {
			q.Method = "POST"
			body := `{"query":` + quoted(call.Params["query"].Reveal()) + `}`
			q.Body, q.Length = strings.NewReader(body), int64(len(body))
			q.Header = http.Header{"Content-Type": {"application/json"}}
		}
		return q
	}
	f.Fatalf("none of the entry's calls is below %s", base)
	return connection.ProxyRequest{}
}

func quoted(s string) string {
	return `"` + strings.NewReplacer("\\", `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

func (f *flight) tenant(c bowline.Connection) oauth.Tenant {
	t := oauth.Tenant{ID: c.TenantID, Name: c.TenantName, Values: map[string]string{}}
	for name, value := range f.grant(c).Values {
		if name, ok := strings.CutPrefix(name, "tenant."); ok {
			t.Values[name] = value
		}
	}
	return t
}

func (f *flight) ask(s *connection.Service, c bowline.Connection, q connection.ProxyRequest) (int, string, error) {
	f.Helper()
	if q.Header == nil {
		q.Header = http.Header{}
	}
	for _, name := range []string{"Authorization", "Cookie", "X-Forwarded-For", "Xero-Tenant-Id", "X-Business", "Stripe-Account"} {
		q.Header.Set(name, "forged")
	}
	if !f.in.UsesCredentials() { // those have theirs in the entry's probe
		q.Header.Set("Accept", "application/json")
	}
	answer, err := s.Proxy(f.Context(), connection.Target{Instance: c.InstanceID, Company: c.CompanyID, Connection: c.ID, Actor: "key:k"}, q)
	if err != nil {
		return 0, "", err
	}
	body, err := io.ReadAll(answer.Body)
	must(f.T, errors.Join(err, answer.Body.Close()))
	return answer.Status, string(body), nil
}

func (f *flight) anyConnected() bowline.Connection {
	f.Helper()
	c, _ := f.linked(f.journey(f.first()))
	return c
}

func flyProxied(f *flight) {
	c := f.anyConnected()
	q := f.known(c)
	before := len(f.sim.Seen(f.key))
	status, body, err := f.ask(f.lender(), c, q)
	if err != nil || status != http.StatusOK || body == "" {
		f.Fatalf("%s %s?%s leads to %d %v: %.300s", q.Method, q.Path, q.Query, status, err, body)
	}
	for _, hop := range f.sim.Seen(f.key)[before:] {
		for name, values := range hop.Header {
			own := name == "Xero-Tenant-Id" || name == "X-Business" || name == "Stripe-Account" // of whom it is not, it means nothing
			for ours := range f.in.API.Headers {
				own = own && http.CanonicalHeaderKey(ours) != name
			}
			if strings.Contains(strings.Join(values, " "), "forged") && !own {
				f.Errorf("the provider sees a forged %s", name)
			}
		}
	}
}

func flyRenewed(f *flight) {
	c := f.anyConnected()
	q := f.known(c)
	f.due(f.grant(c))
	f.pass(f.facts.life + time.Minute)
	if from := oauth.RefreshFrom(f.in, f.grant(c)); !from.IsZero() && f.Now().Before(from) {
		f.Fatal("the refresh is too early")
	}
	before := f.requests(renews)
	if status, body, err := f.ask(f.lender(), c, q); err != nil || status != http.StatusOK {
		f.Errorf("leads to %d %v: %.300s", status, err, body)
	}
	if n := f.requests(renews) - before; n != 1 {
		f.Errorf("%d refreshes", n)
	}
}

func flyHeld(f *flight) {
	c := f.anyConnected()
	s := f.lender()
	sent := 0
	for range f.in.API.Rate.Requests {
		if _, _, err := f.ask(s, c, f.known(c)); err != nil {
			f.Fatal(err)
		}
		sent++
	}
	q := f.known(c)
	before := len(f.sim.Seen(f.key))
	_, _, err := f.ask(s, c, q)
	var limit *connection.LimitError
	if !errors.As(err, &limit) || len(f.sim.Seen(f.key)) != before {
		f.Fatalf("after %d requests, one more leads to %v", sent, err)
	}
	f.pass(limit.After)
	if status, _, err := f.ask(s, c, f.known(c)); err != nil || status != http.StatusOK {
		f.Errorf("later: %d %v", status, err)
	}
}
