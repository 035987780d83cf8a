package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/bowline/bowline"
)

// laneBits is how much of a place says of which lane a renewal is; the rest says
// where in the order of phases. Ids spread as they do in the schedule.
const laneBits = 11

// placeOf is where a renewal should lie.
func placeOf(lane Lane, id bowline.ID) int64 {
	of := bowline.ID(lane.column()).Spread() >> (64 - laneBits)
	return int64(of<<(63-laneBits) | id.Spread()>>(1+laneBits)) //nolint:gosec // 63 bits
}

// Renewals are found by their place. These name the place of one: of an id, and
// of a connection that lives on it, which follow.
const (
	placeNamed        = `(SELECT place FROM renewal_names WHERE id = `
	placeOfConnection = `(SELECT i.place FROM renewal_names i JOIN grants g ON g.family = i.id WHERE g.connection_id = `
)

// renewalRow is a renewal as it is stored, its tokens apart.
type renewalRow struct {
	place              int64
	id                 bowline.ID
	column             string // of the lane
	runAt, dueAt       any    // micros, or nil
	holder             any    // or nil
	fence, given       int64
	version            int64
	failures           int64
	checked, asked     int64
	issued, used, uses int64
	access, refresh    []byte
	owned              []byte // a refresh token that may be met again: this one, or one before it
	former             bowline.ID
	legacy             bool // its tokens lie with its members
}

const renewalSQL = `SELECT r.place, r.id, r.lane, r.run_at, r.due_at, r.holder, r.fence, r.given, r.version, r.failures, r.checked_at,
	r.asked_at, r.issued_at, r.used_at, r.uses, r.access_digest, r.refresh_digest, r.owned_digest, r.former,
	(SELECT count(*) FROM renewal_tokens t WHERE t.place = r.place) FROM renewals r`

func scanRenewalRow(r *row) renewalRow {
	return renewalRow{
		place: r.int(), id: r.id(), column: r.text(), runAt: r.nullable(), dueAt: r.nullable(), holder: r.nullable(),
		fence: r.int(), given: r.int(), version: r.int(), failures: r.int(), checked: r.int(), asked: r.int(),
		issued: r.int(), used: r.int(), uses: r.int(), access: r.bytes(), refresh: r.bytes(), owned: r.bytes(), former: r.id(), legacy: r.int() == 0,
	}
}

// nullable takes an integer that may be NULL.
func (r *row) nullable() any {
	if r.null() {
		r.next++
		return nil
	}
	return r.int()
}

// Rows are there, and locked, when they are updated: what is inserted is a
// renewal that is new, or an update. One statement updates many rows that way,
// on both engines. The place is what conflicts, as it is where the row lies.
// Whose a token is, putOwned says apart: SQLite rewrites the entry of an index
// whose column is named, changed or not, and these entries lie anywhere.
var (
	putRenewals = bulk{
		head: `INSERT INTO renewals (place, id, lane, run_at, due_at, holder, fence, given, version, failures, checked_at, asked_at,
			issued_at, used_at, uses, access_digest, refresh_digest, owned_digest, former) VALUES `, width: 19,
		tail: ` ON CONFLICT (place) DO UPDATE SET run_at = excluded.run_at, due_at = excluded.due_at, holder = excluded.holder,
			fence = excluded.fence, given = excluded.given, version = excluded.version, failures = excluded.failures,
			checked_at = excluded.checked_at, asked_at = excluded.asked_at, issued_at = excluded.issued_at, used_at = excluded.used_at,
			uses = excluded.uses, access_digest = excluded.access_digest, refresh_digest = excluded.refresh_digest,
			former = excluded.former`,
	}
	putOwned  = bulk{head: `UPDATE renewals SET owned_digest = $1 WHERE place IN (`, tail: `)`, fixed: 1}
	putTokens = bulk{
		head: `INSERT INTO renewal_tokens (place, sealed) VALUES `, width: 2,
		tail: ` ON CONFLICT (place) DO UPDATE SET sealed = excluded.sealed`,
	}
)

