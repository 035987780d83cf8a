package oauth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	// assertionLife is how long an assertion is good for: it is used at once.
	assertionLife = 2 * time.Minute
)

// assertion signs who we are (RFC 7523 sections 2.2 and 3). The audience is the
// token endpoint.
func (c *Client) assertion(m message) (string, error) {
	broken := func(why string) (string, error) {
		return "", &Error{Op: m.op, Reason: Misconfigured, cause: errors.New("private key: " + why)}
	}
	key, algorithm, err := signingKey(m.in.OAuth.PrivateKey)
	if err != nil {
		return broken(err.Error())
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return broken("it cannot sign")
	}
	now := c.now()
	claims, err := json.Marshal(map[string]any{
		"iss": m.in.OAuth.ClientID, "sub": m.in.OAuth.ClientID, "aud": m.address, "jti": NewToken(),
		"iat": now.Unix(), "exp": now.Add(assertionLife).Unix(),
	})
	if err != nil {
		return broken("it cannot sign")
	}
	signed, err := signer.Sign(claims)
	if err != nil {
		return broken("it cannot sign")
	}
	return signed.CompactSerialize()
}

// signingKey reads a private key in PEM. Its errors quote nothing of it.
func signingKey(text Secret) (crypto.PrivateKey, jose.SignatureAlgorithm, error) {
	block, _ := pem.Decode([]byte(text.Reveal()))
	if block == nil {
		return nil, "", errors.New("it is not PEM")
	}
	var key any
	for _, parse := range []func([]byte) (any, error){
		x509.ParsePKCS8PrivateKey,
		func(der []byte) (any, error) { return x509.ParsePKCS1PrivateKey(der) },
		func(der []byte) (any, error) { return x509.ParseECPrivateKey(der) },
	} {
		if parsed, err := parse(block.Bytes); err == nil {
			key = parsed
			break
		}
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return k, jose.RS256, nil
	case *ecdsa.PrivateKey:
		switch k.Curve.Params().BitSize {
		case 256:
			return k, jose.ES256, nil
		case 384:
			return k, jose.ES384, nil
		}
	}
	return nil, "", errors.New("it is neither RSA nor P-256 nor P-384")
}
