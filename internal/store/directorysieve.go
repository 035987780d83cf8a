package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
)

const (
	maxGrams  = 6  // of a text; more of them rule out little more
	maxBlocks = 32 // read at once
)

// reach bounds the work on one request. Tests have smaller ones.
type reach struct {
	few    int64 // so many companies are read and sorted rather than met on a walk
	passed int   // on a walk; then a page ends early
	told   int64 // up to how many found by a text are counted
	sample int   // blocks by which the frequency of a text is guessed
	full   int   // so many blocks are looked at without a guess
	sparse int   // fewer candidates in a block are all read
}

var usualReach = reach{few: 1500, passed: 20_000, told: MaxDirectoryTotal, sample: 2, full: 8, sparse: blockSize / 8}

// sieve says which places may have what is asked for, a block at a time. It
// never leaves out a place that does; by a text it may keep some that do not.
type sieve struct {
	*search
	all   []string          // terms that a place must have
	any   []string          // and one of these, if there are any
	in    []int64           // blocks that may have something, the latest first
	known map[int64]*bitmap // what was found out
	words map[int64]bool    // of places: whether their words hold the text
}

func (d *search) sieve(ctx context.Context, q querier, shares []share) (*sieve, error) {
	s := &sieve{search: d, all: slices.Clone(d.marks), known: map[int64]*bitmap{}, words: map[int64]bool{}}
	if d.Statuses != 0 {
		for _, sh := range shares {
			s.any = append(s.any, statusMark(sh.mask))
		}
	}
	letters := []string{}
	if d.text != "" {
		letters = grams(d.text)
	}
	all := slices.Concat(s.all, letters)
	blocks := (d.head.places + blockSize - 1) >> blockBits
	counts := map[string]int{}
	for of := int64(-1); -1-of<<blockBits < blocks || of == -1; of-- {
		terms, err := s.read(ctx, q, []int64{of}, slices.Concat(all, s.any))
		if err != nil {
			return nil, err
		}
		for term, b := range terms[of] {
			counts[term] += b.count()
		}
		b := s.combine(terms[of], all)
		for _, place := range b.places() {
			s.in = append(s.in, (-1-of)<<blockBits+place)
		}
	}
	slices.SortFunc(s.in, func(a, b int64) int { return cmp.Compare(b, a) })
	if len(letters) > maxGrams {
		slices.SortStableFunc(letters, func(a, b string) int { return cmp.Compare(counts[a], counts[b]) })
		letters = letters[:maxGrams]
	}
	s.all = append(s.all, letters...)
	return s, nil
}

// read takes postings, by block and term.
func (s *sieve) read(ctx context.Context, q querier, blocks []int64, terms []string) (map[int64]map[string]*bitmap, error) {
	all := make(map[int64]map[string]*bitmap, len(blocks))
	first, args := in(2, blocks, intArg)
	args = append([]any{s.head.realm}, args...)
	second, more := in(len(args)+1, terms, textArg)
	err := q.query(ctx, `SELECT block, term, places FROM directory_postings WHERE realm = $1 AND block IN (`+first+`) AND term IN (`+second+`)`,
		append(args, more...), func(r *row) error {
			block, term, stored := r.int(), r.text(), r.bytes()
			if r.err != nil {
				return r.err
			}
			if all[block] == nil {
				all[block] = map[string]*bitmap{}
			}
			b := &bitmap{}
			all[block][term] = b
			return b.decode(stored)
		})
	if err != nil {
		return nil, fmt.Errorf("read postings: %w", err)
	}
	return all, nil
}

func (s *sieve) combine(terms map[string]*bitmap, all []string) *bitmap {
	b := &bitmap{}
	if len(s.any) == 0 {
		for i := range b {
			b[i] = ^uint64(0)
		}
	}
	for _, term := range s.any {
		if t := terms[term]; t != nil {
			b.or(t)
		}
	}
	for _, term := range all {
		t := terms[term]
		if t == nil {
			return &bitmap{}
		}
		b.and(t)
	}
	return b
}

