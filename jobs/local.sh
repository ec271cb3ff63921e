#!/bin/bash
# The same jobs without SLURM, by mpirun on this machine:
#   jobs/local.sh single RANKS          one training run, in runs/single
#   jobs/local.sh scaling               all scaling runs, and their report
#   jobs/local.sh long RANKS HOURS      stops with a checkpoint after that time, with status 75; the same words go on
# THREADS=4 gives each rank four threads, and four cores.
set -eu
LAUNCHER=mpirun
. jobs/settings.sh

case ${1:-} in
single)
    on "${2:?how many ranks?}"
    train runs/single
    ;;
scaling)
    for n in $scaling_ranks; do scaling_run strong "$n" "$strong_batch"; done
    for n in $scaling_ranks; do scaling_run weak "$n" $((n * weak_batch)); done
    scaling_report
    ;;
long)
    on "${2:?how many ranks?}"
    exec timeout --preserve-status --signal=USR1 "${3:?how many hours?}h" \
        "${launch[@]}" train "$config" --run-dir runs/long --resume --set "threads=$threads" $options
    ;;
*)
    sed -n 's/^#   //p' "$0" >&2
    exit 2
    ;;
esac
