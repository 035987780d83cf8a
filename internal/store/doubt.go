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

// Doubted counts the renewals of a lane about which the latest turn has left a
// doubt in these words, and those of the others that were confirmed at a time or
// later. Of the latter it counts no more than of the former: with many of them
// little is read.
func (s *Store) Doubted(ctx context.Context, l Lane, about string, since time.Time) (doubted, confirmed int, err error) {
	// Whoever is in somebody's hands has the doubt of the turn before.
	const latest = `(d.fence = r.fence OR r.holder IS NOT NULL AND d.fence = r.fence - 1)`
	count := func(n *int) func(*row) error {
		return func(r *row) error {
			*n = int(r.int())
			return r.err
		}
	}
	err = s.read(ctx, `SELECT count(*) FROM renewal_doubts d JOIN renewals r ON r.place = d.place
		WHERE d.about = $1 AND r.lane = $2 AND `+latest, []any{about, l.column()}, count(&doubted))
	if err == nil && doubted > 0 {
		err = s.read(ctx, `SELECT count(*) FROM (SELECT 1 FROM renewals r WHERE r.lane = $1 AND r.run_at IS NOT NULL AND r.checked_at >= $2
			AND NOT EXISTS (SELECT 1 FROM renewal_doubts d WHERE d.place = r.place AND d.about = $3 AND `+latest+`)
			LIMIT CAST($4 AS BIGINT)) c`, []any{l.column(), micros(since), about, int64(doubted)}, count(&confirmed))
	}
	return doubted, confirmed, wrap("count doubts", err)
}
