#!/bin/sh
# Installs what is missing where apt can do it without a question; elsewhere says what is missing, and goes on.
#   usage: scripts/deps.sh [tests]      with what only tests need
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-}
. scripts/environment.sh

swift=$(swift --version 2> /dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1) || true
if [ -z "$swift" ]; then
    echo "Swift is missing: install version 6.3 or newer as https://www.swift.org/install says, then try again." >&2
    exit 1
elif [ "${swift%.*}" -lt 6 ] || { [ "${swift%.*}" = 6 ] && [ "${swift#*.}" -lt 3 ]; }; then
    echo "This is Swift $swift; newton-cg needs 6.3 or newer: https://www.swift.org/install" >&2
    exit 1
fi

# Needed to build and to run; a library's name is tried in every spelling that distributions use.
missing_needed() {
    found pkg-config || echo pkg-config
    # apt has two; another, that was named, is the user's to load.
    case $NEWTON_CG_MPI in openmpi | mpich) apt_mpi=lib$NEWTON_CG_MPI-dev ;; *) apt_mpi=$NEWTON_CG_MPI ;; esac
    library "$(mpi_library)" || echo "$apt_mpi"
    found mpirun || case $NEWTON_CG_MPI in mpich) echo mpich ;; *) echo openmpi-bin ;; esac
    library openblas || echo libopenblas-dev
    library hdf5-serial || library hdf5 || echo libhdf5-dev
    library zlib || echo zlib1g-dev
}

# Without gnuplot there are no figures, without Fashion-MNIST `make run` takes a small table.
missing_optional() {
    found gnuplot || echo gnuplot-nox
    [ -e data/fashion-mnist.h5 ] || [ -d "${FASHION_MNIST:-/usr/share/datasets/fashion-mnist}" ] ||
        echo dataset-fashion-mnist
    # A SLURM of its own takes root; without it these tests say so and are skipped.
    if [ "$purpose" = tests ] && [ "$(id -u)" = 0 ]; then
        found slurmctld && found slurmd && found sbatch || echo slurm-wlm
        found munged || echo munge
        # Two hosts and a link, in network namespaces.
        found ip && found tc || echo iproute2
    fi
    # SimGrid checks the model of scaling (docs/scaling-model.md).
    [ "$purpose" != tests ] || found smpirun || echo libsimgrid-dev
}

sudo=
[ "$(id -u)" = 0 ] || sudo="sudo -n"
can_install() { found apt-get && { [ -z "$sudo" ] || { found sudo && sudo -n true 2> /dev/null; }; }; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() { $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" > "$log" 2>&1 < /dev/null; }

# The package lists are fetched only if apt doesn't know the packages, or knows them in a version that is gone.
updated=no
install() {
    echo "Installing $*"
    apt install --no-install-recommends "$@" && return
    if [ $updated = no ]; then
        updated=yes
        apt update || true
        apt install --no-install-recommends "$@" && return
    fi
    echo "apt-get could not install $*:" >&2
    tail -n 3 "$log" >&2
}

needed=$(missing_needed)
optional=$(missing_optional)
[ -n "$needed$optional" ] || exit 0
if can_install; then
    [ -z "$needed" ] || install $needed
    for package in $optional; do install "$package"; done
fi

needed=$(missing_needed | tr '\n' ' ')
optional=$(missing_optional | tr '\n' ' ')
if [ -n "$needed" ]; then
    cat >&2 << END
Missing to build newton-cg: $needed
  Debian, Ubuntu:  sudo apt-get install $needed
  on a cluster:    module load gcc openmpi openblas hdf5   (see \`module avail\` for the names there)
Going on with what is here; if the build fails, this is why.
END
fi
if [ -n "$optional" ]; then
    echo "Missing, but not necessary: ${optional}(figures need gnuplot; the example of \`make run\` is Fashion-MNIST;" \
        "tests of batch jobs need slurm-wlm and munge, those of the model of scaling against SimGrid libsimgrid-dev)" >&2
fi
