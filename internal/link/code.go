package link

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/bowline/bowline"
)

// codeLetters are Crockford's base32: no letter can be taken for another.
const codeLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Lengths of the codes in the links that go from hand to hand, in letters of
// five bits. A device's is short, to be typed; it is good for an hour, and
// guesses are counted. A colleague's is beyond guessing.
const (
	deviceLetters    = 8
	colleagueLetters = 32
)

func newCode(letters int) string {
	code := make([]byte, letters)
	_, _ = rand.Read(code) // never fails: it aborts the process instead
	for i, b := range code {
		code[i] = codeLetters[b&31]
	}
	return string(code)
}

// readCode undoes what people and their programs do to a code: lower case,
// spaces, hyphens, and letters that look alike.
func readCode(text string) (code string, kind bowline.HandOverKind, ok bool) {
	if len(text) > 4*colleagueLetters {
		return "", "", false
	}
	code = strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-':
			return -1
		case r == 'o' || r == 'O':
			return '0'
		case strings.ContainsRune("iIlL", r):
			return '1'
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, text)
	for _, r := range code {
		if !strings.ContainsRune(codeLetters, r) {
			return "", "", false
		}
	}
	switch len(code) {
	case deviceLetters:
		return code, bowline.HandOverDevice, true
	case colleagueLetters:
		return code, bowline.HandOverColleague, true
	}
	return "", "", false
}

// showCode is how a short code is read aloud.
func showCode(code string) string { return code[:deviceLetters/2] + "-" + code[deviceLetters/2:] }

// hashCode is what is stored of a code. A short one is hashed under a key of
// the deployment: forty bits would not survive a search by somebody who holds
// the database.
func (s *Service) hashCode(code string, kind bowline.HandOverKind) string {
	if kind == bowline.HandOverColleague {
		sum := sha256.Sum256([]byte(code))
		return hex.EncodeToString(sum[:])
	}
	mac := hmac.New(sha256.New, s.CodeKey)
	mac.Write([]byte(code))
	return hex.EncodeToString(mac.Sum(nil))
}
