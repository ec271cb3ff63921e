#!/bin/sh
# The mpirun of the MPI that newton-cg is built with: as root too, and with more ranks than cores.
#   usage: scripts/mpirun.sh -n RANKS PROGRAM ARGUMENT …
set -eu
. "$(dirname "$0")/environment.sh"
[ "${1:-}" = -n ] && [ $# -ge 3 ] || {
    sed -n 's/^#   //p' "$0" >&2
    exit 2
}
ranks=$2
shift 2

# Debian keeps several MPIs side by side under such names.
mpirun=mpirun
if found "mpirun.$NEWTON_CG_MPI"; then mpirun=mpirun.$NEWTON_CG_MPI; fi
found "$mpirun" || {
    echo "There is no mpirun: \`make deps\` installs it or says how." >&2
    exit 1
}

# Open MPI counts cores, not hardware threads. A rank of its own core stays there, else they share what there is.
cores=$(lscpu --parse=Core,Socket 2> /dev/null | grep -v '^#' | sort -u | wc -l)
available=$(nproc)
[ "$cores" -ge 1 ] && [ "$cores" -le "$available" ] || cores=$available
if [ "$NEWTON_CG_MPI" = mpich ]; then
    if [ "$ranks" -le "$cores" ]; then binding="-bind-to core"; else binding="-bind-to none"; fi
elif [ "$NEWTON_CG_MPI" != openmpi ]; then
    binding=
else
    if [ "$ranks" -le "$cores" ]; then binding="--bind-to core:if-supported"; else binding="--bind-to none"; fi
    binding="--oversubscribe $binding"
    # Open MPI refuses root otherwise; in a container root is often the only user.
    if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
fi
exec "$mpirun" $binding -n "$ranks" "$@"
