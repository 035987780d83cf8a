// Package link is the journey: the owner of a business picks the software that
// holds the books, reads what is agreed to, signs in there, and comes back
// connected.
//
// It is a state machine on the server. The browser draws the [View] it is
// given and posts an [Action]; steps never route to each other, [Service.Act]
// decides. The states of a visit:
//
//	main ──► picker ──► consent ──► handoff ──► (provider) ──► callback
//	 ▲ ▲                                                          │
//	 │ └──── success ◄── tenants ◄────────────────────────────────┤
//	 └────── error ◄──────────────────────────────────────────────┘
//	main ──► done
//
// Between requests a visit lives in two sealed texts that only this package
// can read: the proof inside a View, good for the actions of that view only,
// and the attempt in a cookie, good for one callback. So a visit stores nothing
// until the customer accepts, survives a restart, and needs no sticky sessions.
//
// The package knows nothing of HTTP routing or HTML, and never shows a
// provider's own words on a screen.
package link
