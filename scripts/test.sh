#!/bin/sh
# Builds and runs the tests, in release: without imports of internals, so that the program's build is shared.
set -eu
cd "$(dirname "$0")/.."
. scripts/environment.sh
exec swift test -c release --disable-testable-imports --disable-xctest "$@"
