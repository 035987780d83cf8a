package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"github.com/bowline/bowline"
)

// errGrantText hides what the decoder would quote.
var errGrantText = errors.New("read grant: what was sealed is not a grant")

// Grant returns the tokens behind a connection, opened, or [ErrNotFound].
func (s *Store) Grant(ctx context.Context, connection bowline.ID) (bowline.Grant, error) {
	return readGrant(ctx, s, storeReader{s}, connection)
}

// Grant is [Store.Grant] inside the transaction.
func (tx *Tx) Grant(ctx context.Context, connection bowline.ID) (bowline.Grant, error) {
	return readGrant(ctx, tx.store, tx, connection)
}

func readGrant(ctx context.Context, s *Store, q querier, connection bowline.ID) (bowline.Grant, error) {
	var m sealedMember
	err := one(ctx, q, membersSQL+`r.place = `+placeOfConnection+`$1) AND g.connection_id = $1`,
		[]any{string(connection)}, func(r *row) error {
			m = scanMember(r)
			return r.err
		})
	if err != nil {
		return bowline.Grant{}, fmt.Errorf("read grant: %w", err)
	}
	return s.openMember(&m)
}

// openMember opens what a connection lives on: the tokens that it shares, and
// what it has of its own.
func (s *Store) openMember(m *sealedMember) (g bowline.Grant, err error) {
	if m.tokens != nil {
		g, err = s.openGrant(m.tokens, tokensPlace(m.place)...)
	}
	if err == nil && len(m.own) > 0 {
		var own bowline.Grant
		own, err = s.openGrant(m.own, grantPlace(m.Connection)...)
		if m.tokens == nil { // stored before tokens lay with the renewal
			g = own
		} else if len(own.Extra) > 0 {
			g.Extra = maps.Clone(g.Extra)
			if g.Extra == nil {
				g.Extra = map[string]string{}
			}
			maps.Copy(g.Extra, own.Extra)
		}
	}
	if err != nil {
		return bowline.Grant{}, err
	}
	g.ConnectionID, g.Family, g.Version = m.Connection, m.renewal, m.version
	if m.renewal == m.Connection {
		g.Family = ""
	}
	return g, nil
}

func grantPlace(connection bowline.ID) []string {
	return []string{"grants", string(connection), "sealed"}
}

func tokensPlace(place int64) []string {
	return []string{"renewal_tokens", strconv.FormatInt(place, 10), "sealed"}
}

func (s *Store) openGrant(sealed []byte, place ...string) (g bowline.Grant, err error) {
	plain, err := s.sealer.Open(sealed, place...)
	if err != nil {
		return bowline.Grant{}, fmt.Errorf("read grant: %w", err)
	}
	if err := json.Unmarshal(plain, &g); err != nil {
		return bowline.Grant{}, errGrantText
	}
	return g, nil
}

func (s *Store) sealGrant(g bowline.Grant, place ...string) ([]byte, error) {
	plain, err := json.Marshal(g) //nolint:gosec // sealed below
	if err != nil {
		return nil, fmt.Errorf("encode grant: %w", err)
	}
	sealed, err := s.sealer.Seal(plain, place...)
	return sealed, wrap("put grant", err)
}

// sealShared seals what all members of a renewal have.
func (s *Store) sealShared(place int64, g bowline.Grant) ([]byte, error) {
	g.Family = "" // the rows say it
	g.Extra = maps.Clone(g.Extra)
	maps.DeleteFunc(g.Extra, func(name, _ string) bool { return isTenantValue(name) })
	return s.sealGrant(g, tokensPlace(place)...)
}

// sealOwn seals what a member has of its own, and is empty where that is nothing.
func (s *Store) sealOwn(g bowline.Grant) ([]byte, error) {
	own := maps.Clone(g.Extra)
	maps.DeleteFunc(own, func(name, _ string) bool { return !isTenantValue(name) })
	if len(own) == 0 {
		return []byte{}, nil
	}
	return s.sealGrant(bowline.Grant{Extra: own}, grantPlace(g.ConnectionID)...)
}

// DeleteGrant removes the tokens of a connection, if it has any, and ends their
// renewal if nobody else lives on them.
func (tx *Tx) DeleteGrant(ctx context.Context, connection bowline.ID) error {
	err := tx.leaveRenewal(ctx, connection)
	if err == nil {
		err = tx.exec(ctx, `DELETE FROM grants WHERE connection_id = $1`, []any{string(connection)})
	}
	return wrap("delete grant", err)
}

// leaveRenewal ends the renewal of a connection's tokens unless others live on
// them. Nothing is read, so that it travels with whatever else is written.
func (tx *Tx) leaveRenewal(ctx context.Context, connection bowline.ID) error {
	const (
		of    = `place = ` + placeOfConnection
		alone = ` AND NOT EXISTS (SELECT 1 FROM grants o WHERE o.family = renewals.id AND o.connection_id <> `
	)
	if err := tx.lockRenewalOf(ctx, connection); err != nil { // or two siblings that go together each see the other
		return err
	}
	now := tx.store.now()
	err := tx.exec(ctx, `INSERT INTO token_ledger (id, former, access_digest, refresh_digest, issued_at, used_at, uses, retired_at)
		SELECT $1, former, access_digest, refresh_digest, issued_at, used_at, uses, CAST($2 AS BIGINT) FROM renewals
		WHERE (access_digest IS NOT NULL OR refresh_digest IS NOT NULL) AND `+of+`$3)`+alone+`$3)`,
		[]any{string(bowline.NewID(now)), micros(now), string(connection)})
	if err != nil {
		return err
	}
	return tx.exec(ctx, `DELETE FROM renewals WHERE `+of+`$1)`+alone+`$1)`, []any{string(connection)})
}

// lockRenewalOf keeps the renewal of a connection's tokens as it is until the
// transaction ends.
func (tx *Tx) lockRenewalOf(ctx context.Context, connection bowline.ID) error {
	lock := tx.dialect().lock
	if lock == "" {
		return nil
	}
	return tx.exec(ctx, `SELECT 1 FROM renewals WHERE place = `+placeOfConnection+`$1)`+lock, []any{string(connection)})
}

// HandOut notes that the refresh token of a connection leaves us: should it be
// handed over for another one, the two live on the same. Without tokens it does
// nothing.
func (s *Store) HandOut(ctx context.Context, connection bowline.ID) error {
	return s.Write(ctx, func(tx *Tx) error { return tx.HandOut(ctx, connection) })
}

// HandOut is [Store.HandOut] inside the transaction: until it ends, the tokens
// stay as they are.
func (tx *Tx) HandOut(ctx context.Context, connection bowline.ID) error {
	err := tx.exec(ctx, `UPDATE renewals SET owned_digest = refresh_digest
		WHERE place = `+placeOfConnection+`$1) AND refresh_digest IS NOT NULL`, []any{string(connection)})
	return wrap("hand out tokens", err)
}
