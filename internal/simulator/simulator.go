package simulator

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Options configure a Simulator. RedirectURI is required.
type Options struct {
	// Now tells the time; time.Now when nil.
	Now func() time.Time
	// RedirectURI is what is registered with the provider for an integration
	// key, compared exactly. It must not call back into the Simulator.
	RedirectURI func(key string) string
	// Base is the public origin and path under which Handler is mounted,
	// without a trailing slash ("http://127.0.0.1:9090"); "" when only
	// RoundTripper is used.
	Base string
	// Seed makes keys, tokens and ids the same in every run; random when "".
	Seed string
	// Times is how often a storm strikes before all is well again; 3 when 0.
	Times int
}

// Client is the registration of the operator's app at a provider.
type Client struct {
	ID     string
	Secret string
	// Values are further things that the provider hands out or asks for, such
	// as Amazon's applicationId and Sage 200's subscriptionKey; for providers
	// without OAuth what a person types in.
	Values map[string]string
}

// Hop is one request that reached a provider.
type Hop struct {
	Time   time.Time
	Method string
	Host   string
	Path   string
	Query  url.Values
	Header http.Header
	// Form is the body: form fields, or the members of a JSON object as text.
	Form url.Values
	// Status is what was answered; 0 when the answer got lost.
	Status int
}

// maxSeen is how many requests of each key are remembered.
const maxSeen = 1000

// Simulator is every emulated provider together. It is safe for concurrent use.
type Simulator struct {
	o     Options
	now   func() time.Time
	seed  []byte
	route router
	keys  func() *signing

	providers map[string]*provider // OAuth, by integration key
	keyed     map[string]keyed

	mu       sync.Mutex // guards everything below, and every request under way
	counter  uint64
	switches map[string]map[Pathology]int
	seen     map[string][]Hop
	calls    map[string]int // calls that named organisations, by key
	ledger   ledger
}

// New prepares the providers. It starts nothing in the background.
func New(o Options) *Simulator {
	s := &Simulator{o: o, now: o.Now, providers: map[string]*provider{}, keyed: map[string]keyed{},
		switches: map[string]map[Pathology]int{}, seen: map[string][]Hop{}, calls: map[string]int{}, ledger: newLedger()}
	if s.now == nil {
		s.now = time.Now
	}
	if s.o.Times == 0 {
		s.o.Times = 3
	}
	s.seed = []byte(o.Seed)
	if o.Seed == "" {
		s.seed = []byte(rand.Text())
	}
	s.keys = sync.OnceValue(func() *signing { return newSigning(s.seed) })
	if o.Seed != "" {
		s.keys = func() *signing { return signingOf(o.Seed) }
	}
	for _, profile := range profiles() {
		p := &provider{profile: profile, client: profile.register(s)}
		s.providers[p.key] = p
		s.mount(p)
	}
	for _, k := range keyedProviders(s) {
		s.keyed[k.key] = k
		for _, host := range k.hosts {
			s.route.whole(host, k.key)
		}
	}
	for key := range s.all() {
		for _, row := range pathologies {
			if Native(key, row.Pathology) {
				s.switchLocked(key, row.Pathology, true)
			}
		}
	}
	return s
}

// all has every key, with its client.
func (s *Simulator) all() map[string]Client {
	out := map[string]Client{}
	for key, p := range s.providers {
		out[key] = p.client
	}
	for key, k := range s.keyed {
		out[key] = k.client
	}
	return out
}

// Keys are the integration keys that are emulated, sorted.
func (s *Simulator) Keys() []string { return slices.Sorted(maps.Keys(s.all())) }

// OAuth tells whether a key connects with OAuth, rather than with a key or a form.
func (s *Simulator) OAuth(key string) bool { return s.providers[key] != nil }

// Client is the operator's registration at the provider; empty for a key that
// is not emulated. Its Values are those of the business that connects. The caller
// may change what it gets.
func (s *Simulator) Client(key string) Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.all()[key]
	if s.on(key, OtherBusiness) {
		c = s.keyed[key].other
	}
	c.Values = maps.Clone(c.Values)
	return c
}

// Seen are the latest requests that reached the provider of a key, oldest
// first, at most 1000. A request that could be for several keys counts for
// each of them.
func (s *Simulator) Seen(key string) []Hop {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen[key])
}

// Revoke is the customer removing the app at the provider: every grant of the
// key is over, from now on.
func (s *Simulator) Revoke(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledger.end(func(g *grant) bool { return g.p.key == key })
	if p := s.providers[key]; p != nil && p.removed != nil {
		p.removed(&s.ledger)
	}
	s.switchLocked(key, KeyRemoved, true) // of a provider without OAuth
}

// Standing counts what the app may still reach with the consents of a key: the
// organisations where each has a connection of its own, else the consents that
// were not taken back.
func (s *Simulator) Standing(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	if p := s.providers[key]; p != nil && p.removed != nil {
		for _, x := range s.ledger.xero {
			if x.tenant.n >= 0 {
				n++
			}
		}
		return n
	}
	for _, g := range s.ledger.grants {
		if g.p.key == key && !g.over {
			n++
		}
	}
	return n
}

// derive gives bytes that depend on the seed and a label only.
func (s *Simulator) derive(label string) []byte { return derive(s.seed, label) }

func derive(seed []byte, label string) []byte {
	m := hmac.New(sha256.New, seed)
	m.Write([]byte(label))
	return m.Sum(nil)
}

// hex, digits and uuid are ids in the shapes that providers like.
func (s *Simulator) hex(label string, n int) string {
	return hex.EncodeToString(s.derive(label))[:n]
}

func (s *Simulator) digits(label string, n int) string {
	out := make([]byte, n)
	for i, b := range s.derive(label)[:n] {
		out[i] = '0' + b%10
	}
	if out[0] == '0' {
		out[0] = '9'
	}
	return string(out)
}

func (s *Simulator) uuid(label string) string {
	b := s.derive(label)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func (s *Simulator) secret(label string) string {
	return base64.RawURLEncoding.EncodeToString(s.derive(label))
}

// mint makes a value that was never given out before. The caller holds the lock.
func (s *Simulator) mint(prefix string) string {
	s.counter++
	return prefix + s.secret("minted "+strconv.FormatUint(s.counter, 10))
}
