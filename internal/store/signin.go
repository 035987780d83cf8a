package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// signInRow names the one row of its table.
const signInRow = "sign-in"

// storedSignIn is what of the settings is not sealed.
type storedSignIn struct {
	Password bool         `json:"password"`
	Message  string       `json:"message,omitempty"`
	SSO      *bowline.SSO `json:"sso,omitempty"`
}

// SignIn returns how people sign in; the default when nobody has decided.
func (s *Store) SignIn(ctx context.Context) (bowline.SignIn, error) {
	return readSignIn(ctx, s, storeReader{s})
}

// SignIn is the same within a transaction.
func (tx *Tx) SignIn(ctx context.Context) (bowline.SignIn, error) {
	return readSignIn(ctx, tx.store, tx)
}

func readSignIn(ctx context.Context, s *Store, q querier) (bowline.SignIn, error) {
	var kept storedSignIn
	var sealed []byte
	var in bowline.SignIn
	err := one(ctx, q, `SELECT settings, sealed_secret, tested, version FROM sign_in WHERE name = $1`, []any{signInRow}, func(r *row) error {
		r.json(&kept)
		sealed = r.bytes()
		r.json(&in.Tested)
		in.Version = r.int()
		return r.err
	})
	if errors.Is(err, ErrNotFound) {
		return bowline.DefaultSignIn(), nil
	}
	if err == nil && len(sealed) > 0 && kept.SSO != nil {
		var secret []byte
		secret, err = s.sealer.Open(sealed, "sign_in", signInRow, "sealed_secret")
		kept.SSO.ClientSecret = string(secret)
	}
	if err != nil {
		return bowline.SignIn{}, fmt.Errorf("read how people sign in: %w", err)
	}
	in.Password, in.Message, in.SSO = kept.Password, kept.Message, kept.SSO
	return in, nil
}

// PutSignIn stores how people sign in, and the latest test, as version
// in.Version+1. The transaction fails with [ErrConflict] when another version
// than in.Version is stored.
func (tx *Tx) PutSignIn(ctx context.Context, in bowline.SignIn) error {
	text, err := json.Marshal(storedSignIn{in.Password, in.Message, in.SSO})
	if err != nil {
		return fmt.Errorf("encode how people sign in: %w", err)
	}
	tested, err := encode(in.Tested, in.Tested == nil)
	if err != nil {
		return err
	}
	var sealed []byte
	if in.SSO != nil && in.SSO.ClientSecret != "" {
		if sealed, err = tx.store.sealer.Seal([]byte(in.SSO.ClientSecret), "sign_in", signInRow, "sealed_secret"); err != nil {
			return fmt.Errorf("put how people sign in: %w", err)
		}
	}
	if in.Version == 0 {
		err = tx.exec(ctx, `INSERT INTO sign_in (name, settings, sealed_secret, tested, version) VALUES ($1, $2, $3, $4, 1)`,
			[]any{signInRow, string(text), sealed, tested})
	} else {
		err = tx.execOne(ctx, ErrConflict, `UPDATE sign_in SET settings = $1, sealed_secret = $2, tested = $3, version = version + 1
			WHERE name = $4 AND version = $5`, []any{string(text), sealed, tested, signInRow, in.Version})
	}
	if err != nil {
		return fmt.Errorf("put how people sign in: %w", err)
	}
	return nil
}

// PutSignInTest keeps what a test of a version of the settings has shown;
// [ErrConflict] when another version is stored by now.
func (tx *Tx) PutSignInTest(ctx context.Context, version int64, test bowline.SignInTest) error {
	text, err := encode(test, false)
	if err != nil {
		return err
	}
	err = tx.execOne(ctx, ErrConflict, `UPDATE sign_in SET tested = $1 WHERE name = $2 AND version = $3`, []any{text, signInRow, version})
	if err != nil {
		return fmt.Errorf("put sign-in test: %w", err)
	}
	return nil
}

// TakeTry counts a try to sign in and returns how many there were in a bucket,
// this one included, since the window began. A bucket whose window began at or
// before the given time begins anew.
func (tx *Tx) TakeTry(ctx context.Context, bucket string, now, before time.Time) (tries int64, since time.Time, err error) {
	err = tx.exec(ctx, `INSERT INTO sign_in_tries (bucket, tries, since) VALUES ($1, 1, $2)
		ON CONFLICT (bucket) DO UPDATE SET
			tries = CASE WHEN sign_in_tries.since <= $3 THEN 1 ELSE sign_in_tries.tries + 1 END,
			since = CASE WHEN sign_in_tries.since <= $3 THEN excluded.since ELSE sign_in_tries.since END`,
		[]any{bucket, micros(now), micros(before)})
	if err == nil {
		err = one(ctx, tx, `SELECT tries, since FROM sign_in_tries WHERE bucket = $1`, []any{bucket}, func(r *row) error {
			tries, since = r.int(), r.time()
			return r.err
		})
	}
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("take try: %w", err)
	}
	return tries, since, nil
}

// GiveBackTry takes a try back that was no wrong one.
func (tx *Tx) GiveBackTry(ctx context.Context, bucket string) error {
	err := tx.exec(ctx, `UPDATE sign_in_tries SET tries = tries - 1 WHERE bucket = $1 AND tries > 0`, []any{bucket})
	if err != nil {
		return fmt.Errorf("give try back: %w", err)
	}
	return nil
}

// ClearTries empties a bucket.
func (tx *Tx) ClearTries(ctx context.Context, bucket string) error {
	if err := tx.exec(ctx, `DELETE FROM sign_in_tries WHERE bucket = $1`, []any{bucket}); err != nil {
		return fmt.Errorf("clear tries: %w", err)
	}
	return nil
}

// ForgetTries deletes at most limit buckets that began before the given time, and
// returns how many.
func (tx *Tx) ForgetTries(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := tx.execCount(ctx, `DELETE FROM sign_in_tries WHERE bucket IN (SELECT bucket FROM sign_in_tries
		WHERE since <= $1 ORDER BY since LIMIT CAST($2 AS BIGINT)`+tx.dialect().skipLocked+`)`, []any{micros(before), int64(limit)})
	if err != nil {
		return 0, fmt.Errorf("forget tries: %w", err)
	}
	return int(n), nil
}
