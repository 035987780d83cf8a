#!/usr/bin/env bash
# Installs what the tests need beyond Go and Node: a Chromium and PostgreSQL's
# server programs. As root on Debian or Ubuntu it installs them; elsewhere it
# says what is missing.
set -u
have_chromium() { [ -n "${CHROMIUM_PATH:-}" ] || command -v chromium chromium-browser google-chrome >/dev/null 2>&1; }
have_postgres() { [ -n "${BOWLINE_POSTGRES_BIN:-}" ] || command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

packages=()
have_chromium || packages+=(chromium)
have_postgres || packages+=(postgresql)
[ ${#packages[@]} -eq 0 ] && exit 0

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Installing for the tests: ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  # The tests start their own PostgreSQL; the package must not start one too.
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >/dev/null || {
    echo "Installing ${packages[*]} failed." >&2
    exit 1
  }
fi
have_chromium || { echo "The browser tests need Chromium. Install it, or set CHROMIUM_PATH to its program." >&2; exit 1; }
if ! have_postgres; then
  if [ -n "${CI:-}" ]; then
    echo "PostgreSQL's server programs (initdb, postgres) are missing; in CI that is a failure." >&2
    exit 1
  fi
  echo "**************************************************************************" >&2
  echo "PostgreSQL's server programs are missing: its half of the tests IS NOT RUN." >&2
  echo "Install PostgreSQL, or set BOWLINE_POSTGRES_BIN to the directory of initdb." >&2
  echo "**************************************************************************" >&2
fi
