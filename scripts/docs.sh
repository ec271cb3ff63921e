#!/bin/sh
# The API documentation of all libraries as one static website.
set -eu
cd "$(dirname "$0")/.."
. scripts/environment.sh
folder=.build/docs
log=.build/docs.log
mkdir -p "$folder"
echo "Building the API documentation (a minute or two)"
swift package --allow-writing-to-directory "$folder" generate-documentation \
    --target NewtonCG --target MPI --target HDF5 --enable-experimental-combined-documentation \
    --output-path "$folder" > "$log" 2>&1 || {
    cat "$log" >&2
    exit 1
}
# DocC asks for a line on every parameter; only its other warnings, such as broken links, tell of mistakes.
grep -A 1 '^warning' "$log" | grep -v -e 'is missing documentation' -e '^ *-->' -e '^--' >&2 || true
echo "Built: $folder. To read it: python3 -m http.server -d $folder, and open http://localhost:8000/documentation"
