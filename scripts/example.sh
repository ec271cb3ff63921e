#!/bin/bash
# Builds Examples/own-layer through its path dependency and uses it as its README says; then with one sign wrong, where
# 'check' has to name the layer.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/environment.sh
root=$PWD scratch=$PWD/.build/example
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "example: $1" >&2; cat "$work/out" >&2; exit 1; }
build() { swift build --package-path "$1" --scratch-path "$scratch" -Xcc -O2 >"$work/out" 2>&1 || fail "no build of $1"; }
holds() { grep -qF -- "$1" "$work/out" || fail "its output does not hold: $1"; }

build Examples/own-layer
program=$scratch/debug/own-layer
cp Examples/own-layer/job.yaml "$work/job.yaml"
cd "$work"
"$program" data waves -o waves.h5 >out 2>&1 || fail "data waves"
"$program" check job.yaml >out 2>&1 || fail "check"
holds isru_1
holds scale_shift_1
holds pseudo_huber
if grep -q FAILED out; then fail "check"; fi
"$program" train job.yaml >out 2>&1 || fail "train"
"$program" train job.yaml --print-config >out 2>&1 || fail "train --print-config"
holds "isru_network:"
holds "depth: 2"
holds "delta: 0.5"
"$program" train job.yaml --print-config >printed.yaml
"$program" train printed.yaml --print-config >out 2>&1
sed -i 's/^name: .*/name: printed/' out printed.yaml
diff printed.yaml out >/dev/null || fail "the printed configuration reads back as another one"
sed 's/delta: 0.5/delta: 0/' job.yaml >wrong.yaml
if "$program" check wrong.yaml >out 2>&1; then fail "a wrong option passed"; fi
holds "wrong.yaml:7: 'loss.pseudo_huber.delta' must be a number above 0, not '0'"
sed 's/widht/width/;s/width: 8/widht: 8/' job.yaml >wrong.yaml
if "$program" check wrong.yaml >out 2>&1; then fail "an unknown option passed"; fi
holds "wrong.yaml:5: unknown key 'model.isru_network.widht' (did you mean 'width'?)"

# One sign wrong: φ'' = +3αx/(1 + αx²)^(5/2).
mkdir "$work/wrong"
cp -r "$root/Examples/own-layer/Package.swift" "$root/Examples/own-layer/Sources" "$work/wrong"
sed -i "s|path: \"../..\"|path: \"$root\"|" "$work/wrong/Package.swift"
sed -i 's/return -3 \* S(alpha)/return 3 * S(alpha)/' "$work/wrong/Sources/own-layer/ISRU.swift"
build "$work/wrong"
if "$program" check job.yaml >out 2>&1; then fail "check passed a wrong sign"; fi
grep -E "isru_1 .*FAILED" out >/dev/null || fail "check did not name the layer"
if grep -E "dense_[0-9] .*FAILED|scale_shift_1 .*FAILED|pseudo_huber .*FAILED" out >/dev/null; then fail "check blamed another layer"; fi
echo "example: passed"
