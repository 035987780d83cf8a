package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/bowline/bowline"
)

// Lane is whose client asks which provider: what limits its rate, and what one
// outage stops.
type Lane struct {
	Instance       bowline.ID
	IntegrationKey string
}

func (l Lane) column() string { return string(l.Instance) + "/" + l.IntegrationKey }

func laneOf(column string) Lane {
	instance, key, _ := strings.Cut(column, "/")
	return Lane{bowline.ID(instance), key}
}

// Renewal is a set of tokens and all connections that live on them, to be
// renewed or checked as one. In the hands of a holder it is his until the lease
// ends.
type Renewal struct {
	ID bowline.ID // the family of its grants, or the only connection
	Lane
	Grant   bowline.Grant // of the first member, or what all of them share, opened
	Members []Member      // at least one; none where they were not asked for, see Gather
	// Fence grows with each lease, and each grant that comes from elsewhere.
	Fence int64
	// Given is the fence under which the present tokens came.
	Given int64
	// Until is the end of the lease; zero when nobody holds it.
	Until time.Time
	// DueAt is when it is due; zero when it never is by itself.
	DueAt    time.Time
	Failures int
	// Asked is not zero when a former holder may have sent the refresh token,
	// and nobody knows what came of it.
	Asked     time.Time
	CheckedAt time.Time
	IssuedAt  time.Time // when the present tokens were stored; zero when not known

	place int64
}

// Member is a connection that lives on the tokens of a renewal.
type Member struct {
	Connection, Company  bowline.ID
	TenantID, TenantName string
	Grant                bowline.Grant // opened; what is its own lies in Extra
}

// DueLane says when a lane's first renewal is due.
type DueLane struct {
	Lane
	At time.Time
}

// DueLanes returns every lane that has renewals to come, with the time of the
// first. Its cost grows with the lanes, not with the renewals.
func (s *Store) DueLanes(ctx context.Context) ([]DueLane, error) {
	var list []DueLane
	err := s.read(ctx, `WITH RECURSIVE due (lane) AS (
			SELECT min(lane) FROM renewals WHERE run_at IS NOT NULL
			UNION ALL
			SELECT (SELECT min(r.lane) FROM renewals r WHERE r.run_at IS NOT NULL AND r.lane > due.lane)
			FROM due WHERE due.lane IS NOT NULL)
		SELECT lane, (SELECT min(r.run_at) FROM renewals r WHERE r.lane = due.lane AND r.run_at IS NOT NULL)
		FROM due WHERE lane IS NOT NULL`, nil, func(r *row) error {
		list = append(list, DueLane{laneOf(r.text()), r.time()})
		return r.err
	})
	if err != nil {
		return nil, fmt.Errorf("read due lanes: %w", err)
	}
	return list, nil
}

// NextRenewals returns when the next renewal of all is due; zero when none is.
// One that has been due for ever counts as due since 1970.
func (s *Store) NextRenewals(ctx context.Context) (next time.Time, err error) {
	lanes, err := s.DueLanes(ctx)
	for _, lane := range lanes {
		if lane.At.IsZero() {
			lane.At = time.UnixMicro(0).UTC()
		}
		if next.IsZero() || lane.At.Before(next) {
			next = lane.At
		}
	}
	return next, err
}

// WantRenewals asks for renewals of one lane.
type WantRenewals struct {
	Lane
	Limit int
	// Strict has the leases go on to their end even if their holder is lost: the
	// provider takes a refresh token once and forgives nothing, so that nobody
	// may send it again while an answer to the first may come.
	Strict bool
}

// renewalColumns in the order of scanRenewal.
const renewalColumns = `r.place, r.id, r.lane, r.run_at, r.due_at, r.holder, r.fence, r.given, r.failures, r.checked_at, r.asked_at, r.issued_at`

func scanRenewal(r *row) Renewal {
	u := Renewal{place: r.int(), ID: r.id(), Lane: laneOf(r.text()), Until: r.time(), DueAt: r.time()}
	if r.null() {
		u.Until = time.Time{}
	}
	r.next++
	u.Fence, u.Given, u.Failures = r.int(), r.int(), int(r.int())
	u.CheckedAt, u.Asked, u.IssuedAt = r.time(), r.time(), r.time()
	return u
}

