package bowline

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of what an operator sets up for one integration; they are ours.
const (
	MaxSetupScopes  = 100
	MaxSetupClients = 60
	MaxSetupValues  = 30
	maxOrder        = 1_000_000
	maxScope        = 200
	maxSetupName    = 64
	maxClientID     = 512
	maxClientSecret = 2048
	maxPrivateKey   = 16 << 10
	maxSetupValue   = 4096
)

// IntegrationSetup is how an operator has set up one integration of an
// instance. What is nil is as the integration's file in the catalog says.
type IntegrationSetup struct {
	InstanceID ID
	Key        string // of the integration
	Enabled    *bool
	Order      *int
	Sandbox    *bool    // true: registered with the provider's sandbox
	Scopes     []string // RFC 6749 section 3.3
	// Clients holds the registration with the provider under "", or one for
	// each option of an input where the file says so (one a region, say).
	Clients map[string]Client
	// Values are what else the file asks an operator for, by name. They are
	// taken for secrets, all of them.
	Values    map[string]string
	UpdatedAt time.Time
	// Version grows with every change, and is never given twice to what had the
	// same key: 0 is a setup that is not stored yet.
	Version int64
}

// Client is the registration of an app with a provider.
type Client struct {
	ID         string
	Secret     string // "" where the provider gives none, or it is not known yet
	PrivateKey string // PEM; "" unless the provider wants signed assertions
}

const redactedText = "[redacted]"

// String never prints a secret.
func (c Client) String() string { return "Client[redacted]" }

// GoString never prints a secret.
func (c Client) GoString() string { return c.String() }

// LogValue never logs a secret.
func (c Client) LogValue() slog.Value { return slog.StringValue(redactedText) }

// MarshalJSON never writes a secret; what is stored is written by the store.
func (c Client) MarshalJSON() ([]byte, error) { return []byte(`"` + redactedText + `"`), nil }

// String never prints a client or a value.
func (s IntegrationSetup) String() string { return "IntegrationSetup[" + s.Key + "]" }

// GoString never prints a client or a value.
func (s IntegrationSetup) GoString() string { return s.String() }

// LogValue tells which integration it is for, and no more.
func (s IntegrationSetup) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON writes no more than String does.
func (s IntegrationSetup) MarshalJSON() ([]byte, error) { return []byte(`"` + redactedText + `"`), nil }

// Validate refuses what could not be sent to a provider, and brings the rest to
// the form that is stored: without the blanks and line ends that come along when
// something is pasted, and without what is empty. The error is a CodeInvalid
// [Error] that names the member and repeats no value. Whether the names are
// those that the integration asks for is the caller's to check.
func (s *IntegrationSetup) Validate() error {
	var c checker
	if s.Order != nil && (*s.Order < -maxOrder || *s.Order > maxOrder) {
		c.refuse("order must lie between %d and %d.", -maxOrder, maxOrder)
	}
	s.checkScopes(&c)
	s.checkClients(&c)
	s.checkValues(&c)
	return c.err
}

func (s *IntegrationSetup) checkScopes(c *checker) {
	if len(s.Scopes) == 0 {
		s.Scopes = nil
		return
	}
	if len(s.Scopes) > MaxSetupScopes {
		c.refuse("scopes has at most %d entries.", MaxSetupScopes)
		return
	}
	s.Scopes = slices.Clone(s.Scopes) // the caller's stay as they are
	for i, scope := range s.Scopes {
		scope = strings.TrimSpace(scope)
		s.Scopes[i] = scope
		if scope == "" || len(scope) > maxScope || strings.ContainsFunc(scope, notScope) {
			c.refuse("scopes[%d] must have 1 to %d printable ASCII characters without blanks, quotation marks and backslashes.", i, maxScope)
		}
		if slices.Contains(s.Scopes[:i], scope) {
			c.refuse("scopes[%d] is there twice.", i)
		}
	}
}

// notScope tells what has no place in a scope token (RFC 6749 section 3.3).
func notScope(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }

