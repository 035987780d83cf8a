// Package sandbox is an OAuth 2.0 and OpenID Connect provider that plays the
// part of an accounting, banking or commerce product, so that nobody needs an
// account anywhere to see a connection being made.
//
// It is a real authorization server: authorization code with PKCE S256 only
// (RFC 6749, RFC 7636), exact redirect URIs, `iss` in every authorization
// response (RFC 9207), refresh token rotation with reuse detection (RFC 9700
// section 4.14), revocation (RFC 7009), discovery, JWKS and userinfo (OpenID
// Connect Core and Discovery 1.0), plus a small resource API below {issuer}/api.
// It departs from OpenID Connect Core on one point: ID tokens are signed with
// ES256 only, where the standard also wants RS256 on offer, because RSA
// signing costs twenty times as much.
//
// It can be told to misbehave. The page {issuer}/switches keeps its switches
// in a sealed cookie, one set for each browser, so that people who share a
// sandbox do not disturb each other. The authorize step copies them into the
// code and everything that grows out of it, which is how calls that carry no
// cookie obey them too.
//
// # Steps
//
//	GET  /authorize   check the request, show the sign-in page
//	POST /authorize   account or email given: 303 to /consent
//	GET  /consent     show what is asked and which organisations to share
//	POST /authorize   decision given: 303 to the client with a code or an error
//
// Every step carries the whole request and checks it again, so the server
// keeps nothing in between. A program may take both POST steps in one by
// sending `account` (or `email`) together with `decision=allow`; when it names
// no `organisation` it then shares all of them.
//
// # A shop with a key
//
// Beside the sign-in stands an API that wants a key: {issuer}/shop/{host}/account
// with the header X-Shop-Key. The shops harbour-lane.shops.example and
// maple-pine.shops.example open with the key shop_demo2468 and answer 401 to any
// other; resting.shops.example is always closed (503).
//
// # State
//
// Codes and tokens are self-contained: encrypted under a key derived from
// Options.Key, they outlive a restart. What has happened to them does not:
// that a code was redeemed, which refresh token of a family is the newest, and
// which grants were revoked is kept in memory, bounded to maxRecords and swept
// as it expires. After a restart a revoked grant works again and a code could
// be redeemed twice within its minute. For a sandbox with invented data that
// is the right price for having no database.
//
// # What it must not know
//
// Anything of Bowline's. It imports nothing from this module and shares no
// code with the OAuth client, so that one mistake cannot hide on both sides.
package sandbox
