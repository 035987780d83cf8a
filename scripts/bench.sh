#!/usr/bin/env bash
# Measures Bowline on this machine and prints two tables, each figure beside the
# machine's own floor: the server's, and what a slow phone waits for Hosted Link
# in a browser. Takes some ten minutes, most of them for webhooks; with -quick,
# one and a half. PostgreSQL runs as in production, with every commit on the disk.
# `-only phone` measures the page in the browser alone, `-only` with another name
# leaves it out; `-only webhooks` measures deliveries and ends with the chaos of
# dying replicas, which fails when an event is lost.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x bin/bowline ] || { echo "Build first: make build" >&2; exit 1; }

phone() {
  make --no-print-directory e2e/node_modules/.package-lock.json
  # It needs no PostgreSQL, so it should not warn that there is none.
  BOWLINE_TEST_POSTGRES_URL=unused node e2e/bench/phone.mjs "$@"
}

asked=" $* "
asked=${asked//=/ } # -only=phone is -only phone
case $asked in *"-only phone "*) phone "$@"; exit ;; esac

built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
go build -o "$built/" ./internal/server/benchmark ./internal/store/storetest/pgrun
BOWLINE_TEST_POSTGRES_DURABLE=1 "$built/pgrun" "$built/benchmark" "$@"
case $asked in *"-only "*) ;; *) echo; phone "$@" ;; esac
