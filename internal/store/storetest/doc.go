// Package storetest gives tests a store of their own on every engine, and
// holds the conformance suite that each engine must pass.
//
// SQLite databases live in the test's folder. PostgreSQL is the server that
// BOWLINE_TEST_POSTGRES_URL names, or a throw-away one, started once per test
// binary from binaries found on the machine; each test has a schema of its
// own. Without binaries PostgreSQL tests are skipped, loudly, and fail where
// BOWLINE_REQUIRE_POSTGRES=1 or CI is set.
//
// The package is for tests only and must not be imported by the product.
package storetest
