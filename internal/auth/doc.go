// Package auth answers one question about a request: who is calling?
//
// Three kinds of callers exist. A server of the fintech holds an API key and may
// do everything within its instance; at rest there is only the key's hash. A
// browser component holds a company access token, which is sealed rather than
// stored and is good for one company until it expires. A person of the staff has
// a session, and a role in each instance in which they work. A [Caller] is the
// proof; handlers take it from the request's context.
//
// The package also owns the life of what lets callers in: API keys, and that the
// last one cannot be deleted by accident; people ([Staff]), their invitations,
// passwords, sessions and single sign-on, and that an instance keeps its last
// administrator.
//
// It must not know routes, what a caller asks for, or how an answer looks.
package auth
