package auth

import (
	"context"
	"slices"

	"github.com/bowline/bowline"
)

// Caller is who sent a request. Company is set for company access tokens only;
// such a caller may touch that company and nothing else.
type Caller struct {
	Instance bowline.ID
	Key      bowline.ID // the API key, empty for a company access token
	Company  bowline.ID
	// Permissions are those of the key; a company access token has none.
	Permissions []bowline.Permission
}

// May says whether the caller has a permission.
func (c Caller) May(p bowline.Permission) bool { return slices.Contains(c.Permissions, p) }

// Actor names the caller in histories. A company access token acts in the
// hands of the customer.
func (c Caller) Actor() bowline.Actor {
	if c.Company != "" {
		return bowline.ActorCustomer
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
