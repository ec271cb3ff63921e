# Sourced by the scripts beside it: finds which libraries this machine has.
# Sets, unless they are set already (Package.swift reads both):
#   NEWTON_CG_MPI   openmpi | mpich | …       the MPI to link with and to start with; another is named as in pkg-config
#   NEWTON_CG_HDF5  hdf5-serial | hdf5        the name of HDF5 in pkg-config
program=.build/release/newton-cg

found() { command -v "$1" > /dev/null; }
library() { found pkg-config && pkg-config --exists "$1"; }

if [ -z "${NEWTON_CG_MPI:-}" ]; then
    NEWTON_CG_MPI=openmpi
    if ! library ompi-c && library mpich; then NEWTON_CG_MPI=mpich; fi
fi
if [ -z "${NEWTON_CG_HDF5:-}" ]; then
    NEWTON_CG_HDF5=hdf5-serial
    if ! library hdf5-serial && library hdf5; then NEWTON_CG_HDF5=hdf5; fi
fi
export NEWTON_CG_MPI NEWTON_CG_HDF5

# What pkg-config calls the MPI.
mpi_library() { case $NEWTON_CG_MPI in openmpi) echo ompi-c ;; *) echo "$NEWTON_CG_MPI" ;; esac; }
