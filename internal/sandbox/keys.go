package sandbox

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// secretPrefix marks client secrets, so that scanners recognize a leaked one.
const secretPrefix = "sbx_secret_"

const minKey = 32

// keys holds every primitive, built once: constructing a cipher or signer for
// each request would cost more than using it.
type keys struct {
	aead      cipher.AEAD // random nonce inside; the purpose is the associated data
	signer    jose.Signer
	public    jose.JSONWebKey
	subjectBy []byte // HMAC key for `sub`
}

// deriveKeys derives all keys from one root key with HKDF-SHA256 (RFC 5869),
// each under its own label.
func deriveKeys(root []byte) (*keys, error) {
	if len(root) < minKey {
		return nil, fmt.Errorf("the key has fewer than %d bytes", minKey)
	}
	block, err := aes.NewCipher(derive(root, "tokens"))
	if err != nil {
		return nil, fmt.Errorf("token cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("token cipher: %w", err)
	}
	private, err := deriveSigningKey(root)
	if err != nil {
		return nil, err
	}
	public := jose.JSONWebKey{Key: private.Public(), Algorithm: string(jose.ES256), Use: "sig"}
	thumbprint, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("signing key id: %w", err)
	}
	public.KeyID = base64.RawURLEncoding.EncodeToString(thumbprint)
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: private, KeyID: public.KeyID}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, fmt.Errorf("signer: %w", err)
	}
	return &keys{aead: aead, signer: signer, public: public, subjectBy: derive(root, "subjects")}, nil
}

// deriveSigningKey finds a P-256 private key. About one candidate in 2^32 is
// outside the group order and is passed over.
func deriveSigningKey(root []byte) (*ecdsa.PrivateKey, error) {
	for try := range 4 {
		k, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), derive(root, fmt.Sprintf("id token signing %d", try)))
		if err == nil {
			return k, nil
		}
	}
	return nil, errors.New("no usable signing key in four candidates")
}

// derive returns 32 bytes for one use. The label never repeats between uses.
func derive(root []byte, label string) []byte {
	out, err := hkdf.Key(sha256.New, root, nil, "bowline sandbox: "+label, 32)
	if err != nil {
		// Only an output longer than 255 hashes is refused; ours is one.
		panic("sandbox: derive " + label + ": " + err.Error())
	}
	return out
}

// ClientSecret returns the secret of a client, derived from the provider's
// key so that it need not be stored. It is the same in every process that
// holds the key.
func ClientSecret(key []byte, clientID string) string {
	return secretPrefix + base64.RawURLEncoding.EncodeToString(derive(key, "client secret of "+clientID))
}

// hashSecret gives secrets one length, which the constant-time comparison
// needs to hide where and how long.
func hashSecret(secret string) [32]byte { return sha256.Sum256([]byte(secret)) }

func (r *registration) secretMatches(given string) bool {
	h := hashSecret(given)
	return subtle.ConstantTimeCompare(h[:], r.secretHash[:]) == 1
}

// subject returns the `sub` of the person with this address: stable, unique
// and telling nothing (OpenID Connect Core section 2).
func (k *keys) subject(email string) string {
	m := hmac.New(sha256.New, k.subjectBy)
	m.Write([]byte(email))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:18])
}

func (k *keys) jwks() ([]byte, error) {
	b, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{k.public}})
	if err != nil {
		return nil, fmt.Errorf("write key set: %w", err)
	}
	return b, nil
}
