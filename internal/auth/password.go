package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/bowline/bowline"
)

// Cost is what one password costs whoever checks it (RFC 9106 section 3.1).
type Cost struct {
	Memory uint32 // KiB
	Passes uint32
	Lanes  uint8
}

// defaultCost is above the least that is held safe against guessing with
// hardware of one's own, and still a tenth of a second on a small machine.
var defaultCost = Cost{Memory: 32 << 10, Passes: 3, Lanes: 1}

const (
	saltLength = 16
	hashLength = 32

	// atOnce passwords are checked at the same time, and as many as may wait for
	// their turn: a flood takes 64 MiB and not all there is.
	atOnce     = 2
	mayWait    = 64
	busyBefore = 5 * time.Second // when to come back
)

// TooManyError says that somebody tried too often; After tells when the next try
// is worth it.
type TooManyError struct {
	After  time.Duration
	err    error
	begins bool // this try is the first one too many of an account
}

// Error returns the sentence.
func (e *TooManyError) Error() string { return e.err.Error() }

// Unwrap returns the error with its code.
func (e *TooManyError) Unwrap() error { return e.err }

func tooMany(after time.Duration) *TooManyError {
	return &TooManyError{
		After: max(after, time.Second),
		err:   bowline.Errorf(bowline.CodeTooMany, "There were many tries in a short time. Please wait a little and try again."),
	}
}

// passwords makes and checks hashes, a few at a time.
type passwords struct {
	cost    Cost
	slots   chan struct{}
	waiting atomic.Int64
	decoy   string // is checked where there is no hash, so that both take the same time
}

func newPasswords(cost Cost) *passwords {
	if cost == (Cost{}) {
		cost = defaultCost
	}
	p := &passwords{cost: cost, slots: make(chan struct{}, atOnce)}
	p.decoy = p.encode(randomBytes(saltLength), randomBytes(hashLength))
	return p
}

// turn waits until this caller may use memory; done gives the turn back.
func (p *passwords) turn(ctx context.Context) (done func(), err error) {
	if p.waiting.Add(1) > mayWait {
		p.waiting.Add(-1)
		return nil, tooMany(busyBefore)
	}
	defer p.waiting.Add(-1)
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash makes the hash of a new password, in the usual notation with its
// parameters and salt.
func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	done, err := p.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	salt := randomBytes(saltLength)
	return p.encode(salt, derive(password, salt, p.cost, hashLength)), nil
}

func (p *passwords) encode(salt, hash []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.cost.Memory, p.cost.Passes, p.cost.Lanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(hash))
}

// matches says whether a password is the one behind a hash, and whether the hash
// is to be made anew at today's cost. Where there is no hash it takes as long and
// says no.
func (p *passwords) matches(ctx context.Context, password, encoded string) (ok, outdated bool, err error) {
	there := encoded != ""
	if !there {
		encoded = p.decoy
	}
	cost, salt, want, err := parseHash(encoded)
	if err != nil {
		return false, false, err
	}
	done, err := p.turn(ctx)
	if err != nil {
		return false, false, err
	}
	defer done()
	got := derive(password, salt, cost, uint32(len(want))) //nolint:gosec // bounded by parseHash
	return subtle.ConstantTimeCompare(got, want) == 1 && there, cost != p.cost, nil
}

// derive brings what people type into one form first: keyboards differ in how
// they write accents.
func derive(password string, salt []byte, c Cost, length uint32) []byte {
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, c.Passes, c.Memory, c.Lanes, length)
}

var errBadHash = errors.New("the stored password hash cannot be read")

func parseHash(encoded string) (c Cost, salt, hash []byte, err error) {
	parts := strings.Split(encoded, "$")
	const count = 6
	if len(parts) != count || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errBadHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Lanes); err != nil || c.Passes == 0 || c.Lanes == 0 {
		return c, nil, nil, errBadHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	hash, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(hash) != hashLength {
		return c, nil, nil, errBadHash
	}
	return c, salt, hash, nil
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: it aborts the process instead
	return b
}

// CheckPassword refuses a password that would be among the first guesses, with
// CodeInvalid. about is what everybody knows of the person: name and address.
func CheckPassword(password string, about ...string) error {
	length := utf8.RuneCountInString(password)
	if !utf8.ValidString(password) || length < bowline.MinPassword || length > bowline.MaxPassword {
		return bowline.Errorf(bowline.CodeInvalid, "password must have %d to %d characters.", bowline.MinPassword, bowline.MaxPassword)
	}
	if guessable(password, about) {
		return bowline.Errorf(bowline.CodeInvalid, "This password is easy to guess. Please choose another one, such as several words that have nothing to do with each other.")
	}
	return nil
}
