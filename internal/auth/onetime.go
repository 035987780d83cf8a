package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// One-time passwords of Link URLs (link.md 4.3).
const (
	passwordLength = 6
	passwordLife   = 24 * time.Hour
	// passwordLetters are Crockford's base32: no two of them look alike.
	passwordLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

	// wrongTries in wrongWindow are let through per company and replica. Thirty
	// bits are out of reach at that pace.
	wrongTries  = 5
	wrongWindow = time.Hour
)

// settingLife is for how long another replica may go on as before after the
// setting was changed. Where it was changed it counts at once.
const settingLife = 2 * time.Second

// Refusals of a one-time password. It is never said which of the reasons it is.
var (
	errWrongPassword error = bowline.Errorf(bowline.CodeUnauthorized, "This link has been used before, or its time is over.")
	errManyPasswords error = bowline.Errorf(bowline.CodeTooMany, "There were many tries in a short time. Please wait an hour, or ask for a new link then.")
)

// OneTime issues and spends the one-time passwords of Link URLs. Only their
// keyed hashes are stored. It is safe for concurrent use.
type OneTime struct {
	store *store.Store
	key   []byte
	now   func() time.Time
	wrong wrongs

	mu       sync.Mutex
	settings map[bowline.ID]cachedSetting
}

type cachedSetting struct {
	on     bool
	readAt time.Time
}

// NewOneTime returns a OneTime. The key is a secret of the deployment, the same
// on every replica.
func NewOneTime(s *store.Store, key []byte, now func() time.Time) *OneTime {
	return &OneTime{store: s, key: key, now: now, settings: map[bowline.ID]cachedSetting{}}
}

// Enabled says whether an instance's Link URLs carry one-time passwords.
func (o *OneTime) Enabled(ctx context.Context, instance bowline.ID) (bool, error) {
	now := o.now()
	o.mu.Lock()
	known, ok := o.settings[instance]
	o.mu.Unlock()
	if age := now.Sub(known.readAt); ok && age >= 0 && age < settingLife {
		return known.on, nil
	}
	settings, err := o.store.LinkSettings(ctx, instance)
	if err != nil {
		return false, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.settings) >= maxKnown {
		clear(o.settings)
	}
	o.settings[instance] = cachedSetting{settings.OneTimeLinks, now}
	return settings.OneTimeLinks, nil
}

// Changed lets a change of an instance's settings count at once. A nil OneTime
// has nothing to forget.
func (o *OneTime) Changed(instance bowline.ID) {
	if o == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.settings, instance)
}

// Issue makes a password for each of the companies, in their order, in one
// write. A company may be named several times: each of its links gets its own.
func (o *OneTime) Issue(ctx context.Context, companies []bowline.ID) ([]string, error) {
	if len(companies) == 0 {
		return nil, nil
	}
	passwords := make([]string, len(companies))
	rows := make([]store.OneTimePassword, len(companies))
	until := o.now().Add(passwordLife)
	for i, company := range companies {
		passwords[i] = newPassword()
		rows[i] = store.OneTimePassword{Company: company, Hash: o.hash(company, passwords[i]), ExpiresAt: until}
	}
	err := o.store.Write(ctx, func(tx *store.Tx) error { return tx.InsertOneTimePasswords(ctx, rows) })
	if err != nil {
		return nil, fmt.Errorf("issue one-time passwords: %w", err)
	}
	return passwords, nil
}

// Spend uses a password up, which succeeds once. A wrong, used or late one is
// CodeUnauthorized; after five of those in an hour every one, also a right one,
// is CodeTooMany. That count is kept in memory, per replica.
func (o *OneTime) Spend(ctx context.Context, company bowline.ID, password string) error {
	now := o.now()
	if !o.wrong.take(company, now) {
		return errManyPasswords
	}
	read, ok := readPassword(password)
	if !ok { // a link without one, or cut off: nobody is guessing
		o.wrong.giveBack(company)
		return errWrongPassword
	}
	err := o.store.Write(ctx, func(tx *store.Tx) error {
		return tx.SpendOneTimePassword(ctx, company, o.hash(company, read), now)
	})
	if errors.Is(err, store.ErrNotFound) {
		return errWrongPassword
	}
	o.wrong.giveBack(company)
	if err != nil {
		return fmt.Errorf("spend one-time password: %w", err)
	}
	return nil
}

func (o *OneTime) hash(company bowline.ID, password string) string {
	mac := hmac.New(sha256.New, o.key)
	mac.Write([]byte(string(company) + " " + password))
	return hex.EncodeToString(mac.Sum(nil))
}

func newPassword() string {
	password := make([]byte, passwordLength)
	_, _ = rand.Read(password) // never fails: it aborts the process instead
	for i, b := range password {
		password[i] = passwordLetters[b&31]
	}
	return string(password)
}

// readPassword undoes what people do who type a link from paper: lower case,
// and letters that look like digits.
func readPassword(text string) (string, bool) {
	if len(text) != passwordLength {
		return "", false
	}
	text = strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(text))
	for _, r := range text {
		if !strings.ContainsRune(passwordLetters, r) {
			return "", false
		}
	}
	return text, true
}

// maxWrongCounters bounds the counters. They are forgotten all at once, which
// only ever lets more through.
const maxWrongCounters = 20_000

// wrongs counts wrong tries per company. The zero value is ready.
type wrongs struct {
	mu       sync.Mutex
	counters map[bowline.ID]wrongCount
}

type wrongCount struct {
	count int
	since time.Time
}

// take takes a try beforehand, so that tries at the same time count too.
func (w *wrongs) take(company bowline.ID, now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.counters[company]
	if c.count == 0 || now.Sub(c.since) >= wrongWindow {
		c = wrongCount{since: now}
	}
	if c.count >= wrongTries {
		return false
	}
	c.count++
	if w.counters == nil || len(w.counters) >= maxWrongCounters {
		w.counters = map[bowline.ID]wrongCount{}
	}
	w.counters[company] = c
	return true
}

func (w *wrongs) giveBack(company bowline.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.counters[company]
	if c.count--; c.count <= 0 {
		delete(w.counters, company)
		return
	}
	w.counters[company] = c
}
