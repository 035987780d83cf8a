package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/peer"
	"github.com/bowline/bowline/internal/store"
)

// How many wrong tries to sign in are let through in a window. They are counted
// in the database, so that the number holds over all replicas.
const (
	triesWindow    = 15 * time.Minute
	triesAccount   = 10  // of one account, from browsers in which nobody of it has signed in yet
	triesKnown     = 10  // of one account from one browser in which its owner has
	triesAddress   = 100 // of one network address; a whole office may share it
	triesGroup     = 400 // of addresses that may be one caller's, see [peer.Group]
	maxShutBuckets = 10_000
)

// throttle counts wrong tries. A bucket that is full is remembered here too, so
// that a flood does not reach the database.
type throttle struct {
	store *store.Store
	key   []byte
	now   func() time.Time

	mu   sync.Mutex
	shut map[string]time.Time
}

// bucket is whose tries are counted together, and how many are let through.
type bucket struct {
	name  string
	limit int64
}

// buckets says where a try counts. Who signed in from this browser before is not
// kept out by what strangers try: their tries count apart.
func (t *throttle) buckets(email, address, device string) []bucket {
	if id, ok := t.knows(device, email); ok {
		return []bucket{{t.name("device", email, id), triesKnown}}
	}
	list := []bucket{{t.name("account", email), triesAccount}, {t.name("address", peer.Caller(address)), triesAddress}}
	if group := peer.Group(address); group != "" {
		list = append(list, bucket{t.name("group", group), triesGroup})
	}
	return list
}

// name is keyed, so that the table tells nobody who tried what.
func (t *throttle) name(parts ...string) string {
	mac := hmac.New(sha256.New, t.key)
	mac.Write([]byte("tries\x00" + strings.Join(parts, "\x00")))
	return hex.EncodeToString(mac.Sum(nil))
}

// take takes a try out of each bucket beforehand, so that tries at the same time
// count too; CodeTooMany when one is full. The first bucket is the account's.
func (t *throttle) take(ctx context.Context, list []bucket) error {
	now := t.now()
	if after := t.shutFor(list, now); after > 0 {
		return tooMany(after)
	}
	var after time.Duration
	var full string
	begins := false
	err := t.store.Write(ctx, func(tx *store.Tx) error {
		after, full = 0, ""
		for i, b := range list {
			tries, since, err := tx.TakeTry(ctx, b.name, now, now.Add(-triesWindow))
			if err != nil {
				return err
			}
			if tries > b.limit {
				after, full, begins = since.Add(triesWindow).Sub(now), b.name, i == 0 && tries == b.limit+1
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("count tries to sign in: %w", err)
	}
	if full == "" {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.shut == nil || len(t.shut) >= maxShutBuckets {
		t.shut = map[string]time.Time{}
	}
	t.shut[full] = now.Add(after)
	refusal := tooMany(after)
	refusal.begins = begins
	return refusal
}

// few takes one out of a bucket within a transaction, and says whether it had room.
func (t *throttle) few(ctx context.Context, tx *store.Tx, b bucket) (bool, error) {
	now := t.now()
	n, _, err := tx.TakeTry(ctx, b.name, now, now.Add(-triesWindow))
	return n <= b.limit, err
}

func (t *throttle) shutFor(list []bucket, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, b := range list {
		until, ok := t.shut[b.name]
		if ok && now.Before(until) {
			return until.Sub(now)
		}
		delete(t.shut, b.name)
	}
	return 0
}

// open lets an account's tries begin anew: its owner has chosen a new password.
func (t *throttle) open(ctx context.Context, tx *store.Tx, email string) error {
	name := t.name("account", bowline.EmailKey(email))
	t.mu.Lock()
	delete(t.shut, name)
	t.mu.Unlock()
	return tx.ClearTries(ctx, name)
}

// newDevice returns what a browser keeps in which somebody has signed in: it is
// good for nothing but to count their tries apart from those of strangers.
func (t *throttle) newDevice(email string) string {
	const length = 12
	id := base64.RawURLEncoding.EncodeToString(randomBytes(length))
	return id + "." + t.deviceProof(email, id)
}

// knows says whether somebody has signed in to the account with this browser.
func (t *throttle) knows(device, email string) (id string, ok bool) {
	id, proof, found := strings.Cut(device, ".")
	if !found {
		return "", false
	}
	return id, hmac.Equal([]byte(proof), []byte(t.deviceProof(email, id)))
}

func (t *throttle) deviceProof(email, id string) string {
	mac := hmac.New(sha256.New, t.key)
	mac.Write([]byte("device\x00" + bowline.EmailKey(email) + "\x00" + id))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
