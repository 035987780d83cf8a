package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/bowline/bowline/internal/seal"
)

// Secret returns a secret of the deployment by its name, opened, or
// [ErrNotFound].
func (s *Store) Secret(ctx context.Context, name string) ([]byte, error) {
	return readSecret(ctx, s, storeReader{s}, name)
}

func readSecret(ctx context.Context, s *Store, q querier, name string) ([]byte, error) {
	var sealed []byte
	err := one(ctx, q, `SELECT sealed FROM secrets WHERE name = $1`, []any{name}, func(r *row) error {
		sealed = r.bytes()
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("read secret %s: %w", name, err)
	}
	plain, err := s.sealer.Open(sealed, "secrets", name, "sealed")
	if err != nil {
		return nil, fmt.Errorf("read secret %s: %w", name, err)
	}
	return plain, nil
}

// PutSecret seals a secret of the deployment unless there is one by that name,
// and returns the one that is stored then: replicas that start together agree.
func (tx *Tx) PutSecret(ctx context.Context, name string, plain []byte) ([]byte, error) {
	sealed, err := tx.store.sealer.Seal(plain, "secrets", name, "sealed")
	if err != nil {
		return nil, fmt.Errorf("put secret %s: %w", name, err)
	}
	err = tx.exec(ctx, `INSERT INTO secrets (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, []any{name, sealed})
	if err != nil {
		return nil, fmt.Errorf("put secret %s: %w", name, err)
	}
	return readSecret(ctx, tx.store, tx, name)
}

// keysetCheck is sealed in every database, so that a start with another keyset
// is noticed before it writes what the right one cannot open.
const keysetCheck = "bowline"

var errOtherKeyset = errors.New("the encryption keyset does not belong to this database")

// verifyKeyset opens the check value, writing it first into a new database.
func (s *Store) verifyKeyset(ctx context.Context) error {
	sealed, err := readCheck(ctx, storeReader{s})
	if errors.Is(err, ErrNotFound) {
		sealed, err = s.writeCheck(ctx)
	}
	if err != nil {
		return fmt.Errorf("verify keyset: %w", err)
	}
	plain, err := s.sealer.Open(sealed, "meta", "keyset_check", "value")
	if errors.Is(err, seal.ErrOpen) || err == nil && string(plain) != keysetCheck {
		return errOtherKeyset
	}
	return err
}

func readCheck(ctx context.Context, q querier) (sealed []byte, err error) {
	err = one(ctx, q, `SELECT value FROM meta WHERE name = 'keyset_check'`, nil, func(r *row) error {
		sealed = r.bytes()
		return r.err
	})
	return sealed, err
}

func (s *Store) writeCheck(ctx context.Context) (stored []byte, err error) {
	sealed, err := s.sealer.Seal([]byte(keysetCheck), "meta", "keyset_check", "value")
	if err != nil {
		return nil, err
	}
	err = s.Write(ctx, func(tx *Tx) error {
		err := tx.exec(ctx, `INSERT INTO meta (name, value) VALUES ('keyset_check', $1) ON CONFLICT (name) DO NOTHING`, []any{sealed})
		if err != nil {
			return err
		}
		stored, err = readCheck(ctx, tx)
		return err
	})
	return stored, err
}
