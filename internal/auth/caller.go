package auth

import (
	"context"
	"slices"
	"time"

	"github.com/bowline/bowline"
)

// Caller is who sent a request: an API key, a company access token, or a person
// who is signed in to the Portal. Company is set for company access tokens only;
// such a caller may touch that company and nothing else. User is set for people
// only; what they may do is up to their Role in the Instance.
type Caller struct {
	Instance bowline.ID
	Key      bowline.ID // the API key, empty for all others
	Company  bowline.ID
	// Permissions are those of the key; a company access token has none.
	Permissions []bowline.Permission
	Expires     *time.Time // of the key; nil when it does not

	User    bowline.ID
	Name    string // of the person
	Role    bowline.Role
	Session bowline.ID // by which the person is signed in
}

// May says whether the caller has a permission, be it to hand it on. People
// never use grants themselves; administrators decide which keys may.
func (c Caller) May(p bowline.Permission) bool {
	return c.Role == bowline.RoleAdministrator || slices.Contains(c.Permissions, p)
}

// Staff says whether the caller is a person.
func (c Caller) Staff() bool { return c.User != "" }

// Actor names the caller in histories. A company access token acts in the
// hands of the customer.
func (c Caller) Actor() bowline.Actor {
	switch {
	case c.Company != "":
		return bowline.ActorCustomer
	case c.User != "":
		return bowline.ActorUser(c.User)
	}
	return bowline.ActorKey(c.Key)
}

type callerKey struct{}

// With returns a context that carries the caller.
func With(ctx context.Context, c *Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// From returns the caller that With put into ctx, the zero Caller otherwise:
// it belongs to no instance and therefore finds nothing.
func From(ctx context.Context) Caller {
	if c, ok := ctx.Value(callerKey{}).(*Caller); ok {
		return *c
	}
	return Caller{}
}
