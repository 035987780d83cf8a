package oauth

import (
	"encoding/base64"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const documentPath = "/.well-known/openid-configuration"

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// clock is a settable time.
type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.offset.Load())) }
func (c *clock) advance(d time.Duration) { c.offset.Add(int64(d)) }

func TestDiscoveryIsCachedAndOutlivesFailures(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	var time clock
	c := newClient(t, Options{Now: time.now})
	reads := func(step string, wantReads int, wantErr Reason) {
		t.Helper()
		_, err := c.AuthorizeURL(t.Context(), p.request())
		if ReasonOf(err) != wantErr {
			t.Errorf("%s: %v, want %q", step, err, wantErr)
		}
		if hits, _, _ := p.seen(documentPath); hits != wantReads {
			t.Errorf("%s: %d reads, want %d", step, hits, wantReads)
		}
	}
	p.script(documentPath, reply{status: 503})
	reads("down from the start", 1, Unavailable)
	p.unscript(documentPath)
	reads("first", 2, "")
	reads("again", 2, "")
	time.advance(metadataLife - 1)
	time.advance(2)
	reads("after its life", 3, "")
	p.script(documentPath, reply{status: 500, body: "client-secret"})
	time.advance(metadataLife + 1)
	reads("old one while the issuer is down", 4, "")
	reads("not asked again at once", 4, "")
	time.advance(retryAfter + 1)
	reads("asked again later", 5, "")
	time.advance(staleLife)
	reads("too old", 6, Unavailable)
	p.unscript(documentPath)
	reads("back again", 7, "")
}

func TestBadDiscoveryDocuments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reply  reply
		change map[string]any
		reason Reason
	}{
		"other issuer":      {change: map[string]any{"issuer": "https://evil.example"}, reason: Misconfigured},
		"no issuer":         {change: map[string]any{"issuer": nil}, reason: Misconfigured},
		"no token endpoint": {change: map[string]any{"token_endpoint": ""}, reason: Misconfigured},
		"relative endpoint": {change: map[string]any{"authorization_endpoint": "/authorize"}, reason: Misconfigured},
		"script endpoint":   {change: map[string]any{"authorization_endpoint": "javascript://x/%0aalert(1)"}, reason: Misconfigured},
		"wrong types":       {change: map[string]any{"token_endpoint": 7}, reason: Misconfigured},
		"not found":         {reply: reply{status: 404, media: "text/html", body: "<h1>no</h1>"}, reason: Misconfigured},
		"moved":             {reply: reply{status: 302, header: map[string][]string{"Location": {"https://evil.example/"}}}, reason: Misconfigured},
		"html":              {reply: reply{status: 200, media: "text/html", body: "<h1>hello</h1>"}, reason: Misconfigured},
		"endless":           {reply: jsonReply(200, `{"issuer":"`+strings.Repeat("x", 2<<20)+`"}`), reason: Invalid},
		"busy":              {reply: reply{status: 429}, reason: Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			if c.reply.status != 0 {
				p.script(documentPath, c.reply)
			}
			for member, value := range c.change {
				p.discover[member] = value
			}
			_, err := newClient(t, Options{}).AuthorizeURL(t.Context(), p.request())
			want(t, err, c.reason, "")
		})
	}
}

func TestEndpointsOfTheEntryWin(t *testing.T) {
	t.Parallel()
	p, other := newProvider(t), newProvider(t)
	other.script("/token", jsonReply(200, `{"access_token":"access-one"}`))
	c, in := newClient(t, Options{}), p.integration()
	in.OAuth.TokenURL = other.URL + "/token"
	if _, err := c.Refresh(t.Context(), in, Grant{RefreshToken: "refresh-one"}); err != nil {
		t.Fatal(err)
	}
	if hits, _, _ := p.seen("/token"); hits != 0 {
		t.Error("the discovered endpoint was used")
	}
	// An entry that says everything needs no discovery.
	in.OAuth.AuthorizeURL, in.OAuth.RevokeURL, in.OAuth.UserinfoURL, in.OAuth.JWKSURL = p.URL+"/a", p.URL+"/r", p.URL+"/u", p.URL+"/j"
	silent := newClient(t, Options{})
	if _, err := silent.Refresh(t.Context(), in, Grant{RefreshToken: "refresh-one"}); err != nil {
		t.Fatal(err)
	}
	if hits, _, _ := p.seen(documentPath); hits != 1 {
		t.Errorf("discovery was read %d times", hits)
	}
}

func TestUsableEndpoints(t *testing.T) {
	t.Parallel()
	for endpoint, c := range map[string]struct{ secure, plain bool }{
		"https://a.example/x": {true, true}, "http://a.example/x": {false, true}, "https:///x": {}, "javascript:alert(1)": {},
		"data:text/html,x": {}, "//a.example": {}, "https://u@a.example": {}, "https://a.example/#x": {}, "https://a b/": {},
		"https://a.example/${grant.refreshToken}": {},
	} {
		if usable(endpoint, true) != c.secure || usable(endpoint, false) != c.plain {
			t.Errorf("%s: %v %v", endpoint, usable(endpoint, true), usable(endpoint, false))
		}
	}
}
