#!/bin/sh
# What this machine has of what newton-cg needs, and what the program itself says.
set -eu
cd "$(dirname "$0")/.."
. scripts/environment.sh

line() { printf '%-12s %s\n' "$1" "${2:-not found}"; }
version() { pkg-config --modversion "$1" 2> /dev/null || true; }
mpi=$(mpi_library)

line swift "$(swift --version 2> /dev/null | head -n 1)"
line "$NEWTON_CG_MPI" "$(version $mpi)"
line mpirun "$(mpirun --version 2> /dev/null | head -n 1)"
line openblas "$(version openblas)"
line "$NEWTON_CG_HDF5" "$(version "$NEWTON_CG_HDF5")"
line zlib "$(version zlib)"
line gnuplot "$(gnuplot --version 2> /dev/null)"
line slurm "$(sinfo --version 2> /dev/null)"
line cores "$(nproc)"
if [ -x "$program" ]; then
    echo
    "$program" info
else
    echo "The program is not built yet: make build"
fi
