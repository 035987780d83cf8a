package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// PutGrant seals the tokens of a connection, in place of those it had, and
// increments the stored version; g.Version is not looked at. They are due to be
// renewed at g.RenewAt, with all others of g.Family. Where another family of the
// instance owns the same refresh token, the connection joins that one: a token
// never has two owners. [ErrOtherSignIn] when nothing shows that it may. Where
// other tokens of the same family were stored, all of its members have the new
// ones, and whoever is renewing the former has lost the lease; tokens without a
// family were handed over, and are those of their connection alone. Tokens that nobody lives on any more are to be ended at the
// provider, if those in their place come from a sign-in. [ErrNotFound] when the connection is gone.
func (tx *Tx) PutGrant(ctx context.Context, g bowline.Grant) error {
	p := putting{tx: tx, grant: g, unit: cmp.Or(g.Family, g.ConnectionID), now: tx.store.now()}
	for _, step := range []func(context.Context) error{p.look, p.enter, p.leaveFormer, p.store} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("put grant: %w", err)
		}
	}
	return nil
}

// putting is one grant on its way into the database.
type putting struct {
	tx     *Tx
	grant  bowline.Grant
	now    time.Time
	lane   Lane
	former sealedMember // what the connection lives on so far; without a renewal, nothing
	unit   bowline.ID   // the renewal that it goes to
	into   renewalRow   // as it is then
}

// look finds out about the connection.
func (p *putting) look(ctx context.Context) error {
	p.former.Connection = p.grant.ConnectionID
	return one(ctx, p.tx, `SELECT n.instance_id, n.integration_key, g.family, g.version + r.version, g.sealed, r.place, t.sealed
		FROM connections n LEFT JOIN grants g ON g.connection_id = n.id LEFT JOIN renewal_names i ON i.id = g.family
		LEFT JOIN renewals r ON r.place = i.place LEFT JOIN renewal_tokens t ON t.place = r.place WHERE n.id = $1`, []any{string(p.grant.ConnectionID)}, func(r *row) error {
		p.lane = Lane{r.id(), r.text()}
		f := &p.former
		f.renewal, f.version, f.own, f.place, f.tokens = r.id(), r.int(), r.bytes(), r.int(), r.bytes()
		return r.err
	})
}

// enter makes the renewal, or finds the one that owns the refresh token.
func (p *putting) enter(ctx context.Context) error {
	access, refresh := digest(p.lane, p.grant.AccessToken), digest(p.lane, p.grant.RefreshToken)
	place := placeOf(p.lane, p.unit)
	var own, owner *renewalRow
	err := p.tx.query(ctx, renewalSQL+` WHERE r.place = `+placeNamed+`$1) OR r.place = (SELECT place FROM renewal_owned WHERE digest = $2)
		OR r.place = $3`+p.tx.dialect().lock,
		[]any{string(p.unit), refresh, place}, func(r *row) error {
			l := scanRenewalRow(r)
			switch {
			case refresh != nil && (bytes.Equal(l.owned, refresh) || bytes.Equal(l.refresh, refresh)):
				owner = &l
			case l.id == p.unit:
				own = &l
			}
			if l.place == place && l.id != p.unit {
				place++ // two ids came to the same; it is as good beside it
			}
			return r.err
		})
	switch {
	case err != nil:
		return err
	case owner != nil:
		return p.meet(ctx, owner, access, refresh)
	case own != nil:
		return p.succeed(ctx, own, access, refresh)
	}
	p.into = renewalRow{place: place, id: p.unit, column: p.lane.column(), fence: 1}
	return p.begin(ctx, access, refresh)
}

// begin stores tokens that are new to a renewal.
func (p *putting) begin(ctx context.Context, access, refresh []byte) error {
	l := &p.into
	l.given, l.holder, l.runAt, l.dueAt = l.fence, nil, runAt(p.grant.RenewAt), runAt(p.grant.RenewAt)
	l.failures, l.checked, l.asked = 0, 0, 0
	l.access, l.refresh, l.owned, l.issued, l.used, l.uses = access, refresh, refresh, micros(p.now), 0, 0
	return p.write(ctx)
}

