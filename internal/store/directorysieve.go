package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

const (
	maxGrams  = 6  // of a text; more of them rule out little more
	enough    = 64 // companies that need not have been read; no gram is added for fewer
	maxBlocks = 32 // read at once
)

// reach bounds the work on one request. Tests have smaller ones.
type reach struct {
	few    int64 // so many companies are read and sorted rather than met on a walk
	passed int   // on a walk; then a page ends early
	told   int64 // up to how many found by a text are counted
	sample int   // blocks by which the frequency of a text is guessed
	full   int   // so many blocks are looked at without a guess
	step   int   // so many candidates at least are read at once
	dense  int   // so many candidates in a block are met on a walk rather than all read
}

var usualReach = reach{few: 1500, passed: 20_000, told: MaxDirectoryTotal, sample: 2, full: 8, step: 32, dense: blockSize / 32}

// sieve says which places may have what is asked for, a block at a time. It
// never leaves out a place that does; by a text it may keep some that do not.
type sieve struct {
	*search
	all   []string          // terms that a place must have
	any   []string          // and one of these, if there are any
	grams []string          // of the text; those that rule out much become part of all
	in    []int64           // blocks that may have something, the latest first
	known map[int64]*bitmap // what was found out
	words map[int64]bool    // of places: whether they were found to match
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
	for of := int64(-1); -1-of<<blockBits < blocks || of == -1; of-- {
		terms, err := s.read(ctx, q, []int64{of}, slices.Concat(all, s.any))
		if err != nil {
			return nil, err
		}
		b := s.combine(terms[of], all)
		for _, place := range b.places() {
			s.in = append(s.in, (-1-of)<<blockBits+place)
		}
	}
	slices.SortFunc(s.in, func(a, b int64) int { return cmp.Compare(b, a) })
	return s, s.choose(ctx, q, letters)
}

// choose takes of the grams of a text those that rule out most, as a sample
// shows: each one costs a look into every block.
func (s *sieve) choose(ctx context.Context, q querier, letters []string) error {
	if len(letters) < 2 || len(s.in) == 0 {
		s.all = append(s.all, letters...)
		return nil
	}
	sample := s.in[:min(s.reach.sample, len(s.in))]
	terms, err := s.read(ctx, q, sample, slices.Concat(s.all, letters, s.any))
	if err != nil {
		return err
	}
	left := map[int64]*bitmap{}
	for _, block := range sample {
		left[block] = s.combine(terms[block], s.all)
	}
	// with counts what a gram leaves.
	with := func(letter string) (n int) {
		for block, b := range left {
			both := *b
			if t := terms[block][letter]; t != nil {
				both.and(t)
				n += both.count()
			}
		}
		return n
	}
	now := blockSize * len(sample)
	for range maxGrams {
		best := slices.MinFunc(letters, func(a, b string) int { return cmp.Compare(with(a), with(b)) })
		n := with(best)
		if len(s.grams) > 0 && (n > now*9/10 || now*len(s.in)/len(sample) < enough) {
			break
		}
		now, s.grams = n, append(s.grams, best)
		for block, b := range left {
			if t := terms[block][best]; t != nil {
				b.and(t)
			} else {
				*b = bitmap{}
			}
		}
	}
	s.all = append(s.all, s.grams...)
	for block, b := range left {
		s.known[block] = b
	}
	s.withoutStale()
	return nil
}

func (s *sieve) withoutStale() {
	for place := range s.stale {
		if b := s.known[place>>blockBits]; b != nil {
			b.clear(place & (blockSize - 1))
		}
	}
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
		s.withoutStale()
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

// verify finds out of places whether they hold the text, and, where they were
// not sifted, whether they have the marks.
func (s *sieve) verify(ctx context.Context, q querier, places []int64, sifted bool) error {
	places = slices.DeleteFunc(slices.Clone(places), func(p int64) bool { _, known := s.words[p]; return known })
	for part := range slices.Chunk(places, maxIDs) {
		columns, condition, args := `place, words, marks`, "", []any{s.head.realm}
		if sifted {
			columns = `place, '', ''`
			condition, args = s.holdsSQL(args)
		}
		list, more := in(len(args)+1, part, intArg)
		for _, p := range part {
			s.words[p] = false
		}
		err := q.query(ctx, `SELECT `+columns+` FROM directory WHERE realm = $1`+condition+` AND place IN (`+list+`)`, append(args, more...),
			func(r *row) error {
				place := r.int()
				e := entry{words: r.text(), marks: r.text()}
				s.words[place] = sifted || s.marked(&e) && (s.text == "" || holds(e.words, s.text))
				return r.err
			})
		if err != nil {
			return fmt.Errorf("read directory: %w", err)
		}
	}
	return nil
}

// holdsSQL is the condition that a sifted place holds the text: the database
// looks itself, rather than send what most of a page is made of. Of one or two
// letters the terms say it all.
func (s *sieve) holdsSQL(args []any) (string, []any) {
	if utf8.RuneCountInString(s.text) < 3 {
		return "", args
	}
	args = append(args, s.text)
	return ` AND ` + s.within + `(words, $` + strconv.Itoa(len(args)) + `) > 0`, args
}