func (l *renewalRow) columns(rows []any) []any {
	return append(rows, l.place, string(l.id), l.column, l.runAt, l.dueAt, l.holder, l.fence, l.given, l.version, l.failures, l.checked, l.asked,
		l.issued, l.used, l.uses, l.access, l.refresh, l.owned, string(l.former))
}

var (
	selectRenewals = bulk{head: renewalSQL + ` WHERE r.place IN (`, tail: `)`}
	lockRenewals   = bulk{head: selectRenewals.head, tail: ") ORDER BY r.place" + postgresDialect.lock}
)

// renewalRows locks renewals and returns what they are now.
func (tx *Tx) renewalRows(ctx context.Context, places []any) (map[bowline.ID]renewalRow, error) {
	found := make(map[bowline.ID]renewalRow, len(places))
	of := &selectRenewals
	if tx.dialect().lock != "" {
		of = &lockRenewals
	}
	err := of.look(tx.dialect(), places, func(sql string, args []any) error {
		return tx.query(ctx, sql, args, func(r *row) error {
			l := scanRenewalRow(r)
			found[l.id] = l
			return r.err
		})
	})
	return found, err
}

// runAt is how a time to come is stored: NULL for never.
func runAt(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return micros(t)
}

// sealedMember is a member of a renewal, and the renewal's tokens, before they
// are opened.
type sealedMember struct {
	Member
	renewal bowline.ID
	place   int64
	fence   int64
	version int64 // what both rows count
	own     []byte
	tokens  []byte // nil where they lie with the member
}

// membersSQL finds the connections that live on renewals, with fence and tokens
// as they are at the same moment.
const membersSQL = `SELECT ` + memberColumns + memberTables + ` WHERE `

const (
	memberColumns = `r.id, r.place, r.fence, g.version + r.version, g.connection_id, g.sealed, t.sealed, n.company_id, n.tenant_id, n.tenant_name`
	memberTables  = `
	FROM renewals r JOIN grants g ON g.family = r.id JOIN connections n ON n.id = g.connection_id
	LEFT JOIN renewal_tokens t ON t.place = r.place`
)

func scanMember(r *row) sealedMember {
	m := sealedMember{renewal: r.id(), place: r.int(), fence: r.int(), version: r.int()}
	m.Connection, m.own, m.tokens = r.id(), r.bytes(), r.bytes()
	m.Company, m.TenantID, m.TenantName = r.id(), r.text(), r.text()
	return m
}

// membersNow returns the members of a renewal as they are, in order, unopened.
func (tx *Tx) membersNow(ctx context.Context, id bowline.ID) ([]sealedMember, error) {
	var found []sealedMember
	err := tx.query(ctx, membersSQL+`r.place = `+placeNamed+`$1)`, []any{string(id)}, func(r *row) error {
		found = append(found, scanMember(r))
		return r.err
	})
	slices.SortFunc(found, func(a, b sealedMember) int { return cmp.Compare(a.Connection, b.Connection) })
	return found, err
}

// merge makes the members of one renewal those of another, whose tokens they
// have from now on. It is due at once unless it is held.
func (tx *Tx) merge(ctx context.Context, from, into bowline.ID) error {
	return errors.Join(
		tx.exec(ctx, `UPDATE grants SET family = $1, version = version + 1 + (SELECT version FROM renewals WHERE place = `+placeNamed+`$2))
			- (SELECT version FROM renewals WHERE place = `+placeNamed+`$1)) WHERE family = $2`, []any{string(into), string(from)}),
		tx.exec(ctx, `UPDATE renewals SET run_at = CASE WHEN holder IS NULL THEN $1 ELSE run_at END, due_at = $1 WHERE place = `+placeNamed+`$2)`,
			[]any{micros(tx.store.now()), string(into)}),
		tx.exec(ctx, `DELETE FROM renewals WHERE place = `+placeNamed+`$1)`, []any{string(from)}),
	)
}
