#!/usr/bin/env bash
# Refreshes tokens 10,000 times, in processes that are killed at random, with
# single-use tokens and answers that get lost, on PostgreSQL. Fails when a
# connection is lost or a token is used twice, and prints how often what happened.
# `scripts/race.sh 50000` goes on longer.
set -euo pipefail
cd "$(dirname "$0")/.."
export BOWLINE_REQUIRE_POSTGRES=1
go run ./internal/store/storetest/pgrun \
  go test ./internal/renewal -run '^TestRace$' -count 1 -timeout 2h -v -rounds "${1:-10000}"
