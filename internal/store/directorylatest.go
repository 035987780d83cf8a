package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// blockSpan is between when the companies of a block were created.
type blockSpan struct {
	block int64
	span
}

// spans returns the blocks with candidates, in the order in which their
// companies may come in the list, without those that lie before the page.
func (s *sieve) spans(ctx context.Context, q querier) (list []blockSpan, err error) {
	has := make(map[int64]bool, len(s.in))
	for _, block := range s.in {
		has[block] = true
	}
	err = q.query(ctx, `SELECT block, first_created, last_created FROM directory_blocks WHERE realm = $1`, []any{s.head.realm}, func(r *row) error {
		b := blockSpan{r.int(), span{r.int(), r.int()}}
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
func (s *sieve) latest(ctx context.Context, q querier, f *found) error {
	blocks, err := s.spans(ctx, q)
	if err != nil {
		return err
	}
	for size := 2; len(blocks) > 0; size = min(2*size, maxBlocks) {
		part := make([]int64, min(size, len(blocks)))
		for i := range part {
			part[i] = blocks[i].block
		}
		if err := s.load(ctx, q, part); err != nil {
			return err
		}
		for _, block := range part {
			if f.items = s.order(f.items); len(f.items) > s.Limit && s.behind(blocks[0], f.items[s.Limit]) {
				return nil
			}
			blocks = blocks[1:]
			if err := s.rows(ctx, q, s.places(block), f); err != nil {
				return err
			}
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
