#!/bin/bash
# Submits both scaling arrays, and the report that waits for them: jobs/submit-scaling.sh [WORD FOR SBATCH …]
# for instance: jobs/submit-scaling.sh --cpus-per-task=4 --partition=cpu
set -eu
. jobs/settings.sh

# Of the words for the arrays, those that say where a job may run, and on whose account: they are the report's, too.
place=()
before=
for word in "$@"; do
    case $before in
    -p | -A | -q | --partition | --account | --qos | --reservation) place+=("$before" "$word") ;;
    esac
    case $word in
    -p?* | -A?* | -q?* | --partition=* | --account=* | --qos=* | --reservation=*) place+=("$word") ;;
    esac
    before=$word
done

# waits JOB …: a job that comes after these, and is cancelled where one of them fails.
waits() {
    local IFS=:
    waiting=("--dependency=afterok:$*" --kill-on-invalid-dep=yes)
}

ranks=($scaling_ranks)
largest=$(printf '%s\n' "${ranks[@]}" | sort -n | tail -n 1)
size=(--parsable "--array=0-$((${#ranks[@]} - 1))%1" "--ntasks=$largest" "$@")
strong=$(sbatch "${size[@]}" jobs/strong-scaling.sbatch)
waits "$strong"
weak=$(sbatch "${size[@]}" "${waiting[@]}" jobs/weak-scaling.sbatch)
waits "$strong" "$weak"
report=$(sbatch --parsable "${place[@]}" "${waiting[@]}" jobs/report.sbatch)
echo "submitted: strong scaling $strong, weak scaling $weak, report $report"
