// Package renewal keeps connections alive: it refreshes their tokens ahead of
// expiry and on demand, keeps idle grants from lapsing, looks whether those that
// are never refreshed still stand, and notices when a provider has ended one.
//
// # One refresh
//
//	due, or asked for ─► claimed ─► sent ─► answered ─► stored ─► looked at ─► handed out
//	                       │          │         │
//	                       │          │         └ refused: every connection is deauthorized
//	                       │          └ no answer, or an outage: later, again
//	                       └ somebody else has it: wait for what they store
//
// The unit is the renewal: one set of tokens and all connections that live on
// it. It is claimed before its refresh token is sent, so that two never send
// one; what the provider answers is durable before the former refresh token is
// forgotten and before the new access token is handed to anybody. Whoever dies
// in between leaves a lease that ends, and a note that the token was about to be
// sent: the next one sends it again, which the provider forgives for as long as
// its grace lasts. Only what the catalog names as the end of a grant ends a
// connection, or, where there is nothing to refresh, a refusal that lasts for
// hours while others are well; everything else is put off, longer each time.
//
// Where an integration lists its organizations, they are looked at again after a
// refresh, with the new token and before it is handed out: one that is gone at
// two looks in a row, or has become another, deauthorizes its connection and
// leaves the others.
//
// # How it runs
//
// Work goes through gates, one for each client of each provider, which bound
// what is under way, keep to the provider's rate and leave one that is in trouble
// alone. Claims and results are batched, so that the cost of a renewal does not
// grow with their number.
//
// The package must not know who asks for tokens, and decides nothing about
// connections but whether their grant still stands.
package renewal