// The refresh token may leave as soon as this is durable.
var leaseRenewals = bulk{
	head: `UPDATE renewals SET run_at = $1, holder = $2, fence = fence + 1, asked_at = $3, used_at = $3, uses = uses + 1, strict = $4
		WHERE place IN (`,
	tail: `)`, fixed: 4,
}

// ClaimRenewals leases renewals that are due, the longest due first within each
// lane, without their members. What others hold is left to them. Before it
// returns, it is durable that the refresh tokens are about to be sent.
func (s *Store) ClaimRenewals(ctx context.Context, l Lease, wants []WantRenewals) ([]Renewal, error) {
	var list []Renewal
	err := s.Write(ctx, func(tx *Tx) error {
		list = list[:0]
		var strict, other []any // places
		for _, want := range wants {
			places := &other
			if want.Strict {
				places = &strict
			}
			err := tx.query(ctx, `SELECT `+renewalColumns+` FROM renewals r WHERE r.lane = $1 AND r.run_at <= $2
				ORDER BY r.run_at LIMIT CAST($3 AS BIGINT)`+tx.dialect().skipLocked,
				[]any{want.column(), micros(l.Now), int64(want.Limit)}, func(r *row) error {
					u := scanRenewal(r)
					u.take(l)
					*places = append(*places, u.place)
					list = append(list, u)
					return r.err
				})
			if err != nil {
				return err
			}
		}
		return errors.Join(tx.lease(ctx, l, other, false), tx.lease(ctx, l, strict, true))
	})
	if err != nil {
		return nil, fmt.Errorf("claim renewals: %w", err)
	}
	if list, err = s.unseal(ctx, list); err != nil {
		return nil, fmt.Errorf("claim renewals: %w", err)
	}
	return list, nil
}

// tokensOf finds the tokens of renewals, with the fence at the same moment.
var tokensOf = bulk{
	head: `SELECT r.id, r.place, r.fence, t.sealed FROM renewals r LEFT JOIN renewal_tokens t ON t.place = r.place WHERE r.place IN (`,
	tail: `)`,
}

// unseal opens the tokens of renewals, outside of any transaction: opening is
// work, and one writer does all of SQLite's. Who lives on them is not read: that
// lies all over the database, and a refresh need not know. A renewal that
// somebody else changed meanwhile is left out.
func (s *Store) unseal(ctx context.Context, list []Renewal) ([]Renewal, error) {
	found, err := s.tokens(ctx, list)
	if err != nil {
		return nil, err
	}
	kept := list[:0]
	for _, u := range list {
		m, there := found[u.ID]
		switch {
		case !there || m.fence != u.Fence:
			continue
		case m.tokens == nil: // they lie with the members
			err = s.Gather(ctx, &u)
		default:
			u.Grant, err = s.openGrant(m.tokens, tokensPlace(m.place)...)
		}
		if err != nil { // must not keep the others from theirs
			s.logger.ErrorContext(ctx, "open tokens", "renewal", u.ID, "error", err)
			continue
		}
		kept = append(kept, u)
	}
	return kept, nil
}

// readAhead is how many read at once: rows that nobody has looked at for an hour
// come from the disk, one after the other if one waits for the other.
const readAhead = 4

// tokens reads what is sealed, by renewal.
func (s *Store) tokens(ctx context.Context, list []Renewal) (map[bowline.ID]sealedMember, error) {
	places := make([]any, len(list))
	for i := range list {
		places[i] = list[i].place
	}
	var mu sync.Mutex
	found := make(map[bowline.ID]sealedMember, len(list))
	var group errgroup.Group
	group.SetLimit(readAhead)
	err := tokensOf.look(s.engine.dialect(), places, func(sql string, args []any) error {
		group.Go(func() error {
			return s.read(ctx, sql, args, func(r *row) error {
				m := sealedMember{renewal: r.id(), place: r.int(), fence: r.int(), tokens: r.bytes()}
				mu.Lock()
				defer mu.Unlock()
				found[m.renewal] = m
				return r.err
			})
		})
		return nil
	})
	return found, errors.Join(err, group.Wait())
}

