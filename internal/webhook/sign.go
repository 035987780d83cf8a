package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Lengths of signing keys in bytes, after decoding. What was made elsewhere is
// taken within the vendor's limits (webhooks.md section 3), so that a team can
// bring the secret that its consumer already knows.
const (
	MinSecretBytes = 24
	MaxSecretBytes = 75
	newSecretBytes = 32
)

// secretPrefix marks a symmetric key of Standard Webhooks; whsk_ and whpk_ are
// the asymmetric ones, which are not used here.
const secretPrefix = "whsec_"

// signatureVersion is HMAC-SHA256 in Standard Webhooks.
const signatureVersion = "v1,"

// The headers of Standard Webhooks, as http.Header keeps them.
const (
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
)

// ErrSecret says that a text is no signing secret. It does not say which text.
var ErrSecret = errors.New("a signing secret is whsec_ followed by the base64 of 24 to 75 bytes")

// NewSecret returns a fresh signing secret in the form that consumers are
// shown: whsec_ and the base64 of 32 random bytes.
func NewSecret() string {
	var key [newSecretBytes]byte
	_, _ = rand.Read(key[:]) // never fails: it aborts the process instead
	return secretPrefix + base64.StdEncoding.EncodeToString(key[:])
}

// ParseSecret returns the key of a signing secret: the decoded bytes are the
// key, not the text. The prefix is required and the base64 must be the standard
// one with padding, because the consumers' libraries read no other. It fails
// with [ErrSecret].
func ParseSecret(text string) ([]byte, error) {
	encoded, found := strings.CutPrefix(text, secretPrefix)
	// The decoder would skip line breaks, which not every library does.
	if !found || strings.ContainsAny(encoded, "\r\n") {
		return nil, ErrSecret
	}
	key, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || len(key) < MinSecretBytes || len(key) > MaxSecretBytes {
		return nil, ErrSecret // err would repeat part of the secret
	}
	return key, nil
}

// Sign returns the three headers of one attempt (Standard Webhooks 1.0.0;
// webhooks.md section 3). There is one signature for each key, in their order:
// the present one first, and a former one while it is still valid. id is the
// message's and holds no dot, or two messages could share a signature; at is
// the time of this attempt, because receivers refuse what is five minutes off;
// body is exactly what is sent.
func Sign(keys [][]byte, id string, at time.Time, body []byte) http.Header {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	before := []byte(id + "." + timestamp + ".")
	var sum [sha256.Size]byte
	signatures := make([]byte, 0, len(keys)*(len(signatureVersion)+base64.StdEncoding.EncodedLen(len(sum))+1))
	for n, key := range keys {
		mac := hmac.New(sha256.New, key)
		_, _ = mac.Write(before) // a hash never fails to be written to
		_, _ = mac.Write(body)
		if n > 0 {
			signatures = append(signatures, ' ')
		}
		signatures = append(signatures, signatureVersion...)
		signatures = base64.StdEncoding.AppendEncode(signatures, mac.Sum(sum[:0]))
	}
	return http.Header{headerID: {id}, headerTimestamp: {timestamp}, headerSignature: {string(signatures)}}
}
