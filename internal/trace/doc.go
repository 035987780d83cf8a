// Package trace records the HTTP hops of one journey, so that an operator who
// sets up an integration can see what went over the wire, with every credential
// masked.
//
// A [Recorder] travels in a context; [Transport] fills it and costs nothing
// where there is none. What was sent is kept as it was until somebody reads it:
// a secret that became known late is cut from the earlier hops too. A Recorder
// therefore lives no longer than its journey and never leaves the process; what
// is stored and shown is the masked [Hop].
//
// Masking denies by default. Hidden are the secrets that the Recorder was told
// of, in whatever encoding; the values of headers and members whose names speak
// of credentials; and whatever looks like one. Company names, addresses and
// amounts are no credentials and stay.
//
// The package must not know OAuth, providers or the catalog: who knows a secret
// tells the Recorder.
package trace