// Gather reads who lives on a claimed renewal. [ErrConflict] when somebody else
// has changed it meanwhile, [ErrNotFound] when nobody lives on it any more.
func (s *Store) Gather(ctx context.Context, u *Renewal) error {
	var found []sealedMember
	err := s.read(ctx, membersSQL+`r.place = $1 ORDER BY g.connection_id`, []any{u.place}, func(r *row) error {
		found = append(found, scanMember(r))
		return r.err
	})
	switch {
	case err != nil:
	case len(found) == 0:
		err = errors.Join(ErrNotFound, s.endOrphan(ctx, u.place))
	case found[0].fence != u.Fence:
		err = ErrConflict
	default:
		err = s.openAll(u, found)
	}
	return wrap("gather members", err)
}

// openAll opens the members of a renewal.
func (s *Store) openAll(u *Renewal, found []sealedMember) (err error) {
	u.Members = make([]Member, len(found))
	for i := range found {
		if found[i].Grant, err = s.openMember(&found[i]); err != nil {
			return err
		}
		u.Members[i] = found[i].Member
	}
	u.Grant = u.Members[0].Grant
	return nil
}

// ClaimRenewal leases one renewal, due or not, with its members; false when
// somebody else holds it. strict is as in [WantRenewals]. [ErrNotFound] when
// there is none.
func (s *Store) ClaimRenewal(ctx context.Context, l Lease, id bowline.ID, strict bool) (Renewal, bool, error) {
	var u Renewal
	var free bool
	err := s.Write(ctx, func(tx *Tx) error {
		err := one(ctx, tx, `SELECT `+renewalColumns+` FROM renewals r WHERE r.place = `+placeNamed+`$1)`+tx.dialect().lock, []any{string(id)},
			func(r *row) error {
				u = scanRenewal(r)
				return r.err
			})
		if free = err == nil && !u.Until.After(l.Now); !free {
			return err
		}
		u.take(l)
		return tx.lease(ctx, l, []any{u.place}, strict)
	})
	if err == nil && free {
		if err = s.Gather(ctx, &u); errors.Is(err, ErrConflict) { // somebody was faster
			err, free = nil, false
		}
	}
	if err != nil || !free {
		return Renewal{}, false, wrap("claim renewal", err)
	}
	return u, true, nil
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// take is what lease does to the row.
func (u *Renewal) take(l Lease) { u.Fence, u.Until = u.Fence+1, l.Until }

func (tx *Tx) lease(ctx context.Context, l Lease, places []any, strict bool) error {
	bit := int64(0)
	if strict {
		bit = 1
	}
	return leaseRenewals.exec(ctx, tx, []any{micros(l.Until), l.Holder, micros(l.Now), bit}, places)
}

// RenewalOf returns what a connection's tokens are renewed by, without taking
// it, or [ErrNotFound] when it has no tokens.
func (s *Store) RenewalOf(ctx context.Context, connection bowline.ID) (Renewal, error) {
	return s.renewal(ctx, `r.place = `+placeOfConnection+`$1)`, connection)
}

// Renewal returns a renewal without taking it, or [ErrNotFound].
func (s *Store) Renewal(ctx context.Context, id bowline.ID) (Renewal, error) {
	return s.renewal(ctx, `r.place = `+placeNamed+`$1)`, id)
}

func (s *Store) renewal(ctx context.Context, where string, id bowline.ID) (Renewal, error) {
	// One statement, or the tokens could be of another time than what is said of
	// them.
	var list []Renewal
	var members []sealedMember
	err := s.read(ctx, `SELECT `+renewalColumns+`, `+memberColumns+memberTables+`
		WHERE `+where+` ORDER BY g.connection_id`, []any{string(id)}, func(r *row) error {
		list = append(list[:0], scanRenewal(r))
		members = append(members, scanMember(r))
		return r.err
	})
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err == nil {
		err = s.openAll(&list[0], members)
	}
	if err != nil {
		return Renewal{}, fmt.Errorf("read renewal: %w", err)
	}
	return list[0], nil
}
