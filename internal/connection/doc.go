// Package connection is the life of a connection as the fintech's server drives
// it through the Platform API: create one for the customer to authorize, hand
// over tokens that the fintech already has, end it, delete it, and use what lies
// behind it: fresh credentials, requests to the provider's API, an export.
//
// The states are those of [bowline.Status]; every move goes through the store's
// one transition function, so that state, history and event are one
// transaction. What a customer does in a browser belongs to package link, which
// shares rows with this package and no code.
//
// The package must not know who may call, or how our own answers look. Of HTTP it
// knows what passes between a provider and the caller of a proxied request.
package connection