func (p *putting) write(ctx context.Context) error {
	sealed, err := p.tx.store.sealShared(p.into.place, p.grant)
	if err == nil {
		err = putRenewals.exec(ctx, p.tx, nil, p.into.columns(nil))
	}
	if err == nil {
		err = putOwned.exec(ctx, p.tx, []any{p.into.owned}, []any{p.into.place})
	}
	if err == nil {
		err = putTokens.exec(ctx, p.tx, nil, []any{p.into.place, sealed})
	}
	return err
}

// replace puts other tokens in the place of a family's.
func (p *putting) replace(ctx context.Context, l *renewalRow, access, refresh []byte) error {
	if err := insertLedger.exec(ctx, p.tx, nil, retired(nil, l, p.now)); err != nil {
		return err
	}
	p.unit, p.into = l.id, *l
	p.into.fence++
	p.into.version++
	if l.legacy {
		if err := p.tx.wipeLegacy(ctx, l.id); err != nil {
			return err
		}
	}
	return p.begin(ctx, access, refresh)
}

// wipeLegacy leaves to the members of a renewal what is their own. They were
// stored before tokens lay with the renewal.
func (tx *Tx) wipeLegacy(ctx context.Context, id bowline.ID) error {
	members, err := tx.membersNow(ctx, id)
	if err != nil {
		return err
	}
	for i := range members {
		m := &members[i]
		g, err := tx.store.openMember(m)
		if err != nil {
			return err
		}
		own, err := tx.store.sealOwn(g)
		if err != nil {
			return err
		}
		if err := tx.exec(ctx, `UPDATE grants SET sealed = $1 WHERE connection_id = $2`, []any{own, string(m.Connection)}); err != nil {
			return err
		}
	}
	return nil
}

// leaveFormer settles what the connection lived on before.
func (p *putting) leaveFormer(ctx context.Context) error {
	if p.former.renewal == "" {
		return nil
	}
	former, err := p.tx.store.openMember(&p.former)
	if err != nil {
		return err
	}
	apart, shared := p.former.renewal != p.unit, false
	if apart {
		if err := p.tx.lockRenewalOf(ctx, p.grant.ConnectionID); err != nil {
			return err
		}
		if shared, err = p.shared(ctx, p.former.renewal); err != nil {
			return err
		}
	}
	// Tokens without a family were handed over: they may be of the same grant,
	// refreshed elsewhere.
	if !shared && p.grant.Family != "" && !sameTokens(former, p.grant) {
		// While the renewal is there, which knows whether a refresh is under way.
		if err := p.tx.endFormer(ctx, former); err != nil {
			return err
		}
	}
	if apart {
		return p.tx.leaveRenewal(ctx, p.grant.ConnectionID)
	}
	return nil
}

// shared says whether other connections live on a renewal.
func (p *putting) shared(ctx context.Context, renewal bowline.ID) (shared bool, err error) {
	err = p.tx.query(ctx, `SELECT 1 FROM grants WHERE family = $1 AND connection_id <> $2 LIMIT 1`,
		[]any{string(renewal), string(p.grant.ConnectionID)}, func(*row) error {
			shared = true
			return nil
		})
	return shared, err
}

// sameTokens says whether ending one grant would end the other.
func sameTokens(a, b bowline.Grant) bool {
	return a.RefreshToken != "" && a.RefreshToken == b.RefreshToken || a.AccessToken != "" && a.AccessToken == b.AccessToken
}

// store writes what is the connection's own.
func (p *putting) store(ctx context.Context) error {
	own, err := p.tx.store.sealOwn(p.grant)
	if err != nil {
		return err
	}
	version := p.former.version + 1 - p.into.version // what both rows count grows by one
	return p.tx.exec(ctx, `INSERT INTO grants (connection_id, instance_id, sealed, expires_at, version, family) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (connection_id) DO UPDATE
		SET sealed = excluded.sealed, expires_at = excluded.expires_at, version = excluded.version, family = excluded.family`,
		[]any{string(p.grant.ConnectionID), string(p.lane.Instance), own, micros(p.grant.ExpiresAt), version, string(p.unit)})
}
