// Package auth answers one question about a request to the Platform API: who
// is calling?
//
// Two kinds of callers exist. A server of the fintech holds an API key and may
// do everything within its instance; at rest there is only the key's hash. A
// browser component holds a company access token, which is sealed rather than
// stored and is good for one company until it expires. A [Caller] is the proof;
// handlers take it from the request's context.
//
// The package also owns the life of API keys: the first one, their number, and
// that the last way in cannot be deleted by accident.
//
// It must not know routes, what a caller asks for, or how an answer looks.
package auth