// load finds out about blocks.
func (s *sieve) load(ctx context.Context, q querier, blocks []int64) error {
	blocks = slices.DeleteFunc(slices.Clone(blocks), func(n int64) bool { return s.known[n] != nil })
	for part := range slices.Chunk(blocks, maxBlocks) {
		terms, err := s.read(ctx, q, part, slices.Concat(s.all, s.any))
		if err != nil {
			return err
		}
		for _, block := range part {
			s.known[block] = s.combine(terms[block], s.all)
		}
	}
	if len(blocks) > 0 {
		for place := range s.stale {
			if b := s.known[place>>blockBits]; b != nil {
				b.clear(place & (blockSize - 1))
			}
		}
	}
	return nil
}

func (s *sieve) count() (n int) {
	for _, b := range s.known {
		n += b.count()
	}
	return n
}

func (s *sieve) places(block int64) []int64 {
	list := s.known[block].places()
	for i := range list {
		list[i] += block << blockBits
	}
	return list
}

// verify finds out of places whether their words hold the text.
func (s *sieve) verify(ctx context.Context, q querier, places []int64) error {
	places = slices.DeleteFunc(slices.Clone(places), func(p int64) bool { _, known := s.words[p]; return known })
	for part := range slices.Chunk(places, maxIDs) {
		list, args := in(2, part, intArg)
		err := q.query(ctx, `SELECT place, words FROM directory WHERE realm = $1 AND place IN (`+list+`)`,
			append([]any{s.head.realm}, args...), func(r *row) error {
				place := r.int()
				s.words[place] = holds(r.text(), s.text)
				return r.err
			})
		if err != nil {
			return fmt.Errorf("read directory: %w", err)
		}
	}
	return nil
}

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
	switch {
	case err != nil:
		return err
	case few:
		return s.fetch(ctx, q, f)
	case d.text != "" && d.told == nil:
		if err := s.tally(ctx, q, f); err != nil {
			return err
		}
	}
	if sparse, err := s.sparse(ctx, q); err != nil || sparse {
		if err == nil {
			err = s.latest(ctx, q, f)
		}
		return err
	}
	return s.meet(ctx, q, d.walk(shares), f)
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
		if err := s.load(ctx, q, s.in[:n]); err != nil || int64(s.count()/n*len(s.in)) > 2*s.reach.few {
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

// rows reads places and keeps those that hold the text.
func (s *sieve) rows(ctx context.Context, q querier, places []int64, f *found) error {
	seen := make(map[int64]bool, len(places))
	for part := range slices.Chunk(places, maxIDs) {
		list, args := in(2, part, intArg)
		err := q.query(ctx, `SELECT `+directoryColumns+` FROM directory d WHERE d.realm = $1 AND d.place IN (`+list+`)`,
			append([]any{s.head.realm}, args...), func(r *row) error {
				b := scanDirectory(r)
				if !seen[b.place] && (s.text == "" || holds(b.words, s.text)) {
					seen[b.place] = true
					f.items = append(f.items, s.stored(&b))
				}
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
			for places := range slices.Chunk(s.places(block), maxIDs) {
				if err := s.verify(ctx, q, places); err != nil {
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

// meet walks through the list and keeps the companies that pass.
func (s *sieve) meet(ctx context.Context, q querier, w *walk, f *found) error {
	has := make(map[int64]bool, len(s.in))
	for _, block := range s.in {
		has[block] = true
	}
	passed := 0
	for n := 2 * (s.Limit + 1); len(f.items) <= s.Limit && !w.ended; n = min(2*n, 4096) {
		rows, err := w.next(ctx, q, n)
		if err != nil {
			return err
		}
		blocks := map[int64]bool{}
		for _, i := range rows {
			if has[i.place>>blockBits] {
				blocks[i.place>>blockBits] = true
			}
		}
		if err := s.load(ctx, q, slices.Sorted(maps.Keys(blocks))); err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(i item) bool {
			b := s.known[i.place>>blockBits]
			return b == nil || !b.has(i.place)
		})
		if rows, err = s.holding(ctx, q, rows); err != nil {
			return err
		}
		f.items = append(f.items, rows...)
		if passed += n; passed > s.reach.passed && !w.ended && w.after != nil {
			f.stop = w.after
			return nil
		}
	}
	return nil
}

func (s *sieve) holding(ctx context.Context, q querier, rows []item) ([]item, error) {
	if s.text == "" {
		return rows, nil
	}
	places := make([]int64, len(rows))
	for i := range rows {
		places[i] = rows[i].place
	}
	err := s.verify(ctx, q, places)
	return slices.DeleteFunc(rows, func(i item) bool { return !s.words[i.place] }), err
}
