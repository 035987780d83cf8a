#!/usr/bin/env bash
# Measures Bowline on this machine and prints one table, each figure beside the
# machine's own floor. Takes some three minutes; with -quick, half of one.
# PostgreSQL runs as in production, with every commit on the disk.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x bin/bowline ] || { echo "Build first: make build" >&2; exit 1; }
built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
go build -o "$built/" ./internal/server/benchmark ./internal/store/storetest/pgrun
BOWLINE_TEST_POSTGRES_DURABLE=1 "$built/pgrun" "$built/benchmark" "$@"
