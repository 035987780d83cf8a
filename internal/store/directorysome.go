package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/bowline/bowline"
)

// some lists the companies that have terms.
func (d *search) some(ctx context.Context, q querier, f *found) error {
	shares, _, err := d.shares(ctx, q)
	if err != nil || len(shares) == 0 {
		return err
	}
	s, err := d.sieve(ctx, q, shares)
	if err != nil {
		return err
	}
	few, err := s.few(ctx, q, f)
	if err != nil {
		return err
	}
	if few {
		return s.fetch(ctx, q, f)
	}
	if err = s.page(ctx, q, shares, f); err == nil && d.text != "" && d.told == nil {
		err = s.tally(ctx, q, f)
	}
	return err
}

// page finds one page of many candidates.
func (s *sieve) page(ctx context.Context, q querier, shares []share, f *found) error {
	dense, err := s.dense(ctx, q)
	if err != nil {
		return err
	}
	if s.Sort == bowline.SortCreated { // blocks are in that order, or nearly so
		blocks, err := s.spans(ctx, q)
		if err != nil {
			return err
		}
		// A later page of many begins amid a block: walking goes on from there.
		straight := s.after == nil && !slices.ContainsFunc(blocks, func(b blockSpan) bool { return !b.straight })
		if !dense || straight {
			return s.latest(ctx, q, blocks, f)
		}
	}
	return s.meet(ctx, q, s.walk(shares), f, dense)
}

// few decides on the way: whether all candidates are to be read. It counts them
// unless a text has to be looked for in each.
func (s *sieve) few(ctx context.Context, q querier, f *found) (bool, error) {
	if s.text == "" && len(s.all) == 1 && len(s.any) == 0 {
		err := q.query(ctx, `SELECT kept FROM directory_totals WHERE realm = $1 AND term = $2`, []any{s.head.realm, s.all[0]}, func(r *row) error {
			f.total = r.int()
			return r.err
		})
		for _, b := range s.was {
			if termsOf("", b.marks, 0)[s.all[0]] {
				f.total--
			}
		}
		if err != nil || f.total > s.reach.few {
			return false, err
		}
	} else if s.text != "" && len(s.in) > s.reach.full {
		n := min(s.reach.sample, len(s.in))
		if err := s.load(ctx, q, s.in[:n]); err != nil || int64(s.count()*len(s.in)/n) > 2*s.reach.few {
			return false, err
		}
	}
	err := s.load(ctx, q, s.in)
	f.total = int64(s.count())
	return f.total <= s.reach.few, err
}

// fetch reads all candidates.
func (s *sieve) fetch(ctx context.Context, q querier, f *found) error {
	var places []int64
	for _, block := range s.in {
		places = append(places, s.places(block)...)
	}
	err := s.rows(ctx, q, places, f)
	f.total = int64(len(f.items))
	return err
}

// rows reads places that were sifted and keeps those that hold the text.
func (s *sieve) rows(ctx context.Context, q querier, places []int64, f *found) error {
	for part := range slices.Chunk(places, maxIDs) {
		condition, args := s.holdsSQL([]any{s.head.realm})
		list, more := in(len(args)+1, part, intArg)
		for _, p := range part {
			s.words[p] = false
		}
		err := q.query(ctx, `SELECT place, company_id, mask, created, name, last_sync FROM directory
			WHERE realm = $1`+condition+` AND place IN (`+list+`)`, append(args, more...), func(r *row) error {
			b := directoryRow{place: r.int(), company: r.id(), mask: r.int(), created: r.int(), name: r.text(), sync: r.int()}
			if !s.words[b.place] {
				f.items = append(f.items, s.stored(&b))
			}
			s.words[b.place] = true
			return r.err
		})
		if err != nil {
			return fmt.Errorf("read directory: %w", err)
		}
	}
	return nil
}

// tally counts those that hold the text, up to more than are told.
func (s *sieve) tally(ctx context.Context, q querier, f *found) error {
	f.total = 0
	size := 2
	for blocks := s.in; len(blocks) > 0; size = min(2*size, maxBlocks) {
		part := blocks[:min(size, len(blocks))]
		blocks = blocks[len(part):]
		if err := s.load(ctx, q, part); err != nil {
			return err
		}
		for _, block := range part {
			for left := s.places(block); len(left) > 0; {
				n := min(max(int(s.reach.told+1-f.total), s.reach.step), maxIDs, len(left))
				places := left[:n]
				left = left[n:]
				if err := s.verify(ctx, q, places, true); err != nil {
					return err
				}
				for _, p := range places {
					if s.words[p] {
						f.total++
					}
				}
				if f.total > s.reach.told {
					return nil
				}
			}
		}
	}
	return nil
}

// meet walks through the list and keeps the companies that pass. In the order of
// creation those of a page are of few blocks. In another order they are of many:
// where they are dense, it costs less to read them than to look into the blocks.
func (s *sieve) meet(ctx context.Context, q querier, w *walk, f *found, dense bool) error {
	direct := dense && s.Sort != bowline.SortCreated
	has := make(map[int64]bool, len(s.in))
	for _, block := range s.in {
		has[block] = true
	}
	passed := 0
	for n := s.stretch(w); len(f.items) <= s.Limit && !w.ended; n = min(2*n, 4096) {
		rows, err := w.next(ctx, q, n)
		if err != nil {
			return err
		}
		if direct {
			rows = slices.DeleteFunc(rows, func(i item) bool { return s.stale[i.place] })
		} else if rows, err = s.sifted(ctx, q, rows, has); err != nil {
			return err
		}
		if direct || s.text != "" {
			if rows, err = s.holding(ctx, q, rows, !direct); err != nil {
				return err
			}
		}
		f.items = append(f.items, rows...)
		if passed += n; passed > s.reach.passed && !w.ended && w.after != nil {
			f.stop = w.after
			return nil
		}
	}
	return nil
}

// stretch is how many companies have to be passed to meet a page of candidates,
// by those that are known of.
func (s *sieve) stretch(w *walk) int {
	all := int64(0)
	for _, share := range w.shares {
		all += share.kept
	}
	n := int64(2 * (s.Limit + 1))
	if met := int64(s.count()) * int64(len(s.in)); met > 0 {
		n = max(n, int64(s.Limit+1)*all*int64(len(s.known))/met*5/4)
	}
	return int(min(n, 4096))
}

// sifted keeps the candidates among what was met.
func (s *sieve) sifted(ctx context.Context, q querier, rows []item, has map[int64]bool) ([]item, error) {
	blocks := map[int64]bool{}
	for _, i := range rows {
		if has[i.place>>blockBits] {
			blocks[i.place>>blockBits] = true
		}
	}
	err := s.load(ctx, q, slices.Sorted(maps.Keys(blocks)))
	return slices.DeleteFunc(rows, func(i item) bool {
		b := s.known[i.place>>blockBits]
		return b == nil || !b.has(i.place)
	}), err
}

// holding keeps those that match in truth.
func (s *sieve) holding(ctx context.Context, q querier, rows []item, sifted bool) ([]item, error) {
	places := make([]int64, len(rows))
	for i := range rows {
		places[i] = rows[i].place
	}
	err := s.verify(ctx, q, places, sifted)
	return slices.DeleteFunc(rows, func(i item) bool { return !s.words[i.place] }), err
}
