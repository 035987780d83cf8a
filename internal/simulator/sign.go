package simulator

import (
	"crypto/rsa"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// signing is the one RSA key that all providers sign with.
type signing struct {
	signer jose.Signer
	public jose.JSONWebKeySet
}

// keyID is the kid of the one key.
const keyID = "simulator-1"

// signings are the keys of the seeds that were given: making one takes a good
// part of a second, and tests start many simulators with one seed.
var signings sync.Map

func signingOf(seed string) *signing {
	made, _ := signings.LoadOrStore(seed, sync.OnceValue(func() *signing { return newSigning([]byte(seed)) }))
	return made.(func() *signing)()
}

// newSigning derives a 2048-bit RSA key from the seed: the standard library
// makes such keys from its own randomness only.
func newSigning(seed []byte) *signing {
	key := rsaKey(seed)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: keyID}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		panic("simulator: no signer for an RSA key: " + err.Error()) // the algorithm fits the key
	}
	return &signing{signer: signer, public: jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: key.Public(), KeyID: keyID, Algorithm: string(jose.RS256), Use: "sig"}}}}
}

func rsaKey(seed []byte) *rsa.PrivateKey {
	one, e := big.NewInt(1), big.NewInt(65537)
	for try := 0; ; try++ {
		p, q := prime(seed, "p", try), prime(seed, "q", try)
		phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
		d := new(big.Int).ModInverse(e, phi)
		if d == nil {
			continue
		}
		key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: int(e.Int64())}, D: d, Primes: []*big.Int{p, q}}
		key.Precompute()
		if key.Validate() == nil {
			return key
		}
	}
}

// prime finds a 1024-bit prime that depends on the seed and the label.
func prime(seed []byte, label string, try int) *big.Int {
	var b []byte
	for i := range 4 {
		b = append(b, derive(seed, "prime "+label+strconv.Itoa(try)+"."+strconv.Itoa(i))...)
	}
	b[0] |= 0xc0 // so that the product has 2048 bits
	b[len(b)-1] |= 1
	n, two := new(big.Int).SetBytes(b), big.NewInt(2)
	for !n.ProbablyPrime(16) {
		n.Add(n, two)
	}
	return n
}

// sign makes a JWT that is valid for ttl by the provider's clock.
func (c *call) sign(issuer, subject, audience string, ttl time.Duration, more map[string]any) string {
	now := c.clock()
	claims := map[string]any{"iss": issuer, "sub": subject, "aud": audience, "iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(ttl).Unix()}
	maps.Copy(claims, more)
	signed, err := jwt.Signed(c.s.keys().signer).Claims(claims).Serialize()
	if err != nil {
		panic("simulator: sign a token: " + err.Error()) // plain claims always encode
	}
	return signed
}

func (c *call) idToken(g *grant, nonce string) string {
	more := map[string]any{"auth_time": c.clock().Unix()}
	if nonce != "" {
		more["nonce"] = nonce
	}
	if c.p.claims != nil {
		maps.Copy(more, c.p.claims(g))
	}
	issuer := strings.ReplaceAll(c.p.issuer, "{tid}", c.s.directory())
	return c.sign(issuer, g.user, c.p.client.ID, time.Hour, more)
}

// serveKeys mounts the key set of a provider.
func (s *Simulator) serveKeys(address string, p *provider) {
	s.route.add("GET "+address, p, func(c *call) { c.writeJSON(200, c.s.keys().public) })
}

// serveDiscovery mounts a discovery document (OpenID Connect Discovery 1.0
// section 3). Addresses are those that the provider really has.
func (s *Simulator) serveDiscovery(address string, p *provider, document map[string]any) {
	full := map[string]any{
		"issuer": p.issuer, "authorization_endpoint": "https://" + p.authorize[0], "token_endpoint": "https://" + p.tokens[0],
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
	}
	if p.auth == basicOnly {
		full["token_endpoint_auth_methods_supported"] = []string{"client_secret_basic"}
	} else {
		full["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"}
	}
	if slices.Contains(p.scopes, "openid") {
		full["scopes_supported"] = p.scopes
	}
	maps.Copy(full, document)
	s.route.add("GET "+address, p, func(c *call) { c.writeJSON(200, full) })
}
