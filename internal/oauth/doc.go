// Package oauth is an OAuth 2.0 and OpenID Connect client whose every step is
// driven by a catalog entry: build the authorization URL, read the callback,
// exchange the code, refresh, revoke, and ask the provider who the user is and
// which organisations the grant reaches.
//
// A Client holds no grant and no session. What it caches is public: discovery
// documents and signing keys per issuer. Answers of a provider are treated as
// hostile input: capped in size, checked in form, cleaned before a person sees
// any of it; an Error tells callers the reason from a closed list, and the
// provider's own words only in a field that no error text prints.
//
// The package must not know where grants are kept, who the customer is, or how
// the callback arrived; the check of the state parameter belongs to the caller,
// who knows the browser.
package oauth
