#!/bin/bash
# Builds and runs the tests, in release: without imports of internals, so that the program's build is shared.
#   usage: scripts/test.sh [OPTION OF swift test] …      for instance --filter KernelTests
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/environment.sh
# A line for each test; the start of every single case of it is left out.
swift test -c release --disable-testable-imports --disable-xctest "$@" 2>&1 |
    grep --line-buffered --text --invert-match 'Test case passing .* started\.$'
