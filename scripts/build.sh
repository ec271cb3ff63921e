#!/bin/sh
# Builds the program. Only a terminal sees the progress.
set -eu
cd "$(dirname "$0")/.."
. scripts/environment.sh
if [ -t 1 ]; then
    swift build -c release --product newton-cg
else
    echo "Building newton-cg (the first time takes some minutes)"
    swift build -c release --product newton-cg --quiet
fi
echo "Built: $program"
