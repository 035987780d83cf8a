package revocation_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// provider is four providers, told apart by their hosts:
//
//   - plain.example ends grants by RFC 7009, and refuses to end what is ended;
//   - several.example ends one organisation's connection at a time, with an
//     access token that works;
//   - account.example ends everything of an account, with a key of ours;
//   - silent.example has no such call.
//
// Refresh tokens work once.
type provider struct {
	now func() time.Time

	mu     sync.Mutex
	alive  map[string]bool      // refresh tokens
	access map[string]time.Time // access tokens, and when they end
	links  map[string]bool      // ids of connections of several.example
	down   bool                 // answers 503
	lost   int                  // so many answers get lost once the deed is done
	key    string               // that account.example takes
	seen   []string             // calls that end something: what, and which
	asked  int                  // requests of any kind
	reused int                  // refresh tokens that were sent twice
	minted int
}

func newProvider(now func() time.Time) *provider {
	return &provider{now: now, alive: map[string]bool{}, access: map[string]time.Time{}, links: map[string]bool{}, key: "sk_right"}
}

const accessLife = 30 * time.Minute

// give makes tokens, good from now on.
func (p *provider) give() (access, refresh string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mint()
}

func (p *provider) mint() (access, refresh string) {
	p.minted++
	access, refresh = "at"+strconv.Itoa(p.minted), "rt"+strconv.Itoa(p.minted)
	p.access[access], p.alive[refresh] = p.now().Add(accessLife), true
	return access, refresh
}

// set changes how it behaves.
func (p *provider) set(change func(p *provider)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p)
}

// ended returns the calls that ended something since the last time.
func (p *provider) ended() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := p.seen
	p.seen = nil
	return seen
}

func (p *provider) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	body, _ := io.ReadAll(r.Body)
	form := map[string]string{}
	for _, pair := range strings.Split(string(body), "&") {
		name, value, _ := strings.Cut(pair, "=")
		form[name] = value
	}
	status, answer := p.answer(r, form)
	if p.lost > 0 && r.URL.Path != "/token" {
		p.lost--
		return nil, errors.New("connection reset")
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(answer)), Request: r,
	}, nil
}

func (p *provider) answer(r *http.Request, form map[string]string) (int, []byte) {
	bearer := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	works := p.access[bearer].After(p.now())
	switch {
	case p.down:
		return 503, nil
	case r.URL.Path == "/token":
		return p.token(form)
	case r.URL.Path == "/revoke": // the whole grant
		p.seen = append(p.seen, "revoke "+form["token"])
		if !p.alive[form["token"]] {
			return 400, []byte(`{"message":"what is this?"}`)
		}
		delete(p.alive, form["token"])
		return 200, nil
	case strings.HasPrefix(r.URL.Path, "/connections/"):
		id := strings.TrimPrefix(r.URL.Path, "/connections/")
		p.seen = append(p.seen, "disconnect "+id)
		if !works {
			return 401, nil
		}
		if !p.links[id] {
			return 404, nil
		}
		delete(p.links, id)
		return 204, nil
	case r.URL.Path == "/connections":
		if !works {
			return 401, nil
		}
		var list []map[string]string
		for id := range p.links {
			list = append(list, map[string]string{"id": id, "tenantId": "org-" + id, "tenantName": id})
		}
		text, _ := json.Marshal(list)
		return 200, text
	case bearer != p.key:
		return 401, []byte(`{"error":{"message":"Invalid API Key"}}`)
	case r.URL.Path == "/deauthorize":
		p.seen = append(p.seen, "deauthorize "+form["account"])
		if !p.links[form["account"]] {
			return 401, []byte(`{"error":"invalid_client"}`)
		}
		delete(p.links, form["account"])
		return 200, []byte(`{}`)
	case strings.HasPrefix(r.URL.Path, "/accounts/"):
		if !p.links[strings.TrimPrefix(r.URL.Path, "/accounts/")] {
			return 403, []byte(`{"error":{"code":"account_invalid"}}`)
		}
		return 200, []byte(`{"name":"Harbour"}`)
	}
	return 404, nil
}

func (p *provider) token(form map[string]string) (int, []byte) {
	if !p.alive[form["refresh_token"]] {
		if form["refresh_token"] != "" {
			p.reused++
		}
		return 400, []byte(`{"error":"invalid_grant"}`)
	}
	delete(p.alive, form["refresh_token"])
	access, refresh := p.mint()
	text, _ := json.Marshal(map[string]any{"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": accessLife.Seconds()})
	return 200, text
}

// files are the integrations of the provider.
var files = map[string]string{
	"plan": `oauth:
  authorizeUrl: https://plain.example/authorize
  tokenUrl: https://plain.example/token
  revokeUrl: https://plain.example/revoke
  clientAuthentication: post
  clientId: me
  clientSecret: hush-hush
`,
	"sevr": `oauth:
  authorizeUrl: https://several.example/authorize
  tokenUrl: https://several.example/token
  revokeUrl: https://several.example/revoke
  clientAuthentication: post
  clientId: me
  clientSecret: hush-hush
tenants:
  url: https://several.example/connections?event=${token.event}
  otherwise: https://several.example/connections
  id: tenantId
  name: tenantName
  keep: {connectionId: id}
keep:
  token:
    - {name: event, pattern: "[a-z]+", optional: true}
disconnect:
  method: DELETE
  url: https://several.example/connections/${tenant.connectionId}
  status: 204
`,
	"acct": `oauth:
  authorizeUrl: https://account.example/authorize
  tokenUrl: https://account.example/token
  clientAuthentication: post
  clientId: me
  clientSecret: sk_right
  refresh: {never: true, rotates: false}
  revoke:
    method: POST
    url: https://account.example/deauthorize
    params: {account: "${token.account}"}
    authentication: bearer
  revokeEnds: account
keep:
  token:
    - {name: account, pattern: "[a-z]+"}
tenant: {id: "${token.account}"}
api:
  authorization: Bearer ${client.secret}
company: {url: "https://account.example/accounts/${tenant.id}", name: name}
failures:
  code: error.code
  rules:
    - {at: api, status: 403, codes: [account_invalid], means: revoked}
    - {at: api, status: 401, means: operator}
`,
	"quie": `oauth:
  authorizeUrl: https://silent.example/authorize
  tokenUrl: https://silent.example/token
  clientAuthentication: post
  clientId: me
  clientSecret: hush-hush
`,
}
