package renewal

import (
	"context"
	"errors"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

// Sentences of checks that somebody asked for.
const (
	saidStands   = "The provider confirms the connection."
	saidNothing  = "The connection is not linked, so there is nothing to ask."
	saidMute     = "This provider offers no way to ask whether an authorization still stands."
	saidUnlisted = "The integration of this connection is no longer in the catalog."
)

// errMute is for those who wait for a look where nobody can be asked.
var errMute = bowline.Errorf(bowline.CodeUnavailable, saidMute)

// lookFloor is how old a confirmation may be that answers a look: those who ask
// again and again must not use up what the provider allows everybody.
const lookFloor = 30 * time.Second

// Look asks the provider at once whether a connection still stands, as a turn of
// its own does when it is due: tokens are refreshed if that is due, the provider
// is asked who it is, and the organizations are listed again. However many ask,
// here and in other processes, that happens once; it waits its turn at the gate
// as everything else does. What was confirmed less than lookFloor ago, and not
// doubted since, is the answer as it is. What the provider says has its usual consequences,
// which is why a first refusal ends nothing.
//
// Errors are about the asking: *bowline.Error with CodeNotFound for a connection
// that is not there, and what the database says.
func (k *Keeper) Look(ctx context.Context, instance, company, connection bowline.ID) (bowline.ConnectionCheck, error) {
	o := FreshOptions{looked: k.now().Truncate(time.Microsecond)}
	for try := 0; ; try++ {
		conn, unit, err := k.present(ctx, instance, company, connection)
		if bowline.CodeOf(err) == bowline.CodeConflict {
			return k.unlinked(ctx, conn, try > 0)
		}
		if err != nil {
			return bowline.ConnectionCheck{}, err
		}
		in, known := k.integration(unit.Lane)
		said := func(r bowline.CheckResult, message string) (bowline.ConnectionCheck, error) {
			check := bowline.ConnectionCheck{Result: r, Status: conn.Status, Message: message}
			if at := unit.CheckedAt; !at.IsZero() {
				check.CheckedAt = &at
			}
			return check, nil
		}
		switch {
		case !known:
			return said(bowline.CheckUnavailable, saidUnlisted)
		case !oauth.Checkable(in) && !oauth.Refreshable(in, oauthGrant(unit.Grant)):
			return said(bowline.CheckUnavailable, saidMute)
		case k.usable(in, unit, o), try == 0 && k.confirmed(ctx, unit):
			return said(bowline.CheckLinked, saidStands)
		case try == 3: // others were faster each time, and did not look
			return said(bowline.CheckUnavailable, errLater.Message)
		}
		var public *bowline.Error
		switch err := k.fly(ctx, in, unit, o); {
		case err == nil: // what came of it is read
		case errors.Is(err, errDoubt), errors.Is(err, errUnnamed), errors.Is(err, errMissing):
			return said(bowline.CheckDoubtful, publicly(err))
		case errors.As(err, &public):
			return said(bowline.CheckUnavailable, public.Message)
		default:
			return bowline.ConnectionCheck{}, err
		}
	}
}

// confirmed says whether the provider has confirmed a grant just now. Where it
// has refused since, it is to be asked.
func (k *Keeper) confirmed(ctx context.Context, unit store.Renewal) bool {
	if unit.CheckedAt.IsZero() || k.now().Sub(unit.CheckedAt) >= lookFloor {
		return false
	}
	d, err := k.store.DoubtOf(ctx, unit)
	return err == nil && d.At.Before(unit.CheckedAt)
}

// unlinked is the answer for a connection that is not linked; ended says that it
// was when somebody asked.
func (k *Keeper) unlinked(ctx context.Context, conn bowline.Connection, ended bool) (bowline.ConnectionCheck, error) {
	if conn.Status == bowline.Linked { // it ended while it was read
		now, err := k.store.Connection(ctx, conn.InstanceID, conn.CompanyID, conn.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return bowline.ConnectionCheck{}, err
		}
		if err != nil {
			return bowline.ConnectionCheck{}, bowline.Errorf(bowline.CodeNotFound, "No connection exists with ID %s", conn.ID)
		}
		conn = now
	}
	check := bowline.ConnectionCheck{Result: bowline.CheckNotLinked, Status: conn.Status, Message: saidNothing}
	if ended && conn.Status == bowline.Deauthorized {
		check.Result = bowline.CheckDeauthorized
		for _, e := range conn.DataConnectionErrors {
			if e.Status == bowline.ErrorActive {
				check.Message = e.ErrorMessage
			}
		}
	}
	return check, nil
}

func publicly(err error) string {
	var public *bowline.Error
	if errors.As(err, &public) {
		return public.Message
	}
	return ""
}
