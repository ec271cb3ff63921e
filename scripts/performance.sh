#!/bin/bash
# Measures everything that docs/performance.md shows and fills its tables. Takes about three hours on an otherwise idle
# machine with two cores or more; needs Python with Tests/Peers/requirements.txt (PYTHON names it).
#   usage: scripts/performance.sh [WORKLOAD …]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/environment.sh

python=${PYTHON:-.build/peers/bin/python}
workloads=("$@")
[ $# -gt 0 ] || workloads=(W1 W2 W3 W4)
results=.build/performance
mkdir -p "$results"

fill() { "$python" Tests/Peers/fill.py docs/performance.md "$1" < "$2"; }
compare() { "$python" Tests/Peers/compare.py --program "$program" --workloads "${workloads[@]}" "$@"; }

"$program" bench > "$results/bench.txt"
{ echo '```'; cat "$results/bench.txt"; echo '```'; } > "$results/bench.md"
fill bench "$results/bench.md"

compare --output "$results/one-thread.json" > /dev/null
fill "one thread" "$results/one-thread.md"

compare --threads 2 --ranks 2 --output "$results/two-threads.json" > /dev/null
fill "two threads" "$results/two-threads.md"

"$python" Tests/Peers/accuracy.py --program "$program" > "$results/accuracy.md"
fill accuracy "$results/accuracy.md"

scripts/efficiency.py --program "$program" W1 W3 > "$results/efficiency.md"
fill efficiency "$results/efficiency.md"
