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
