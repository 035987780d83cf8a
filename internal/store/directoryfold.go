package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/bowline/bowline"
)

// foldAtOnce is how many companies are worked in by one transaction: many share
// the terms that they bring, few hold up nobody.
const foldAtOnce = 1024

// directoryHead is where an instance's part of the directory stands.
type directoryHead struct {
	realm, version, places int64
	building               bool
	builtCreated           int64
	builtID                bowline.ID
}

const headColumns = `h.number, h.version, h.places, h.building, h.built_created, h.built_id`

func scanHead(r *row) directoryHead {
	return directoryHead{r.int(), r.int(), r.int(), r.bool(), r.int(), r.id()}
}

// FoldDirectory works changes of companies into the directory, one portion of
// one instance, and returns how many companies that were; 0 when nothing is
// left. Companies that were there before the directory was are taken in by the
// same steps. It may run on several replicas at once, be killed, and be run
// again: what is not worked in yet is shown nevertheless.
func (s *Store) FoldDirectory(ctx context.Context) (int, error) {
	for range 2 {
		var f *fold
		err := s.engine.read(ctx, func(q querier) (err error) {
			f, err = prepareFold(ctx, q, s.foldTurn.Add(1))
			return err
		})
		if err != nil || f == nil {
			return 0, err
		}
		err = s.Write(Behind(ctx), func(tx *Tx) error { return f.write(ctx, tx) })
		if !errors.Is(err, ErrConflict) && !errors.Is(err, ErrNotFound) {
			return f.done, err
		}
	}
	// Somebody was faster, twice: this time all of it with nobody in between.
	done := 0
	err := s.Write(Behind(ctx), func(tx *Tx) error {
		done = 0
		if lock := tx.dialect().lock; lock != "" {
			err := tx.query(ctx, `SELECT number FROM directory_heads ORDER BY number`+lock, nil, func(*row) error { return nil })
			if err != nil {
				return err
			}
		}
		f, err := prepareFold(ctx, tx, s.foldTurn.Add(1))
		if err != nil || f == nil {
			return err
		}
		done = f.done
		return f.write(ctx, tx)
	})
	if errors.Is(err, ErrNotFound) { // a company was deleted meanwhile
		return 1, nil
	}
	return done, err
}

// fold is a portion of changes, and what they change.
type fold struct {
	instance bowline.ID
	head     directoryHead
	seqs     []int64 // of the changes
	built    *entry  // the last of the companies of before
	finished bool    // there are none left
	done     int

	added    []directoryRow
	updated  []directoryRow
	totals   map[string]int64
	spans    map[int64]span
	postings map[posting]*bitmap
	before   map[posting]bool // which of them there were
}

// span is between when the companies of a block were created. begins is when the
// first of those was that were added; never without one.
type span struct{ first, last, begins int64 }

type posting struct {
	block int64
	term  string
}

// prepareFold reads a portion and finds out what to write. It is nil when there
// is nothing to do. The head comes first: whoever writes something in meanwhile
// changes its version.
func prepareFold(ctx context.Context, q querier, turn uint64) (*fold, error) {
	f := &fold{totals: map[string]int64{}, spans: map[int64]span{}, postings: map[posting]*bitmap{}, before: map[posting]bool{}}
	ids, gone, err := f.portion(ctx, q, turn)
	if err != nil || f.instance == "" {
		return nil, err
	}
	now, err := readChanged(ctx, q, f.instance, ids)
	if err != nil {
		return nil, err
	}
	was, err := readDirectory(ctx, q, slices.Sorted(maps.Keys(now)))
	if err != nil {
		return nil, err
	}
	t := newTermChanges()
	f.rows(now, was, t)
	for _, g := range gone {
		t.gone(g)
	}
	f.done = max(len(ids)+len(gone), 1)
	return f, f.apply(ctx, q, t)
}

