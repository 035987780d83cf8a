// Package api is the Platform API: companies, connections, integrations,
// profile, origins, API keys and webhook consumers, under the paths and with
// the exact answers of the platform-api contract, and the OpenAPI document and
// reference page that describe them.
//
// routes.go is the one list of operations. A handler decodes, calls the store
// or a service, and encodes root types; rules live in the root package and in
// packages auth and connection. huma decodes, checks and documents; the
// envelope of errors is ours.
//
// The package must not know SQL, the browser journey, or how requests reach it:
// the server strips the prefix, logs and measures.
package api
