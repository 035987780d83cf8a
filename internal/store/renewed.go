package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// RenewalOutcome is what came of a renewal, as its holder decided.
type RenewalOutcome struct {
	Renewal Renewal
	// Given are the tokens from now on, complete, of all members; nil when the
	// present ones stay. What a member has of its own, which is what its Extra
	// says of the tenant, stays with it.
	Given     *bowline.Grant
	RunAt     time.Time // when to come again; zero for never by itself
	Failures  int
	CheckedAt time.Time
	// Unused says that the refresh token was not sent.
	Unused bool
	// Keep has the lease go on to its end: the holder has more to do. RunAt is
	// not looked at.
	Keep bool
}

// finishing is an outcome on its way into the database.
type finishing struct {
	*RenewalOutcome
	access, refresh []byte // digests of what was given
	sealed          []byte // what was given
}

// FinishRenewals ends leases in one transaction: it stores the tokens that were
// given, for every connection that lives on them, and when to come again. It
// returns those whose lease was lost and of which nothing was stored, so that
// tokens given to them can be given back.
//
// The schedule is for the holder of the lease alone. Tokens that come late, from
// a holder who has lost it, are stored nevertheless unless some that were asked
// for later are there already: those it sent are likely spent.
func (s *Store) FinishRenewals(ctx context.Context, outcomes []RenewalOutcome) (lost []RenewalOutcome, err error) {
	if len(outcomes) == 0 {
		return nil, nil
	}
	list := make([]finishing, len(outcomes))
	for i := range outcomes {
		if list[i], err = s.prepare(&outcomes[i]); err != nil {
			return nil, fmt.Errorf("finish renewals: %w", err)
		}
	}
	lost, err = s.finish(ctx, list)
	if len(list) > 1 && (errors.Is(err, ErrConflict) || errors.Is(err, ErrNotFound)) {
		// One of them met somebody; the others have nothing to do with it.
		lost, err = nil, nil
		for i := range list {
			more, one := s.finish(ctx, list[i:i+1])
			lost, err = append(lost, more...), errors.Join(err, one)
		}
	}
	if err != nil {
		return lost, fmt.Errorf("finish renewals: %w", err)
	}
	return lost, nil
}

// prepare seals, which is work that no transaction should wait for.
func (s *Store) prepare(o *RenewalOutcome) (finishing, error) {
	f := finishing{RenewalOutcome: o}
	if o.Given == nil {
		return f, nil
	}
	f.access, f.refresh = digest(o.Renewal.Lane, o.Given.AccessToken), digest(o.Renewal.Lane, o.Given.RefreshToken)
	var err error
	f.sealed, err = s.sealShared(o.Renewal.place, *o.Given)
	return f, err
}

func (s *Store) finish(ctx context.Context, list []finishing) (lost []RenewalOutcome, err error) {
	err = s.Write(ctx, func(tx *Tx) error {
		lost = nil
		places := make([]any, len(list))
		for i := range list {
			places[i] = list[i].Renewal.place
		}
		current, err := tx.renewalRows(ctx, places)
		if err != nil {
			return err
		}
		owners, err := tx.ownersOf(ctx, list, current)
		if err != nil {
			return err
		}
		w := finishWriter{tx: tx, owners: owners}
		for i := range list {
			now, there := current[list[i].Renewal.ID]
			stored := false
			if there {
				if stored, err = w.add(ctx, &list[i], now); err != nil {
					return err
				}
			}
			if !stored {
				lost = append(lost, *list[i].RenewalOutcome)
			}
		}
		return w.write(ctx)
	})
	return lost, err
}

var selectOwners = bulk{head: `SELECT o.digest, r.id FROM renewal_owned o JOIN renewals r ON r.place = o.place WHERE o.digest IN (`, tail: `)`}

// after is the digest of the refresh token that a renewal has when an outcome is
// stored, and whether it may be one that another renewal has.
func (f *finishing) after(now *renewalRow) (refresh []byte, doubt bool) {
	refresh = digest(f.Renewal.Lane, f.Renewal.Grant.RefreshToken)
	if f.Given != nil {
		refresh = f.refresh
	}
	// One that is new to us, and one that its use has not replaced.
	return refresh, refresh != nil && !bytes.Equal(refresh, now.owned) && (f.Given != nil || now.refresh == nil)
}

// ownersOf returns the renewals that own refresh tokens which others were given.
func (tx *Tx) ownersOf(ctx context.Context, list []finishing, current map[bowline.ID]renewalRow) (map[string]bowline.ID, error) {
	var doubtful []any
	for i := range list {
		now := current[list[i].Renewal.ID]
		if refresh, doubt := list[i].after(&now); doubt {
			doubtful = append(doubtful, refresh)
		}
	}
	owners := map[string]bowline.ID{}
	err := selectOwners.look(tx.dialect(), doubtful, func(sql string, args []any) error {
		return tx.query(ctx, sql, args, func(r *row) error {
			owners[string(r.bytes())] = r.id()
			return r.err
		})
	})
	return owners, err
}

