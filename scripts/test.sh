#!/usr/bin/env bash
# Runs every test: formatting, linters, the front end, Go on both engines, the
# journey and the examples in a real browser. The tools are there already (make test).
set -euo pipefail
cd "$(dirname "$0")/.."
[ -z "${CI:-}" ] || export BOWLINE_REQUIRE_POSTGRES=1
step() { printf '\n== %s (%d s)\n' "$*" "$SECONDS"; }
with_postgres() { go run ./internal/store/storetest/pgrun "$@"; }

step "format and vet"
unformatted=$(git ls-files -co --exclude-standard '*.go' | xargs -r gofmt -l)
[ -z "$unformatted" ] || { echo "gofmt would change:"; echo "$unformatted"; exit 1; }
go vet ./...

step "lint"
go tool -modfile=tools/go.mod golangci-lint run ./...

step "Go, both engines"
with_postgres go test ./...

step "front end: types, units, every screen"
npm --prefix web run --silent check
npm --prefix web run --silent test

step "the journey in a browser"
with_postgres node e2e/run.mjs

step "the examples in a browser"
with_postgres node e2e/run.mjs examples

step "done"
echo "All tests passed."
