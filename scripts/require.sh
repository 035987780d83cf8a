#!/usr/bin/env bash
# Says clearly what has to be on the machine before anything can be built.
set -u
fault=0
need() { # name, least version, present version, where it comes from
  if [ -z "$3" ]; then
    echo "Bowline needs $1 $2 or newer, and it is not installed. $4" >&2
    fault=1
  elif [ "$(printf '%s\n%s\n' "$2" "$3" | sort -V | head -n 1)" != "$2" ]; then
    echo "Bowline needs $1 $2 or newer; this machine has $3. $4" >&2
    fault=1
  fi
}
need Go 1.26 "$(go env GOVERSION 2>/dev/null | sed 's/^go//')" "See go.dev/dl."
need Node.js 20 "$(node --version 2>/dev/null | sed 's/^v//')" "See nodejs.org."
need npm 10 "$(npm --version 2>/dev/null)" "It comes with Node.js."
exit $fault
