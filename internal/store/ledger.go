package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// digestSize is how much of SHA-256 the ledger keeps: chance does not make two
// tokens alike in it, and nobody gains from making them so.
const digestSize = 16

// digest names a token without telling it; nil for none. It is bound to the
// lane: what another instance holds is none of this one's business.
func digest(lane Lane, token string) []byte {
	if token == "" {
		return nil
	}
	sum := sha256.Sum256([]byte("bowline-token:" + lane.column() + "\x00" + token))
	return sum[:digestSize]
}

// TokenDigest returns how the ledger names a token, in hexadecimal.
func TokenDigest(lane Lane, token string) string { return hex.EncodeToString(digest(lane, token)) }

// TokenRecord is the ledger's row of the tokens that a provider issued together.
type TokenRecord struct {
	Access, Refresh string    // see TokenDigest; empty for none, or not known
	IssuedAt        time.Time // when they were stored; zero when not known
	UsedAt          time.Time // when the refresh token was about to be sent last
	Uses            int       // how often it was sent, as far as is known
	RetiredAt       time.Time // when others took their place; zero while they live
}

var insertLedger = bulk{
	head: `INSERT INTO token_ledger (id, former, access_digest, refresh_digest, issued_at, used_at, uses, retired_at) VALUES `, width: 8,
}

// retired appends the ledger's row for the present tokens of a renewal, which
// are about to be replaced, and makes it the latest of l. Without tokens there
// is none.
func retired(rows []any, l *renewalRow, now time.Time) []any {
	if l.access == nil && l.refresh == nil {
		return rows
	}
	id := bowline.NewID(now)
	rows = append(rows, string(id), string(l.former), l.access, l.refresh, l.issued, l.used, l.uses, micros(now))
	l.former = id
	return rows
}

// retire writes the ledger's row for tokens that end.
func (tx *Tx) retire(ctx context.Context, l renewalRow) error {
	return insertLedger.exec(ctx, tx, nil, retired(nil, &l, tx.store.now()))
}

// TokenHistory returns what a renewal's ledger says, the present tokens first,
// as far back as it is kept; [ErrNotFound] when there is no such renewal.
func (s *Store) TokenHistory(ctx context.Context, renewal bowline.ID) ([]TokenRecord, error) {
	var list []TokenRecord
	err := s.read(ctx, `WITH RECURSIVE chain (n, former, access_digest, refresh_digest, issued_at, used_at, uses, retired_at) AS (
			SELECT 0, former, access_digest, refresh_digest, issued_at, used_at, uses, CAST(0 AS BIGINT) FROM renewals WHERE place = `+placeNamed+`$1)
			UNION ALL
			SELECT chain.n + 1, l.former, l.access_digest, l.refresh_digest, l.issued_at, l.used_at, l.uses, l.retired_at
			FROM chain JOIN token_ledger l ON l.id = chain.former)
		SELECT access_digest, refresh_digest, issued_at, used_at, uses, retired_at FROM chain ORDER BY n`, []any{string(renewal)},
		func(r *row) error {
			list = append(list, TokenRecord{
				Access: hex.EncodeToString(r.bytes()), Refresh: hex.EncodeToString(r.bytes()),
				IssuedAt: r.time(), UsedAt: r.time(), Uses: int(r.int()), RetiredAt: r.time(),
			})
			return r.err
		})
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read token ledger: %w", err)
	}
	return list, nil
}

// PruneLedger deletes at most limit rows of tokens that were retired before a
// time, and returns how many. What lives is not among them.
func (s *Store) PruneLedger(ctx context.Context, before time.Time, limit int) (n int, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		count, err := tx.execCount(ctx, `DELETE FROM token_ledger WHERE id IN (
			SELECT l.id FROM token_ledger l WHERE l.id < $1 ORDER BY l.id LIMIT CAST($2 AS BIGINT))`,
			[]any{idsFrom(before), int64(limit)})
		n = int(count)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("prune token ledger: %w", err)
	}
	return n, nil
}

// idsFrom is before every id of a time and later, and after those of earlier
// milliseconds.
func idsFrom(t time.Time) string {
	ms := t.UnixMilli()
	return fmt.Sprintf("%08x-%04x", ms>>16, ms&0xffff)
}