// finishWriter collects what a batch of outcomes writes, so that few statements
// do it.
type finishWriter struct {
	tx                       *Tx
	owners                   map[string]bowline.ID // by digest of the refresh token
	renewals, tokens, ledger []any
	owned                    []ownedToken
	merges                   [][2]bowline.ID // from, into
}

// add decides about one outcome, and says whether anything of it is stored.
func (w *finishWriter) add(ctx context.Context, f *finishing, now renewalRow) (bool, error) {
	u := &f.Renewal
	held := now.fence == u.Fence
	takes := f.Given != nil && u.Fence > now.given
	if f.Given != nil && u.Fence == now.given { // the answer to an earlier commit got lost
		return true, nil
	}
	if !takes && (!held || f.Given != nil) || !f.follows(&now) {
		return false, nil
	}
	if held {
		f.schedule(&now)
	}
	refresh, doubt := f.after(&now)
	if doubt {
		w.own(&now, refresh)
	}
	if takes {
		if err := w.give(ctx, f, &now); err != nil {
			return false, err
		}
	} else if now.access == nil && now.refresh == nil { // stored before there was a ledger
		now.access, now.refresh = digest(u.Lane, u.Grant.AccessToken), refresh
	}
	w.renewals = now.columns(w.renewals)
	return true, nil
}

// follows says whether what is stored is what was claimed, or came of it. A
// renewal that was ended and made anew under its former name counts its fences
// from the first.
func (f *finishing) follows(now *renewalRow) bool {
	u := &f.Renewal
	if now.given != u.Given || now.refresh == nil {
		return now.given >= u.Given
	}
	return bytes.Equal(now.refresh, digest(u.Lane, u.Grant.RefreshToken))
}

// schedule ends the lease.
func (f *finishing) schedule(now *renewalRow) {
	if now.asked = 0; !f.Keep {
		now.runAt, now.holder = runAt(f.RunAt), nil
		now.dueAt = now.runAt
	}
	now.failures, now.checked = int64(f.Failures), micros(f.CheckedAt)
	if f.Unused && now.uses > 0 {
		if now.uses--; now.uses == 0 {
			now.used = 0
		}
	}
}

// give stores the tokens that a renewal was given.
func (w *finishWriter) give(ctx context.Context, f *finishing, now *renewalRow) error {
	if now.legacy {
		if err := w.tx.wipeLegacy(ctx, now.id); err != nil {
			return err
		}
	}
	w.tokens = append(w.tokens, now.place, f.sealed)
	at := w.tx.store.now()
	w.ledger = retired(w.ledger, now, at)
	now.given, now.access, now.refresh, now.issued, now.used, now.uses = f.Renewal.Fence, f.access, f.refresh, micros(at), 0, 0
	now.version++
	return nil
}

// own looks whose a refresh token is that may be known. Where somebody else has
// it, the two renewals become one: a token that two send is spent by one of
// them. One that stays the same when it is used can be met again.
func (w *finishWriter) own(now *renewalRow, refresh []byte) {
	owner, taken := w.owners[string(refresh)]
	if taken && owner != now.id {
		w.merges = append(w.merges, [2]bowline.ID{now.id, owner})
		return
	}
	w.owners[string(refresh)] = now.id
	if now.refresh == nil || bytes.Equal(now.refresh, refresh) {
		w.owned = append(w.owned, ownedToken{refresh, now.place})
	}
}

// ownedToken is a refresh token that can be met again.
type ownedToken struct {
	digest []byte
	place  int64
}

func (w *finishWriter) write(ctx context.Context) error {
	err := errors.Join(
		putRenewals.exec(ctx, w.tx, nil, w.renewals),
		putTokens.exec(ctx, w.tx, nil, w.tokens),
		insertLedger.exec(ctx, w.tx, nil, w.ledger),
	)
	for _, one := range w.owned {
		err = errors.Join(err, putOwned.exec(ctx, w.tx, []any{one.digest}, []any{one.place}))
	}
	gone := map[bowline.ID]bowline.ID{}
	for _, pair := range w.merges {
		from, into := pair[0], pair[1]
		for next, moved := gone[into]; moved; next, moved = gone[into] {
			into = next
		}
		if from != into {
			gone[from] = into
			err = errors.Join(err, w.tx.merge(ctx, from, into))
		}
	}
	return err
}
