package store

import (
	"context"
	"time"
)

// Doubt is what one look at a renewal's grant has shown and another one has to
// show as well before it is believed.
type Doubt struct {
	At    time.Time // of the first look
	About string    // in the keeper's words
}

// DoubtOf returns what the turn before this one doubted; nothing when there was a
// turn between them, whatever it came to: the fence tells.
func (s *Store) DoubtOf(ctx context.Context, u Renewal) (d Doubt, err error) {
	err = s.read(ctx, `SELECT at, about FROM renewal_doubts WHERE place = $1 AND fence >= $2`, []any{u.place, u.Fence - 1}, func(r *row) error {
		d = Doubt{r.time(), r.text()}
		return r.err
	})
	return d, wrap("read doubt", err)
}

// StandingDoubt returns a doubt in these words that nothing has settled since: u
// has the same tokens and was not confirmed. Turns that asked nobody, or got an
// answer that says nothing, change nothing about it.
func (s *Store) StandingDoubt(ctx context.Context, u Renewal, about string) (d Doubt, err error) {
	err = s.read(ctx, `SELECT at, about FROM renewal_doubts WHERE place = $1 AND fence >= $2 AND at > $3 AND about = $4`,
		[]any{u.place, u.Given, micros(u.CheckedAt), about}, func(r *row) error {
			d = Doubt{r.time(), r.text()}
			return r.err
		})
	return d, wrap("read doubt", err)
}

// PutDoubt remembers, in the turn of u, what the next one has to confirm. Nothing
// is stored when the lease is lost.
func (s *Store) PutDoubt(ctx context.Context, u Renewal, d Doubt) error {
	return wrap("store doubt", s.Write(ctx, func(tx *Tx) error {
		return tx.exec(ctx, `INSERT INTO renewal_doubts (place, at, fence, about)
			SELECT r.place, CAST($1 AS BIGINT), r.fence, CAST($2 AS TEXT) FROM renewals r WHERE r.place = $3 AND r.fence = $4
			ON CONFLICT (place) DO UPDATE SET at = excluded.at, fence = excluded.fence, about = excluded.about`,
			[]any{micros(d.At), d.About, u.place, u.Fence})
	}))
}

// Doubted counts the renewals of a lane with a standing doubt in these words, and
// those of the others that were confirmed at a time or later and have had no
// failure since. Of the latter it counts no more than of the former, and none where
// there are fewer of these than least: then little is read.
func (s *Store) Doubted(ctx context.Context, l Lane, about string, since time.Time, least int) (doubted, confirmed int, err error) {
	const standing = `d.fence >= r.given AND d.at > r.checked_at` // as in StandingDoubt
	count := func(n *int) func(*row) error {
		return func(r *row) error {
			*n = int(r.int())
			return r.err
		}
	}
	err = s.read(ctx, `SELECT count(*) FROM renewal_doubts d JOIN renewals r ON r.place = d.place
		WHERE d.about = $1 AND r.lane = $2 AND `+standing, []any{about, l.column()}, count(&doubted))
	if err == nil && doubted >= max(least, 1) {
		err = s.read(ctx, `SELECT count(*) FROM (SELECT 1 FROM renewals r WHERE r.lane = $1 AND r.run_at IS NOT NULL AND r.checked_at >= $2
			AND r.failures = 0 AND NOT EXISTS (SELECT 1 FROM renewal_doubts d WHERE d.place = r.place AND d.about = $3 AND `+standing+`)
			LIMIT CAST($4 AS BIGINT)) c`, []any{l.column(), micros(since), about, int64(doubted)}, count(&confirmed))
	}
	return doubted, confirmed, wrap("count doubts", err)
}
