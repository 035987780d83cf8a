package renewal

import (
	"context"
	"errors"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

// FreshOptions say what Fresh has to do better than what there is.
type FreshOptions struct {
	// Stale is an access token that the provider refused, although it should
	// still be good: it is not handed out again without being refreshed. Where
	// nothing is refreshed, the provider is asked whether the grant still stands.
	Stale string

	// looked, for Look, wants nothing but that the provider was asked then or
	// later.
	looked time.Time
}

const (
	// flightLimit bounds a turn on demand, however long its callers wait.
	flightLimit = time.Minute
	// Waits between looks whether somebody else's turn is over.
	firstWait, mostWait = 20 * time.Millisecond, 250 * time.Millisecond
)

// Fresh returns a linked connection with a grant whose access token is good for
// a minute at least, or with its credentials. Where it has to be refreshed, that
// happens once, however many ask, here and in other processes; the others wait
// for what comes of it, until ctx ends. Errors that callers may read are
// *bowline.Error: CodeNotFound, CodeConflict for a connection that is not
// linked, or no longer, and CodeUnavailable where the provider keeps us waiting.
func (k *Keeper) Fresh(ctx context.Context, instance, company, connection bowline.ID, o FreshOptions) (bowline.Connection, bowline.Grant, error) {
	for try := 0; ; try++ {
		conn, unit, err := k.present(ctx, instance, company, connection)
		if err != nil {
			return conn, bowline.Grant{}, err
		}
		in, known := k.integration(unit.Lane)
		if !known || k.usable(in, unit, o) {
			return conn, ownGrant(unit, connection), nil
		}
		if try == 3 { // it was refreshed each time, and is no better
			return conn, bowline.Grant{}, errLater
		}
		if err := k.fly(ctx, in, unit, o); err != nil {
			return conn, bowline.Grant{}, err
		}
		if o.Stale != "" && !oauth.Refreshable(in, oauthGrant(unit.Grant)) {
			o.Stale = "" // the provider says that it stands
		}
	}
}

// present reads a connection that has to be linked, and what it lives on.
func (k *Keeper) present(ctx context.Context, instance, company, connection bowline.ID) (bowline.Connection, store.Renewal, error) {
	conn, err := k.store.Connection(ctx, instance, company, connection)
	if errors.Is(err, store.ErrNotFound) {
		return conn, store.Renewal{}, bowline.Errorf(bowline.CodeNotFound, "No connection exists with ID %s", connection)
	}
	if err != nil {
		return conn, store.Renewal{}, err
	}
	if conn.Status != bowline.Linked {
		return conn, store.Renewal{}, bowline.Errorf(bowline.CodeConflict, "The connection is %s, not %s.", conn.Status, bowline.Linked)
	}
	unit, err := k.store.RenewalOf(ctx, connection)
	if errors.Is(err, store.ErrNotFound) { // ended between the two
		return conn, unit, bowline.Errorf(bowline.CodeConflict, "The connection is not %s any more.", bowline.Linked)
	}
	return conn, unit, err
}

func ownGrant(unit store.Renewal, connection bowline.ID) bowline.Grant {
	for _, m := range unit.Members {
		if m.Connection == connection {
			return m.Grant
		}
	}
	return unit.Grant
}

// usable says whether a grant may be handed out as it is.
func (k *Keeper) usable(in catalog.Integration, unit store.Renewal, o FreshOptions) bool {
	if !o.looked.IsZero() {
		return !unit.CheckedAt.Before(o.looked)
	}
	if in.UsesCredentials() {
		return o.Stale == ""
	}
	if o.Stale != "" && o.Stale == unit.Grant.AccessToken {
		return false
	}
	// Tokens that were refreshed and not looked at yet may reach somebody else.
	owed := listsTenants(in) && unit.CheckedAt.IsZero() && unit.Given > firstFence
	return !owed && !k.astray(in, unit) && lives(in, unit.Grant, k.now())
}

// astray says whether tokens themselves tell of another organization than a
// member has. They are stored before their connection is deauthorized.
func (k *Keeper) astray(in catalog.Integration, unit store.Renewal) bool {
	if in.Tenant == nil {
		return false
	}
	told, err := k.options.OAuth.Tenants(k.calls, in, oauthGrant(unit.Grant)) // nobody is asked
	return err == nil && len(strayed(unit.Members, told)) > 0
}

// firstFence is the fence of tokens that come from a sign-in, which has looked
// at the organizations itself.
const firstFence = 1

// fly takes a turn on demand, one for all who ask for the same in this process.
func (k *Keeper) fly(ctx context.Context, in catalog.Integration, unit store.Renewal, o FreshOptions) error {
	name := string(unit.ID)
	if !o.looked.IsZero() { // a look that fails must not keep anybody from tokens
		name += " look"
	}
	if err := k.recently(name); err != nil {
		return err
	}
	flight := k.flights.DoChan(name, func() (any, error) {
		ctx, cancel := context.WithTimeout(k.calls, flightLimit)
		defer cancel()
		err := k.demand(ctx, in, unit, o)
		k.remember(name, err)
		return nil, err
	})
	select {
	case landed := <-flight:
		return landed.Err
	case <-ctx.Done():
		return &bowline.Error{Code: bowline.CodeUnavailable, Message: errLater.Message, Cause: ctx.Err()}
	}
}

// recently returns what came of a turn just now, if it failed: a thousand
// callers must not ask a provider that is in trouble a thousand times.
func (k *Keeper) recently(flight string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if f, ok := k.failed[flight]; ok && time.Since(f.at) < failureLimit {
		return f.err
	}
	return nil
}

// demand claims a renewal and takes its turn, or waits for whoever has it.
func (k *Keeper) demand(ctx context.Context, in catalog.Integration, unit store.Renewal, o FreshOptions) error {
	g := k.gateOf(in)
	if g.pause() > firstRest {
		return errLater
	}
	for wait := firstWait; ; wait = min(2*wait, mostWait) {
		if k.ending.Load() { // what nobody works on must not be claimed
			return errLater
		}
		claimed, ours, err := k.store.ClaimRenewal(ctx, k.lease(), unit.ID, strict(in))
		switch {
		case errors.Is(err, store.ErrNotFound):
			return nil // Fresh finds out what became of it
		case err != nil:
			return err
		case ours:
			return k.takeTurn(ctx, &turn{k: k, unit: claimed, in: in, gate: g, wants: o, onDemand: true})
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return errLater
		}
		now, err := k.store.RenewalOf(ctx, claimedMember(unit))
		if errors.Is(err, store.ErrNotFound) || err == nil && k.usable(in, now, o) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func claimedMember(unit store.Renewal) bowline.ID { return unit.Members[0].Connection }

// takeTurn runs a turn and waits for its end.
func (k *Keeper) takeTurn(ctx context.Context, t *turn) error {
	ended := make(chan error, 1)
	t.done = func(err error) { ended <- err }
	if !k.begin(1) {
		return errLater
	}
	if t.looks() {
		t.gate.look(t.run)
	} else {
		t.gate.do(t.run, true)
	}
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return errLater
	}
}
