package store

import "context"

type behindKey struct{}

// Behind marks writes that nobody waits for: on SQLite, which writes one
// transaction after the other, they let others go first, and never share a
// commit with them. PostgreSQL works on several at once. Such transactions
// should be small, as one that has begun holds up the next.
func Behind(ctx context.Context) context.Context {
	return context.WithValue(ctx, behindKey{}, true)
}

func isBehind(ctx context.Context) bool {
	behind, _ := ctx.Value(behindKey{}).(bool)
	return behind
}
