package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

// profile is one provider as data. The zero value of each field is the usual
// case.
type profile struct {
	key, name string

	// register makes the operator's registration.
	register func(*Simulator) Client

	// Addresses, as "host/path" patterns of the router. Refreshes are asked for
	// at tokens unless refreshes says otherwise.
	authorize, tokens, refreshes []string

	// Scopes. A provider without any refuses a request that names one: the real
	// ones may ignore it, but then the operator believes in a limit that does
	// not exist.
	scopes    []string
	scopeOK   func(c *call, scope string) bool // instead of scopes, where they are made up per customer
	mustScope string                           // has to be among those asked for
	comma     bool                             // scopes are separated by commas, not spaces
	offline   string                           // the scope without which there is no refresh token
	// handsRefresh tells whether a grant comes with refresh tokens, beyond offline.
	handsRefresh func(*grant) bool

	pkce          pkce
	auth          auth
	body          body
	codeParam     string // of the callback; "code" when empty
	codeTTL       time.Duration
	accessTTL     time.Duration // 0 for ever
	refreshTTL    time.Duration // 0 for ever
	rotation      rotation
	grace         time.Duration // how long a used refresh token still works under SingleUseRefresh
	killsAccess   bool          // a refresh ends the access token before it
	redirectMay   bool          // redirect_uri may be left out, one is registered
	typeMay       bool          // response_type may be left out
	secretAlone   bool          // the secret names the client, client_id is not needed
	noGrantType   bool          // the token endpoint takes no grant_type
	noSecretAgain bool          // a refresh must not carry the secret
	tokenType     string        // "Bearer" when empty
	issuer        string        // signs id tokens, when openid was asked for
	alwaysID      bool          // or even when not
	chooses       chooses
	issuerBack    string // sent as iss with every redirect (RFC 9207)
	denyAtAPI     bool   // a person without the right role gets through consent, and the API refuses

	// tenantID is the id of organisation number i.
	tenantID func(s *Simulator, i int) string
	// clientOf finds the client id of an authorization request; client_id when nil.
	clientOf func(*call) string
	// choicesOf lists what the consent page offers, where that is not organisations.
	choicesOf func(*call) []tenant
	// publicMay tells whether a token request needs no secret.
	publicMay func(*call) bool
	// check looks at an authorization request for what is special here.
	check func(*call) *fault
	// callback adds to what the browser brings back.
	callback func(g *grant, back url.Values)
	// exchange checks a token request for what is special here.
	exchange func(c *call, g *grant) *fault
	// answer changes a token answer.
	answer func(c *call, t *issued)
	// claims are those of the id token beyond the registered ones.
	claims func(g *grant) map[string]any
	// tokenFault and apiFault write errors where the usual form is not used.
	tokenFault func(c *call, f fault)
	apiFault   func(c *call, f fault)
	// accessOf finds the access token of an API call; the Bearer token when nil.
	accessOf func(*http.Request) string
	// accessValue makes access tokens; opaque when nil.
	accessValue func(c *call, g *grant) string
	// consented is called when a person has allowed access.
	consented func(c *call, g *grant)
	// removed is called when the customer has removed the app.
	removed func(*ledger)
	// notice makes what the provider sends when a customer removes the app; nil
	// for nothing.
	notice func(noticeCall) Notice
	// mount adds addresses beyond authorize and tokens.
	mount func(s *Simulator, p *provider)
}

// provider is a profile with its registration.
type provider struct {
	profile
	client Client
}

// pkce says what happens to a code_challenge.
type pkce int

const (
	ignoresPKCE pkce = iota // unknown: it is taken and not looked at
	checksPKCE
	checksPKCES256 // and refuses the method "plain"
	refusesPKCE
)

// auth says how a client proves itself at the token endpoint.
type auth int

const (
	secretInBody auth = iota
	basicOnly
)

// body says what a token request must be.
type body int

const (
	formBody body = iota
	jsonBody
	eitherBody
)

// rotation says what a refresh does to the refresh token.
type rotation int

const (
	rotates rotation = iota // a new one each time
	daily                   // a new one about once a day
	same                    // the same one is told again
	untold                  // and is not even told
)

// chooses says what a person picks on the provider's own screen.
type chooses int

const (
	nothing chooses = iota // all that the person may see is shared
	one
	several
)

// profiles are all the providers with OAuth.
func profiles() []profile {
	return slices.Concat(microsoft(), exact(), smallBooks(), myob(), intuit(), sage(), wave(), xero(), zoho(), truelayer(),
		amazon(), clover(), square(), stripe(), zettle(), mollie(), sumup(), lightspeed())
}

var profileIndex = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, p := range profiles() {
		out[p.key] = true
	}
	return out
})

// plainClient registers a client with an id and a secret that look like nothing
// in particular.
func plainClient(key string) func(*Simulator) Client {
	return func(s *Simulator) Client {
		return Client{ID: s.hex("client id "+key, 32), Secret: "sim_" + s.secret("client secret "+key)}
	}
}

func uuidTenant(key string) func(*Simulator, int) string {
	return func(s *Simulator, i int) string { return s.uuid("tenant " + key + " " + strconv.Itoa(i)) }
}

func digitTenant(key string, n int) func(*Simulator, int) string {
	return func(s *Simulator, i int) string { return s.digits("tenant "+key+" "+strconv.Itoa(i), n) }
}

// mount puts a provider at its addresses.
func (s *Simulator) mount(p *provider) {
	for _, address := range p.authorize {
		s.route.add("GET "+address, p, (*call).authorize)
		s.route.add("POST "+address, p, (*call).decide)
	}
	refreshes := p.refreshes
	for _, address := range p.tokens {
		s.route.add("POST "+address, p, func(c *call) { c.token(len(refreshes) == 0) })
	}
	for _, address := range refreshes {
		s.route.add("POST "+address, p, (*call).refreshOnly)
	}
	if p.mount != nil {
		p.mount(s, p)
	}
}

// api mounts a call that wants an access token. The handler is reached with the
// grant behind it, after throttling, breakdowns and refusals.
func (s *Simulator) api(pattern string, p *provider, handle func(*call, *grant)) {
	s.route.add(pattern, p, func(c *call) {
		if g := c.admit(); g != nil {
			handle(c, g)
		}
	})
}
