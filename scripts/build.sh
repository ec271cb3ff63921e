#!/bin/sh
# Builds the program. A terminal sees the progress, others only errors.
set -eu
cd "$(dirname "$0")/.."
. scripts/environment.sh
if [ -t 1 ]; then
    swift build -c release --product newton-cg
else
    mkdir -p .build
    echo "Building newton-cg (the first time takes some minutes)"
    swift build -c release --product newton-cg --quiet > .build/build.log 2>&1 || {
        cat .build/build.log >&2
        exit 1
    }
fi
echo "Built: $program"
