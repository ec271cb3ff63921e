#!/bin/bash
# Submits both scaling arrays, and the report that waits for them: jobs/submit-scaling.sh [WORD FOR SBATCH …]
# for instance: jobs/submit-scaling.sh --cpus-per-task=4 --partition=cpu
set -eu
. jobs/settings.sh

ranks=($scaling_ranks)
largest=$(printf '%s\n' "${ranks[@]}" | sort -n | tail -n 1)
size=(--parsable "--array=0-$((${#ranks[@]} - 1))%1" "--ntasks=$largest" "$@")
strong=$(sbatch "${size[@]}" jobs/strong-scaling.sbatch)
weak=$(sbatch "${size[@]}" --dependency="afterok:$strong" jobs/weak-scaling.sbatch)
report=$(sbatch --parsable --dependency="afterok:$strong:$weak" jobs/report.sbatch)
echo "submitted: strong scaling $strong, weak scaling $weak, report $report"
