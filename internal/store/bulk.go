package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// bulkSizes are how many rows one statement takes. Few sizes, so that each is
// prepared once; several rows at a time, because calling a statement costs more
// than another row in it.
var bulkSizes = [...]int{32, 8, 1}

// maxBulk bounds the parameters of a statement on SQLite, whose driver looks each
// of them up by going through all, and of one that reads. Where PostgreSQL
// writes, maxBulkPostgres does: each statement is work, and may be a round trip.
const maxBulk, maxBulkPostgres = 128, 512

// bulk is a statement over many rows: head, a list of rows, tail. The list
// starts after the parameters in fixed.
type bulk struct {
	head, tail string
	fixed      int    // parameters in head
	width      int    // parameters of a row; 0 is a bare list, as behind IN
	last       string // the last column of each row, where it is always the same
	// part says that the list is the last part of a key. PostgreSQL, as long as
	// it has no statistics, would read all rows of the first part for it.
	part  bool
	texts sync.Map
}

// text returns the statement for n rows.
func (b *bulk) text(n int) string {
	if text, ok := b.texts.Load(n); ok {
		return text.(string)
	}
	var sql strings.Builder
	sql.WriteString(b.head)
	next := b.fixed
	for i := range n {
		if i > 0 {
			sql.WriteByte(',')
		}
		if b.width > 0 {
			sql.WriteByte('(')
		}
		for j := range max(b.width, 1) {
			if j > 0 {
				sql.WriteByte(',')
			}
			next++
			sql.WriteString("$" + strconv.Itoa(next))
		}
		if b.last != "" {
			sql.WriteByte(',')
			sql.WriteString(b.last)
		}
		if b.width > 0 {
			sql.WriteByte(')')
		}
	}
	sql.WriteString(b.tail)
	b.texts.Store(n, sql.String())
	return sql.String()
}

// exec runs the statement over rows, which lie one behind the other.
func (b *bulk) exec(ctx context.Context, tx *Tx, fixed, rows []any) error {
	sizes := bulkSizes[:]
	if b.part && tx.dialect().name == Postgres {
		sizes = bulkSizes[len(bulkSizes)-1:]
	}
	return b.each(tx.dialect(), sizes, rows, fixed, func(sql string, args []any) error { return tx.exec(ctx, sql, args) })
}

// each cuts rows into statements.
func (b *bulk) each(d *dialect, sizes []int, rows, fixed []any, run func(sql string, args []any) error) error {
	width, most := max(b.width, 1), maxBulk
	if d.name == Postgres {
		most = maxBulkPostgres
	}
	for _, n := range sizes {
		if n > 1 && n*width > most {
			continue
		}
		for len(rows) >= n*width {
			args := rows[: n*width : n*width]
			rows = rows[n*width:]
			if len(fixed) > 0 {
				args = append(append(make([]any, 0, len(fixed)+len(args)), fixed...), args...)
			}
			if err := run(b.text(n), args); err != nil {
				return err
			}
		}
	}
	return nil
}

// look runs a statement that reads by a list of keys. On PostgreSQL each is a
// round trip, so there are few: a list is filled up with its last key.
func (b *bulk) look(d *dialect, keys []any, run func(sql string, args []any) error) error {
	if d.name != Postgres {
		return b.each(d, bulkSizes[:], keys, nil, run)
	}
	for part := range slices.Chunk(keys, maxBulk) {
		n := 1
		for n < len(part) {
			n *= 4
		}
		args := slices.Clone(part)
		for len(args) < min(n, maxBulk) {
			args = append(args, part[len(part)-1])
		}
		if err := run(b.text(len(args)), args); err != nil {
			return err
		}
	}
	return nil
}
