package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
)

// termChanges are the terms that places get and lose.
type termChanges struct {
	blocks  map[int64]map[string]*termChange
	vacated map[int64]*bitmap // places whose terms nobody knows
}

type termChange struct{ set, cleared bitmap }

func newTermChanges() *termChanges {
	return &termChanges{map[int64]map[string]*termChange{}, map[int64]*bitmap{}}
}

// replace gives a place other terms.
func (t *termChanges) replace(place int64, old, next map[string]bool) {
	for term := range next {
		if !old[term] {
			t.of(place, term).set.set(place)
		}
	}
	for term := range old {
		if !next[term] {
			t.of(place, term).cleared.set(place)
		}
	}
}

func (t *termChanges) of(place int64, term string) *termChange {
	block := t.blocks[place>>blockBits]
	if block == nil {
		block = map[string]*termChange{}
		t.blocks[place>>blockBits] = block
	}
	c := block[term]
	if c == nil {
		c = &termChange{}
		block[term] = c
	}
	return c
}

func (t *termChanges) gone(place int64) {
	if t.vacated[place>>blockBits] == nil {
		t.vacated[place>>blockBits] = &bitmap{}
	}
	t.vacated[place>>blockBits].set(place)
}

// Statements over many rows.
var (
	insertDirectory = &bulk{head: `INSERT INTO directory (realm, place, company_id, mask, created, name, last_sync, words, marks) VALUES `, width: 9}
	upsertPostings  = &bulk{
		head: `INSERT INTO directory_postings (realm, block, term, places) VALUES `, width: 4,
		tail: ` ON CONFLICT (realm, block, term) DO UPDATE SET places = excluded.places`,
	}
	addTotals = &bulk{
		head: `INSERT INTO directory_totals (realm, term, kept) VALUES `, width: 3,
		tail: ` ON CONFLICT (realm, term) DO UPDATE SET kept = directory_totals.kept + excluded.kept`,
	}
	deleteChanges = &bulk{head: `DELETE FROM directory_changes WHERE seq IN (`, tail: `)`}
)

// write puts down what was prepared, unless something was written in since: that
// is [ErrConflict]. A company deleted meanwhile makes it [ErrNotFound].
func (f *fold) write(ctx context.Context, tx *Tx) error {
	err := f.writeHead(ctx, tx)
	if err == nil {
		err = f.writeRows(ctx, tx)
	}
	if err == nil {
		err = f.writeTotals(ctx, tx)
	}
	if err == nil {
		err = f.writePostings(ctx, tx)
	}
	if err == nil {
		seqs := make([]any, len(f.seqs))
		for i, seq := range f.seqs {
			seqs[i] = seq
		}
		err = deleteChanges.exec(ctx, tx, nil, seqs)
	}
	if err != nil {
		return fmt.Errorf("write directory: %w", err)
	}
	return nil
}

func (f *fold) writeHead(ctx context.Context, tx *Tx) error {
	h := f.head
	h.places += int64(len(f.added))
	if f.built != nil {
		h.builtCreated, h.builtID = f.built.created, f.built.company
	}
	building := int64(0)
	if h.building && !f.finished {
		building = 1
	}
	return tx.execOne(ctx, ErrConflict, `UPDATE directory_heads
		SET version = version + 1, places = $1, building = $2, built_created = $3, built_id = $4 WHERE number = $5 AND version = $6`,
		[]any{h.places, building, h.builtCreated, string(h.builtID), h.realm, h.version})
}

func (f *fold) writeRows(ctx context.Context, tx *Tx) error {
	rows := make([]any, 0, 9*len(f.added))
	for _, b := range f.added {
		rows = append(rows, f.head.realm, b.place, string(b.company), b.mask, b.created, b.name, b.sync, b.words, b.marks)
	}
	if err := insertDirectory.exec(ctx, tx, nil, rows); err != nil {
		return err
	}
	for _, b := range f.updated {
		err := tx.execOne(ctx, ErrNotFound, `UPDATE directory SET mask = $1, created = $2, name = $3, last_sync = $4, words = $5, marks = $6
			WHERE realm = $7 AND place = $8 AND company_id = $9`,
			[]any{b.mask, b.created, b.name, b.sync, b.words, b.marks, f.head.realm, b.place, string(b.company)})
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *fold) writeTotals(ctx context.Context, tx *Tx) error {
	var rows []any
	for _, term := range slices.Sorted(maps.Keys(f.totals)) {
		if f.totals[term] != 0 {
			rows = append(rows, f.head.realm, term, f.totals[term])
		}
	}
	if err := addTotals.exec(ctx, tx, nil, rows); err != nil {
		return err
	}
	for _, term := range slices.Sorted(maps.Keys(f.totals)) {
		if f.totals[term] < 0 {
			if err := tx.dropTotal(ctx, f.head.realm, term); err != nil {
				return err
			}
		}
	}
	for _, block := range slices.Sorted(maps.Keys(f.spans)) {
		s := f.spans[block]
		err := tx.exec(ctx, `INSERT INTO directory_blocks (realm, block, first_created, last_created, straight) VALUES ($1, $2, $3, $4, 1)
			ON CONFLICT (realm, block) DO UPDATE SET
			straight = CASE WHEN $5 > directory_blocks.last_created THEN directory_blocks.straight ELSE 0 END,
			first_created = CASE WHEN excluded.first_created < directory_blocks.first_created THEN excluded.first_created ELSE directory_blocks.first_created END,
			last_created = CASE WHEN excluded.last_created > directory_blocks.last_created THEN excluded.last_created ELSE directory_blocks.last_created END`,
			[]any{f.head.realm, block, s.first, s.last, s.begins})
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *fold) writePostings(ctx context.Context, tx *Tx) error {
	order := slices.SortedFunc(maps.Keys(f.postings), func(a, b posting) int {
		return cmp.Or(cmp.Compare(a.block, b.block), cmp.Compare(a.term, b.term))
	})
	rows := make([]any, 0, 4*len(order))
	for _, p := range order {
		b := f.postings[p]
		if *b != (bitmap{}) {
			rows = append(rows, f.head.realm, p.block, p.term, b.encode())
		} else if f.before[p] {
			err := tx.exec(ctx, `DELETE FROM directory_postings WHERE realm = $1 AND block = $2 AND term = $3`, []any{f.head.realm, p.block, p.term})
			if err != nil {
				return err
			}
		}
	}
	return upsertPostings.exec(ctx, tx, nil, rows)
}