// portion chooses an instance and what of it is to be worked in. While companies
// of before are taken in, the instance has every other turn and its changes are
// worked in beside.
func (f *fold) portion(ctx context.Context, q querier, turn uint64) (ids []bowline.ID, gone []int64, err error) {
	const building = `SELECT h.instance_id, ` + headColumns + ` FROM directory_heads h WHERE h.building = 1 ORDER BY h.number LIMIT 1`
	const waiting = `SELECT h.instance_id, ` + headColumns + ` FROM directory_changes c JOIN directory_heads h ON h.instance_id = c.instance_id
		ORDER BY c.seq LIMIT 1`
	choices := []string{waiting, building}
	if turn%2 == 1 {
		slices.Reverse(choices)
	}
	for _, sql := range choices {
		if err = one(ctx, q, sql, nil, f.scan); !errors.Is(err, ErrNotFound) {
			break
		}
	}
	if errors.Is(err, ErrNotFound) {
		return nil, nil, nil
	}
	seen := map[bowline.ID]bool{}
	if err == nil {
		err = q.query(ctx, `SELECT seq, company_id, place FROM directory_changes WHERE instance_id = $1 ORDER BY seq LIMIT $2`,
			[]any{string(f.instance), int64(foldAtOnce)}, func(r *row) error {
				f.seqs = append(f.seqs, r.int())
				if id := r.id(); id == "" {
					gone = append(gone, r.int())
				} else if !seen[id] {
					seen[id] = true
					ids = append(ids, id)
				}
				return r.err
			})
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read changes of the directory: %w", err)
	}
	if !f.head.building {
		return ids, gone, nil
	}
	old, err := f.next(ctx, q)
	for _, id := range old {
		if !seen[id] {
			ids = append(ids, id)
		}
	}
	return ids, gone, err
}

func (f *fold) scan(r *row) error {
	f.instance, f.head = r.id(), scanHead(r)
	return r.err
}

// next lists companies of before, in the order in which they were created.
func (f *fold) next(ctx context.Context, q querier) (ids []bowline.ID, err error) {
	err = q.query(ctx, `SELECT id, created FROM companies WHERE instance_id = $1 AND (created, id) > ($2, $3) ORDER BY created, id LIMIT $4`,
		[]any{string(f.instance), f.head.builtCreated, string(f.head.builtID), int64(foldAtOnce)}, func(r *row) error {
			f.built = &entry{company: r.id(), created: r.int()}
			ids = append(ids, f.built.company)
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read companies for the directory: %w", err)
	}
	f.finished = len(ids) < foldAtOnce
	return ids, nil
}

// rows compares what there is with what is stored.
func (f *fold) rows(now map[bowline.ID]*entry, was map[bowline.ID]*directoryRow, t *termChanges) {
	order := slices.SortedFunc(maps.Values(now), func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.company, b.company))
	})
	for _, e := range order {
		next := directoryRow{0, e.company, e.mask, e.created, e.name, e.sync, e.words, e.marks}
		old := was[e.company]
		if old == nil {
			next.place = f.head.places + int64(len(f.added))
			f.added = append(f.added, next)
			f.count(e.mask, e.marks, 1)
			eachTerm(e.words, e.marks, e.mask, func(term string) { t.of(next.place, term).set.set(next.place) })
			f.widen(next, next.created)
			continue
		}
		if old.same(e) {
			continue
		}
		next.place = old.place
		f.updated = append(f.updated, next)
		f.count(old.mask, old.marks, -1)
		f.count(e.mask, e.marks, 1)
		t.replace(old.place, old.term(), e.terms())
		begins := int64(never)
		if old.created != e.created {
			begins = 0
		}
		f.widen(next, begins)
	}
}

func (f *fold) count(mask int64, marks string, n int64) {
	for _, term := range kept(mask, marks) {
		f.totals[term] += n
	}
}

// widen notes when a company of a block was created, and from when on something
// is laid behind what was there: in the order of creation, unless it was older.
func (f *fold) widen(b directoryRow, begins int64) {
	block := b.place >> blockBits
	s, known := f.spans[block]
	if !known {
		s = span{b.created, b.created, never}
	}
	f.spans[block] = span{min(s.first, b.created), max(s.last, b.created), min(s.begins, begins)}
}

