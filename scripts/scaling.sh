#!/bin/bash
# How training scales on this machine: strong and weak scaling of the CNN of `make run` on 1, 2, 4, … ranks, up to the
# cores; rounds in which as many copies of a run on one rank as there are cores work side by side, then the same work is
# done together; and the report (docs/scaling.md). About eight minutes on two cores, which should be idle otherwise.
# ROUNDS=15 REPEATS=3 STEPS=6 BATCH=1024 say how much, FOLDER=runs/scaling-here where to.
set -euo pipefail
cd "$(dirname "$0")/.."

# Not the folder of jobs/settings.sh: what an earlier call left here is deleted, and nothing else.
folder=${FOLDER:-runs/scaling-here}
made=$folder/made-by-scaling.sh
if [ -e "$folder" ]; then
    others=$(ls -A "$folder" | grep -vxF "${made##*/}" | grep -vxFf <(cat "$made" 2> /dev/null) || true)
    [ -z "$others" ] || {
        echo "$folder holds what this script did not make ($(echo $others)): FOLDER=… names another folder." >&2
        exit 1
    }
fi

. scripts/environment.sh
NEWTON_CG=$PWD/$program data/make-data.sh
[ -e data/fashion-mnist.h5 ] || {
    echo "This needs data/fashion-mnist.h5 (Debian package dataset-fashion-mnist)." >&2
    exit 1
}

rounds=${ROUNDS:-15}
steps=${STEPS:-6}
batch=${BATCH:-1024}
export NEWTON_CG=$program CONFIG=jobs/scaling-cnn.yaml SCALING_FOLDER=$folder SCALING_STEPS=$steps
export SCALING_REPEATS=${REPEATS:-3}
. jobs/settings.sh
on() { launch=(scripts/mpirun.sh -n "$1" "$program"); }

# One hardware thread of every core that this shell may use.
allowed=$(taskset -cp $$ | sed 's/.*: //; s/,/ /g')
allowed=$(for part in $allowed; do seq "${part%-*}" "${part#*-}"; done)
cores=($(lscpu --parse=CPU,Core,Socket | grep -v '^#' | sort -t , -n | awk -F , -v allowed="$allowed" '
    BEGIN { n = split(allowed, list, /[ \n]/); for (i = 1; i <= n; i++) may[list[i]] = 1 }
    ($1 in may) && !(($2, $3) in seen) { seen[$2, $3] = 1; print $1 }'))
most=${#cores[@]}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() {
    "$@" > "$log" 2>&1 || {
        cat "$log" >&2
        exit 1
    }
}

# By name, and names of this folder alone.
while read -r name; do
    case $name in "" | .* | */*) continue ;; esac
    rm -rf "${folder:?}/$name"
done < <(cat "$made" 2> /dev/null)
mkdir -p "$folder"
{
    echo rounds
    for ((ranks = 1; ranks <= most; ranks *= 2)); do
        for repeat in $(seq "$SCALING_REPEATS"); do printf '%s\n' strong-$ranks-$repeat weak-$ranks-$repeat; done
    done
} > "$made"
echo "scaling on 1 to $most cores, $SCALING_REPEATS runs each"
for ((ranks = 1; ranks <= most; ranks *= 2)); do
    quietly scaling_run strong $ranks "$batch"
    quietly scaling_run weak $ranks $((ranks * batch / 2))
done

# measure RUN COMMAND …: a run of a round.
measure() {
    local run=$1
    shift
    "$@" train "$CONFIG" --run-dir "$run" --set "data.batch=$batch" --set train.epochs=none --set "train.steps=$steps" \
        --set "train.evaluate_every=$steps steps" --set "train.checkpoint_every=$steps steps" > "$run.log" 2>&1 || {
        cat "$run.log" >&2
        return 1
    }
    rm "$run.log"
}

pairs=()
if [ "$most" -gt 1 ]; then
    echo "$rounds rounds of $most copies side by side, and $most ranks together"
    pairs=(--pairs "$folder/rounds")
    for round in $(seq "$rounds"); do
        place=$folder/rounds/$round
        mkdir -p "$place"
        measure "$place/alone" taskset -c "${cores[0]}" "$program"
        copies=()
        for i in $(seq "$most"); do
            measure "$place/beside-$i" taskset -c "${cores[i - 1]}" "$program" &
            copies+=($!)
        done
        for copy in "${copies[@]}"; do wait "$copy"; done
        measure "$place/together" scripts/mpirun.sh -n "$most" "$program"
    done
fi

"$program" scaling "$folder"/strong-* "$folder"/weak-* "${pairs[@]}" --output "$folder-report"
