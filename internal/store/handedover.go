package store

import (
	"bytes"
	"context"

	"github.com/bowline/bowline"
)

// handedOver says that nobody but a caller knows where the tokens come from.
// Those of a sign-in came from their provider in one answer.
func (p *putting) handedOver() bool { return p.grant.Family == "" }

// meet is for a refresh token that is known. Those who live on it have other
// tokens only if these are younger, and are looked at anew before they are used.
func (p *putting) meet(ctx context.Context, l *renewalRow, access, refresh []byte) error {
	same := bytes.Equal(l.access, access)
	if p.handedOver() && !same {
		shared, err := p.shared(ctx, l.id)
		if err != nil {
			return err
		}
		if shared {
			return p.follow(ctx, l, access, refresh)
		}
	}
	replaced := !bytes.Equal(l.refresh, refresh)
	underWay := l.holder != nil || l.asked != 0 // what comes of that is younger than either
	if !l.legacy && (same || replaced || underWay) {
		p.join(l)
		return nil
	}
	return p.replace(ctx, l, access, refresh)
}

// follow is for a refresh token of others, with an access token that is not
// theirs at present. Who holds somebody's refresh token and an access token of
// his own must neither come to live on that one's access nor have him live on
// his own, so that the two have to be known as a pair; and theirs stay.
func (p *putting) follow(ctx context.Context, l *renewalRow, access, refresh []byte) error {
	known := p.former.renewal == l.id // it lives on them already
	if !known {
		var err error
		if known, err = p.tx.issuedTogether(ctx, l.former, access, refresh); err != nil {
			return err
		}
	}
	if !known || l.legacy { // what lies with its members is not known so well
		return ErrOtherSignIn
	}
	p.join(l)
	return nil
}

// join has the connection live on a renewal as it is. A lease goes on: whoever
// renews it does so for the new member as well.
func (p *putting) join(l *renewalRow) { p.unit, p.into = l.id, *l }

// succeed is for tokens that are not known, where a renewal has the name that
// theirs would have. One that others joined is left to them.
func (p *putting) succeed(ctx context.Context, l *renewalRow, access, refresh []byte) error {
	if p.handedOver() && !(bytes.Equal(l.access, access) && bytes.Equal(l.refresh, refresh)) {
		shared, err := p.shared(ctx, l.id)
		if err != nil {
			return err
		}
		if shared {
			p.unit = bowline.NewID(p.now)
			return p.enter(ctx)
		}
	}
	return p.replace(ctx, l, access, refresh)
}

// issuedTogether says whether the ledger, from one of its rows on, has two tokens
// in one row.
func (tx *Tx) issuedTogether(ctx context.Context, from bowline.ID, access, refresh []byte) (known bool, err error) {
	err = tx.query(ctx, `WITH RECURSIVE chain (former, access_digest, refresh_digest) AS (
			SELECT former, access_digest, refresh_digest FROM token_ledger WHERE id = $1
			UNION ALL
			SELECT l.former, l.access_digest, l.refresh_digest FROM chain JOIN token_ledger l ON l.id = chain.former)
		SELECT 1 FROM chain WHERE access_digest = $2 AND refresh_digest = $3 LIMIT 1`, []any{string(from), access, refresh}, func(*row) error {
		known = true
		return nil
	})
	return known, err
}