// apply reads the postings that change and changes them.
func (f *fold) apply(ctx context.Context, q querier, t *termChanges) error {
	for block, terms := range t.blocks {
		if err := f.read(ctx, q, block, slices.Sorted(maps.Keys(terms))); err != nil {
			return err
		}
		for term, c := range terms {
			b := f.posting(posting{block, term})
			for i := range b {
				b[i] = b[i]&^c.cleared[i] | c.set[i]
			}
		}
	}
	for block, cleared := range t.vacated {
		if err := f.vacate(ctx, q, block, cleared); err != nil {
			return err
		}
	}
	return f.summarize(ctx, q)
}

func (f *fold) posting(p posting) *bitmap {
	b := f.postings[p]
	if b == nil {
		b = &bitmap{}
		f.postings[p] = b
	}
	return b
}

// read takes the stored postings of a block. A block that is new has none.
func (f *fold) read(ctx context.Context, q querier, block int64, terms []string) error {
	if block >= 0 && block<<blockBits >= f.head.places {
		return nil
	}
	if len(terms) > maxIDs { // then most of the block is wanted
		wanted := make(map[string]bool, len(terms))
		for _, term := range terms {
			wanted[term] = true
		}
		err := q.query(ctx, `SELECT block, term, places FROM directory_postings WHERE realm = $1 AND block = $2`,
			[]any{f.head.realm, block}, func(r *row) error {
				r.next = 1
				term := r.text()
				if r.next = 0; !wanted[term] {
					return r.err
				}
				return f.take(r)
			})
		if err != nil {
			return fmt.Errorf("read postings: %w", err)
		}
		return nil
	}
	for batch := range slices.Chunk(terms, maxIDs) {
		list, args := in(3, batch, textArg)
		err := q.query(ctx, `SELECT block, term, places FROM directory_postings WHERE realm = $1 AND block = $2 AND term IN (`+list+`)`,
			append([]any{f.head.realm, block}, args...), f.take)
		if err != nil {
			return fmt.Errorf("read postings: %w", err)
		}
	}
	return nil
}

func (f *fold) take(r *row) error {
	p := posting{r.int(), r.text()}
	stored := r.bytes()
	if r.err != nil {
		return r.err
	}
	if f.before[p] { // the last key of a list comes several times
		return nil
	}
	f.before[p] = true
	return f.posting(p).decode(stored)
}

// vacate removes places from all terms of a block: nobody knows any more which
// terms a deleted company had.
func (f *fold) vacate(ctx context.Context, q querier, block int64, cleared *bitmap) error {
	err := q.query(ctx, `SELECT block, term, places FROM directory_postings WHERE realm = $1 AND block = $2`,
		[]any{f.head.realm, block}, func(r *row) error {
			p := posting{r.int(), r.text()}
			stored := r.bytes()
			var b bitmap
			if r.err != nil || f.before[p] {
				return r.err
			}
			if err := b.decode(stored); err != nil {
				return err
			}
			meets := false
			for i := range b {
				meets = meets || b[i]&cleared[i] != 0
			}
			if meets {
				f.before[p], f.postings[p] = true, &b
			}
			return nil
		})
	if err != nil {
		return fmt.Errorf("read postings: %w", err)
	}
	for p, b := range f.postings {
		if p.block == block {
			for i := range b {
				b[i] &^= cleared[i]
			}
		}
	}
	return nil
}

// summarize notes in which blocks terms came or went.
func (f *fold) summarize(ctx context.Context, q querier) error {
	came := map[int64]map[string][]int64{} // by summary and term: places, those that went below zero
	for p, b := range f.postings {
		there := *b != bitmap{}
		if there == f.before[p] {
			continue
		}
		of, place := summary(p.block)
		if came[of] == nil {
			came[of] = map[string][]int64{}
		}
		if !there {
			place = -1 - place
		}
		came[of][p.term] = append(came[of][p.term], place)
	}
	for of, terms := range came {
		if err := f.read(ctx, q, of, slices.Sorted(maps.Keys(terms))); err != nil {
			return err
		}
		for term, places := range terms {
			b := f.posting(posting{of, term})
			for _, place := range places {
				if place >= 0 {
					b.set(place)
				} else {
					b.clear(-1 - place)
				}
			}
		}
	}
	return nil
}
