#!/bin/sh
# First the workloads of `newton-cg bench`. Then five Newton steps of the network of `make run` on one rank and on two,
# with products on the whole batch of 1000: best of three runs, in turn. The time is that of the steps, without the
# start, from the run's metrics.csv.
set -eu
cd "$(dirname "$0")/.."
. scripts/environment.sh

"$program" bench --vector-check

NEWTON_CG=$PWD/$program data/make-data.sh
[ -e data/fashion-mnist.h5 ] || {
    echo "This needs data/fashion-mnist.h5 (Debian package dataset-fashion-mnist)." >&2
    exit 1
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for turn in 1 2 3; do
    for ranks in 1 2; do
        run=$folder/$ranks-$turn
        scripts/mpirun.sh -n $ranks "$program" train jobs/fashion-mnist-cnn.yaml \
            --set data.batch=1000 --set optimizer.newton_cg.curvature_batch=1 --set train.steps=5 --run-dir "$run" > "$run.log" 2>&1 || {
            cat "$run.log" >&2
            exit 1
        }
        awk -F , -v ranks=$ranks '
            NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
            $column["part"] == "train" { seconds = $column["seconds"] }
            END { print ranks, seconds }' "$run/metrics.csv" >> "$folder/times"
    done
done
LC_ALL=C awk '
    !($1 in best) || $2 < best[$1] { best[$1] = $2 }
    END {
        printf "five Newton steps, batch 1000: %.2f s on 1 rank, %.2f s on 2 ranks, ratio %.2f\n",
            best[1], best[2], best[2] / best[1]
    }' "$folder/times"
