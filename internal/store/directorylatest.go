package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// blockSpan is between when the companies of a block were created. In a straight
// one they lie in that order.
type blockSpan struct {
	block, first, last int64
	straight           bool
}

// spans returns the blocks with candidates, in the order in which their
// companies may come in the list, without those that lie before the page.
func (s *sieve) spans(ctx context.Context, q querier) (list []blockSpan, err error) {
	has := make(map[int64]bool, len(s.in))
	for _, block := range s.in {
		has[block] = true
	}
	err = q.query(ctx, `SELECT block, first_created, last_created, straight FROM directory_blocks WHERE realm = $1`, []any{s.head.realm}, func(r *row) error {
		b := blockSpan{r.int(), r.int(), r.int(), r.int() == 1}
		passed := s.after != nil && (s.Descending && b.first > s.after.key.n || !s.Descending && b.last < s.after.key.n)
		if has[b.block] && !passed {
			list = append(list, b)
		}
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("read blocks: %w", err)
	}
	slices.SortFunc(list, func(a, b blockSpan) int {
		if s.Descending {
			return cmp.Compare(b.last, a.last)
		}
		return cmp.Compare(a.first, b.first)
	})
	return list, nil
}

// dense says whether walking along the list until enough were met costs less
// than reading all candidates of a block.
func (s *sieve) dense(ctx context.Context, q querier) (bool, error) {
	if len(s.known) == 0 {
		if err := s.load(ctx, q, s.in[:min(s.reach.sample, len(s.in))]); err != nil {
			return false, err
		}
	}
	return s.count() >= len(s.known)*s.reach.dense, nil
}

// latest reads candidates a block after the other, until no later block can have
// one that belongs before those that were found.
func (s *sieve) latest(ctx context.Context, q querier, blocks []blockSpan, f *found) error {
	for size := 2; len(blocks) > 0; size = min(2*size, maxBlocks) {
		part := make([]int64, min(size, len(blocks)))
		for i := range part {
			part[i] = blocks[i].block
		}
		if err := s.load(ctx, q, part); err != nil {
			return err
		}
		for range part {
			if f.items = s.order(f.items); len(f.items) > s.Limit && s.behind(blocks[0], f.items[s.Limit]) {
				return nil
			}
			if err := s.block(ctx, q, blocks[0], f); err != nil {
				return err
			}
			blocks = blocks[1:]
		}
	}
	return nil
}

// block reads candidates of a block, of a straight one no more than it takes.
func (s *sieve) block(ctx context.Context, q querier, b blockSpan, f *found) error {
	places := s.places(b.block)
	if !b.straight {
		return s.rows(ctx, q, places, f)
	}
	if !s.Descending {
		slices.Reverse(places)
	}
	for n := max(s.Limit+1-len(f.items), s.reach.step); len(places) > 0; n *= 2 {
		part, before := places[:min(n, len(places))], len(f.items)
		places = places[len(part):]
		if err := s.rows(ctx, q, part, f); err != nil {
			return err
		}
		if len(f.items) == before {
			continue
		}
		last := slices.MaxFunc(f.items[before:], s.compare)
		if f.items = s.order(f.items); len(f.items) > s.Limit && s.compare(last, f.items[s.Limit]) >= 0 {
			return nil // what was not read comes after it
		}
	}
	return nil
}

// behind says whether all of a block comes after an item.
func (s *sieve) behind(b blockSpan, i item) bool {
	if s.Descending {
		return b.last < i.key.n
	}
	return b.first > i.key.n
}
