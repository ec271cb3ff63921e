#!/bin/sh
# The API documentation of all libraries as one static website.
set -eu
cd "$(dirname "$0")/.."
. scripts/environment.sh
folder=.build/docs
swift package --allow-writing-to-directory "$folder" generate-documentation \
    --target NewtonCG --target MPI --target HDF5 --enable-experimental-combined-documentation \
    --output-path "$folder"
echo "Built: $folder. To read it: python3 -m http.server -d $folder, and open http://localhost:8000/documentation"
