package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// purpose says what a sealed text is good for. It is bound in as associated
// data, so that a refresh token can never pass for an access token, and it is
// the prefix by which people and scanners recognize the thing.
type purpose string

const (
	forCode     purpose = "sbx_code_"
	forAccess   purpose = "sbx_access_"
	forRefresh  purpose = "sbx_refresh_"
	forSignedIn purpose = "sbx_signedin_"
	forBrowser  purpose = "sbx_browser_"
)

// maxSealed caps a sealed text before any work is spent on it, in bytes.
const maxSealed = 8 << 10

// errUnusable covers every reason for not accepting a sealed text: not ours,
// altered, for another purpose, or expired. Callers answer all alike.
var errUnusable = errors.New("not valid or no longer valid")

// grant is what the person agreed to. It travels inside the code and every
// token that grows out of it.
type grant struct {
	ID            string   `json:"g"`
	ClientID      string   `json:"c"`
	Person        person   `json:"p"`
	Organisations []string `json:"o,omitempty"`
	Scopes        scopes   `json:"s"`
	AuthTime      int64    `json:"a"` // Unix seconds
	Switches      switches `json:"w"`
}

// person is who signed in: a demo account by key, or a typed address.
type person struct {
	Key   string `json:"k,omitempty"`
	Email string `json:"e"`
}

// code is the content of an authorization code.
type code struct {
	Grant       grant  `json:"grant"`
	RedirectURI string `json:"r"`
	Challenge   string `json:"ch"`
	Nonce       string `json:"n,omitempty"`
	Expires     int64  `json:"exp"`
}

// accessToken is the content of an access token. Its grant's scopes may be
// narrower than those of the refresh token beside it.
type accessToken struct {
	Grant   grant `json:"grant"`
	Expires int64 `json:"exp"`
}

// refreshToken is the content of a refresh token. Generation counts the
// rotations of its family from 1.
type refreshToken struct {
	Grant      grant `json:"grant"`
	Generation int   `json:"gen"`
	Expires    int64 `json:"exp"`
}

// signedIn carries the outcome of the sign-in page to the consent page.
type signedIn struct {
	Person  person `json:"p"`
	At      int64  `json:"at"`
	Expires int64  `json:"exp"`
}

func (c code) expires() int64         { return c.Expires }
func (t accessToken) expires() int64  { return t.Expires }
func (t refreshToken) expires() int64 { return t.Expires }
func (s signedIn) expires() int64     { return s.Expires }

type expiring interface{ expires() int64 }

// newGrantID returns 128 random bits as text.
func newGrantID() string {
	var b [16]byte
	rand.Read(b[:]) //nolint:errcheck // never fails, by its documentation
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// seal encrypts a value for one purpose into URL-safe text.
func (k *keys) seal(use purpose, v any) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	sealed := k.aead.Seal(nil, nil, plain, []byte(use)) //nolint:gosec // this AEAD makes its nonces itself
	return string(use) + base64.RawURLEncoding.EncodeToString(sealed), nil
}

// open decrypts a text that was sealed for the purpose. It fails with
// errUnusable and does not look at expiry.
func (k *keys) open(use purpose, text string, into any) error {
	body, ok := strings.CutPrefix(text, string(use))
	// One token has one spelling: the decoder would skip line breaks, and
	// without Strict it would ignore trailing bits.
	if !ok || len(body) > maxSealed || strings.ContainsAny(body, "\r\n") {
		return errUnusable
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil || len(sealed) < k.aead.Overhead() {
		return errUnusable
	}
	plain, err := k.aead.Open(sealed[:0], nil, sealed, []byte(use))
	if err != nil {
		return errUnusable
	}
	if err := json.Unmarshal(plain, into); err != nil {
		return errUnusable
	}
	return nil
}

// openFresh opens a text and refuses one whose time has passed.
func openFresh[T expiring](k *keys, use purpose, text string, now time.Time) (T, error) {
	var v T
	if err := k.open(use, text, &v); err != nil {
		return v, err
	}
	if now.Unix() >= v.expires() {
		return v, errUnusable
	}
	return v, nil
}