func (s *IntegrationSetup) checkClients(c *checker) {
	if len(s.Clients) > MaxSetupClients {
		c.refuse("clients has at most %d entries.", MaxSetupClients)
		return
	}
	clients := map[string]Client{}
	for _, name := range slices.Sorted(maps.Keys(s.Clients)) {
		client := s.Clients[name]
		if name != "" && !setupName(name) {
			c.refuse("clients is by option, each at most %d letters, digits, dots, dashes and underscores.", maxSetupName)
			return
		}
		client.check(c, strings.TrimSuffix("clients."+name, "."))
		if client != (Client{}) {
			clients[name] = client
		}
	}
	s.Clients = clients
}

func (c *Client) check(k *checker, at string) {
	c.ID, c.Secret = strings.TrimSpace(c.ID), strings.TrimSpace(c.Secret)
	c.PrivateKey = strings.TrimSpace(c.PrivateKey)
	k.visible(at+".clientId", c.ID, maxClientID)
	k.visible(at+".clientSecret", c.Secret, maxClientSecret)
	if c.PrivateKey == "" {
		return
	}
	if len(c.PrivateKey) > maxPrivateKey {
		k.refuse("%s.privateKey is larger than %d KiB.", at, maxPrivateKey>>10)
		return
	}
	block, more := pem.Decode([]byte(c.PrivateKey))
	switch {
	case block == nil || !strings.HasSuffix(block.Type, "PRIVATE KEY"):
		k.refuse("%s.privateKey must be a private key in PEM, from its BEGIN line to its END line.", at)
	case strings.HasPrefix(block.Type, "ENCRYPTED") || block.Headers["Proc-Type"] != "":
		k.refuse("%s.privateKey is protected by a password; remove that first.", at)
	case len(strings.TrimSpace(string(more))) > 0:
		k.refuse("%s.privateKey must be one key, with nothing behind it.", at)
	case !signs(block.Bytes):
		k.refuse("%s.privateKey must be an RSA key, or an elliptic one on P-256 or P-384.", at)
	}
}

// signs says whether a key can sign a client assertion with RS256, ES256 or
// ES384 (RFC 7518 section 3.1).
func signs(der []byte) bool {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		if elliptic, ok := key.(*ecdsa.PrivateKey); ok {
			return short(elliptic)
		}
		_, ok := key.(*rsa.PrivateKey)
		return ok
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return short(key)
	}
	_, err := x509.ParsePKCS1PrivateKey(der)
	return err == nil
}

func short(key *ecdsa.PrivateKey) bool {
	size := key.Curve.Params().BitSize
	return size == 256 || size == 384
}

func (s *IntegrationSetup) checkValues(c *checker) {
	if len(s.Values) > MaxSetupValues {
		c.refuse("values has at most %d entries.", MaxSetupValues)
		return
	}
	values := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(s.Values)) {
		if !setupName(name) {
			c.refuse("values is by name, each at most %d letters, digits, dots, dashes and underscores.", maxSetupName)
			return
		}
		value := strings.TrimSpace(s.Values[name])
		c.plain("values."+name, value, maxSetupValue)
		if value != "" {
			values[name] = value
		}
	}
	s.Values = values
}

// setupName says whether a text can name an option or a value.
func setupName(name string) bool {
	return name != "" && len(name) <= maxSetupName && !strings.ContainsFunc(name, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r)
	})
}

// visible checks a client id or secret (RFC 6749 appendix A.1 and A.2).
func (c *checker) visible(name, text string, limit int) {
	if len(text) > limit {
		c.refuse("%s must have at most %d characters.", name, limit)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		c.refuse("%s must be printable ASCII on one line.", name)
	}
}

// MaxProviderRows bounds the rows of one integration.
const MaxProviderRows = 5000

// ProviderRows are the entries that an integration has in the picker where its
// provider says which they are: the banks behind an aggregator.
type ProviderRows struct {
	FetchedAt time.Time
	Rows      []ProviderRow
}

// ProviderRow is one of them, as the provider names it.
type ProviderRow struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	LogoURL string `json:"logoUrl,omitempty"` // https; "" for none
}

// Usable says whether a row can be shown and asked for. What a provider sends
// is hostile until looked at: a row that is not usable is left out, the others
// stay.
func (r ProviderRow) Usable() bool {
	var c checker
	c.visible("id", r.ID, maxScope)
	c.plain("name", r.Name, maxScope)
	c.https("logoUrl", r.LogoURL)
	return c.err == nil && strings.TrimSpace(r.ID) != "" && strings.TrimSpace(r.Name) != "" && utf8.ValidString(r.Name)
}
