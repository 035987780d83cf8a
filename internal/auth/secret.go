package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strings"

	"github.com/bowline/bowline"
)

// keyPrefix makes our keys recognizable to people and to secret scanners.
const keyPrefix = "bwl_"

const (
	keyLength = 40 // alphanumerics after the prefix: 238 bits
	alphabet  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

// Limits of a key from the configuration. Shorter ones could be guessed.
const (
	minConfiguredKey = 24
	maxConfiguredKey = 256
)

// NewKey returns the secret of a new API key: "bwl_" and 40 random
// alphanumerics.
func NewKey() string {
	secret := make([]byte, keyLength)
	size := big.NewInt(int64(len(alphabet)))
	for i := range secret {
		n, err := rand.Int(rand.Reader, size)
		if err != nil { // the system's randomness is gone: nothing safe is left to do
			panic("auth: no randomness")
		}
		secret[i] = alphabet[n.Int64()]
	}
	return keyPrefix + string(secret)
}

// shownPart is what may be kept of a key in clear, to recognize it by: four
// characters of its random part, or of one that somebody chose.
func shownPart(secret string) string {
	const shown = 4
	if random, ours := strings.CutPrefix(secret, keyPrefix); ours {
		return keyPrefix + random[:shown]
	}
	return secret[:shown]
}

// digest is a key's SHA-256. A plain hash is enough: keys are random and long,
// so there is no dictionary to try.
type digest [sha256.Size]byte

func hashOf(secret string) digest { return sha256.Sum256([]byte(secret)) }

// String is the form in which the store keeps it.
func (d digest) String() string { return hex.EncodeToString(d[:]) }

// checkConfigured refuses a configured key that could be guessed or that could
// not travel in an Authorization header. It repeats nothing of the key.
func checkConfigured(secret string) error {
	if len(secret) < minConfiguredKey || len(secret) > maxConfiguredKey {
		return bowline.Errorf(bowline.CodeInvalid,
			"The bootstrap API key must have %d to %d characters.", minConfiguredKey, maxConfiguredKey)
	}
	for _, c := range []byte(secret) {
		if c <= ' ' || c > '~' || c == ':' {
			return bowline.Errorf(bowline.CodeInvalid,
				"The bootstrap API key may hold printable ASCII characters only, without spaces and colons.")
		}
	}
	return nil
}
