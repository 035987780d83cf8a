package bowline

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of how a consumer wants to be told (webhooks.md section 7).
const (
	MaxConsumerHeaders     = 50
	MaxConsumerHeaderName  = 128
	MaxConsumerHeaderValue = 4096
	MaxConsumerRate        = 10_000
	MaxTransformation      = 64 << 10
	MaxClientCertificate   = 64 << 10
)

// Transformation is JavaScript of the fintech that changes each message before
// it is sent (webhooks.md section 8).
type Transformation struct {
	Source  string `json:"source"`
	Enabled bool   `json:"enabled"`
}

// Validate refuses one outside the limits. Whether it runs is for who runs it.
func (t Transformation) Validate() error {
	switch {
	case len(t.Source) > MaxTransformation:
		return Errorf(CodeInvalid, "source has at most %d bytes.", MaxTransformation).At("source")
	case !utf8.ValidString(t.Source):
		return Errorf(CodeInvalid, "source must be valid UTF-8.").At("source")
	case t.Enabled && strings.TrimSpace(t.Source) == "":
		return Errorf(CodeInvalid, "source must define handler(webhook) before the transformation can be enabled.").At("source")
	}
	return nil
}

// ClientCertificate is a PEM private key and its X.509 certificates, pasted
// together. It never prints itself.
type ClientCertificate string

const redacted = "[redacted]"

func (ClientCertificate) String() string               { return redacted }
func (ClientCertificate) GoString() string             { return redacted }
func (ClientCertificate) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (ClientCertificate) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }

// Reveal returns the text, for sealing.
func (c ClientCertificate) Reveal() string { return string(c) }

// Pair returns key and certificates, ready for use. What is wrong with them is
// said in a sentence without any of their text.
func (c ClientCertificate) Pair() (tls.Certificate, error) {
	if len(c) > MaxClientCertificate {
		return tls.Certificate{}, Errorf(CodeInvalid, "The client certificate has at most %d bytes.", MaxClientCertificate).At("pem")
	}
	key, certificate := false, false
	for rest := []byte(c); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		key = key || strings.HasSuffix(block.Type, "PRIVATE KEY")
		certificate = certificate || block.Type == "CERTIFICATE"
	}
	if !key || !certificate {
		return tls.Certificate{}, Errorf(CodeInvalid, "The client certificate must hold a PEM private key and an X.509 certificate.").At("pem")
	}
	pair, err := tls.X509KeyPair([]byte(c), []byte(c))
	if err != nil {
		return tls.Certificate{}, Errorf(CodeInvalid, "The private key does not belong to the certificate, or one of them cannot be read.").At("pem")
	}
	return pair, nil
}

// Leaf returns the certificate itself, to show whose it is and until when.
func (c ClientCertificate) Leaf() (*x509.Certificate, error) {
	pair, err := c.Pair()
	if err != nil {
		return nil, err
	}
	if pair.Leaf != nil {
		return pair.Leaf, nil
	}
	return x509.ParseCertificate(pair.Certificate[0])
}

// Until returns the end of the certificate itself, if there is one that can be
// read. It looks at no key, which would take far longer.
func (c ClientCertificate) Until() (time.Time, bool) {
	for rest := []byte(c); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return time.Time{}, false
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		leaf, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return time.Time{}, false
		}
		return leaf.NotAfter.UTC(), true
	}
}

// validateDelivery checks what is not part of the documented consumer.
func (c *Consumer) validateDelivery() error {
	if c.RateLimit < 0 || c.RateLimit > MaxConsumerRate {
		return Errorf(CodeInvalid, "rateLimit must be a whole number from 0, for none, to %d messages per second.", MaxConsumerRate).At("rateLimit")
	}
	if err := ValidateHeaders(c.Headers); err != nil {
		return err
	}
	if c.ClientCertificate != "" {
		if _, err := c.ClientCertificate.Pair(); err != nil {
			return err
		}
	}
	return c.Transformation.Validate()
}

// ownHeaders are set by the delivery or by the transport.
var ownHeaders = map[string]bool{
	"host": true, "connection": true, "keep-alive": true, "te": true, "trailer": true, "transfer-encoding": true, "upgrade": true,
	"expect": true, "accept-encoding": true, "http2-settings": true, "date": true,
}

// ownHeaderPrefixes belong to the signature, the content and proxies on the way.
var ownHeaderPrefixes = []string{"webhook-", "svix-", "content-", "proxy-"}

// ValidateHeaders refuses custom headers that the delivery itself sets, and
// those that are not headers.
func ValidateHeaders(headers map[string]string) error {
	if len(headers) > MaxConsumerHeaders {
		return Errorf(CodeInvalid, "headers has at most %d entries.", MaxConsumerHeaders).At("headers")
	}
	seen := map[string]bool{}
	for name, value := range headers {
		lower := strings.ToLower(name)
		if !headerName(name) {
			return Errorf(CodeInvalid, "headers holds a name that is not a header name of at most %d characters.", MaxConsumerHeaderName).At("headers")
		}
		if seen[lower] {
			return Errorf(CodeInvalid, "headers names %s twice.", lower).At("headers")
		}
		seen[lower] = true
		reserved := ownHeaders[lower]
		for _, prefix := range ownHeaderPrefixes {
			reserved = reserved || strings.HasPrefix(lower, prefix)
		}
		if reserved {
			return Errorf(CodeInvalid, "headers must not hold %s: deliveries set it themselves.", lower).At("headers")
		}
		if !headerValue(value) {
			return Errorf(CodeInvalid, "headers holds a value that is longer than %d bytes or has control characters.", MaxConsumerHeaderValue).At("headers")
		}
	}
	return nil
}

// headerName checks for a token (RFC 9110 section 5.6.2).
func headerName(name string) bool {
	if name == "" || len(name) > MaxConsumerHeaderName {
		return false
	}
	for _, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0:
		default:
			return false
		}
	}
	return true
}

func headerValue(value string) bool {
	if len(value) > MaxConsumerHeaderValue || strings.TrimSpace(value) != value {
		return false
	}
	for _, c := range []byte(value) {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
