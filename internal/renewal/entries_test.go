package renewal

import (
	"os"
	"path/filepath"
	"sync"

	"github.com/bowline/bowline/internal/catalog"
)

const files = `name: House
sourceType: Accounting
logo: {monogram: Ho, color: "#0b7fab"}
dataTypes: [Invoices]
`

// entries are integrations of the tests' own, by key.
var entries = map[string]string{
	// Lists organizations.
	"list": files + `key: list
oauth: {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden}
tenants: {url: "https://house.example/tenants", id: id, name: name}
`,
	// Lists them one a page.
	"many": files + `key: many
oauth: {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden}
tenants: {url: "https://house.example/tenants/paged?page=${page.number}", pages: {more: next}, items: list, id: id, name: name}
`,
	// And never ends.
	"more": files + `key: more
oauth: {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden}
tenants: {url: "https://house.example/tenants/endless?page=0", pages: {link: next}, items: list, id: id, name: name}
`,
	// Asks first for those of one sign-in.
	"mine": files + `key: mine
oauth: {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden}
tenants: {url: "https://house.example/tenants/mine", otherwise: "https://house.example/tenants", id: id, name: name}
`,
	// Has none, and a call that says whether tokens work.
	"lone": files + `key: lone
oauth: {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden}
company: {url: "https://house.example/company", name: name}
`,
	// Refreshes late only.
	"late": files + `key: late
oauth:
  {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden, refresh: {window: 30, grace: 600, idleDays: 30}}
company: {url: "https://house.example/company", name: name}
`,
	// Lapses unused.
	"idle": files + `key: idle
oauth: {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden, refresh: {idleDays: 30}}
company: {url: "https://house.example/company", name: name}
`,
	// Never refreshes.
	"ever": files + `key: ever
oauth: {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden, refresh: {never: true, rotates: false}}
company: {url: "https://house.example/company", name: name}
`,
	// Allows ten refreshes a second.
	"rate": files + `key: rate
oauth: {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden, refresh: {rate: {requests: 10, seconds: 1}}}
`,
	// Names its organization with the tokens, and errors in words of its own.
	"told": files + `key: told
oauth: {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden}
keep: {token: [{name: house, pattern: "[a-z]+"}]}
tenant: {id: "${token.house}"}
failures: {rules: [{at: refresh, status: 403, means: plan}, {at: refresh, status: 409, means: revoked}]}
`,
	// Says at its API alone that a grant is over.
	"mute": files + `key: mute
oauth: {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden}
company: {url: "https://house.example/company", name: name}
failures: {rules: [{at: api, status: 410, means: revoked}]}
`,
	// Never refreshes, and says in words of its own that a grant is over.
	"said": files + `key: said
oauth: {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden, refresh: {never: true, rotates: false}}
company: {url: "https://house.example/company", name: name}
failures: {rules: [{at: api, status: 401, means: revoked}]}
`,
	// Gives tokens of ten minutes.
	"tens": files + `key: tens
oauth: {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden}
company: {url: "https://house.example/company", name: name}
limits: {accessTokenSeconds: 600}
`,
	// Refreshes late only, and has nothing to ask.
	"hush": files + `key: hush
oauth:
  {authorizeUrl: "https://house.example/authorize", tokenUrl: "https://house.example/token", clientId: us, clientSecret: hidden, refresh: {window: 30}}
`,
	// Never refreshes, and its issuer tells of nothing to ask.
	"none": files + `key: none
oauth: {issuer: "https://house.example", discovery: true, clientId: us, clientSecret: hidden, refresh: {never: true, rotates: false}}
`,
	// Asks for a key, and says in words of its own that it is not good.
	"lock": files + `key: lock
credentials:
  fields: [{name: key, label: Key}]
  probe: {url: "https://house.example/company", headers: {Authorization: "Bearer ${field.key}"}, companyName: name, errors: [{status: 401, means: refused}]}
`,
	// Asks for a key.
	"keys": files + `key: keys
credentials:
  fields: [{name: key, label: Key}]
  probe: {url: "https://house.example/company", headers: {Authorization: "Bearer ${field.key}"}, companyName: name}
`,
}

var loaded = sync.OnceValues(func() (*catalog.Catalog, error) {
	dir, err := os.MkdirTemp("", "renewal")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for key, text := range entries {
		if err := os.WriteFile(filepath.Join(dir, key+".yaml"), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	return catalog.Load(catalog.Options{Dir: dir, OmitSandbox: true, Vars: map[string]string{"server.publicUrl": "https://bowline.example"}})
})
