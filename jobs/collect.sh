#!/bin/sh
# A table of scaling runs: jobs/collect.sh FOLDER, which holds runs <kind>-<ranks>-<repeat>. Written to FOLDER/report.md.
# Seconds a step are the median of a run's steps but the first, then the median and the range of the repeated runs.
set -eu
folder=${1:?usage: jobs/collect.sh FOLDER}
cd "$folder"

median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# kind ranks median least most samples-a-second
measured() {
    for kind in strong weak; do
        for ranks in $(ls -d "$kind"-*-* 2> /dev/null | cut -d - -f 2 | sort -nu); do
            times=$(for run in "$kind-$ranks"-*; do
                awk -F , 'NR > 1 && $4 == "train" { if (n++) print $3 - last; last = $3 }' "$run/metrics.csv" | median
            done | sort -g)
            batch=$(sed -n 's/^  batch: //p' "$kind-$ranks-1/config.yaml")
            echo "$kind $ranks $(echo "$times" | median) $(echo "$times" | head -n 1) $(echo "$times" | tail -n 1) $batch"
        done
    done
}

measured | LC_ALL=C awk '
    $1 != kind {
        kind = $1; first = $2; time = $3; batch = $6
        printf "%s## %s scaling\n\n", (NR > 1 ? "\n" : ""), (kind == "strong" ? "Strong" : "Weak")
        print "| ranks | batch | seconds a step | least – most | speed-up | efficiency |"
        print "| ---: | ---: | ---: | ---: | ---: | ---: |"
    }
    {
        # Of samples a second, so that one formula serves both.
        speedup = ($6 / $3) / (batch / time)
        printf "| %d | %s | %.4g | %.4g – %.4g | %.2f | %.1f %% |\n", $2, $6, $3, $4, $5, speedup, 100 * speedup * first / $2
    }' > report.md
[ -s report.md ] || {
    echo "$folder holds no runs named strong-… or weak-…" >&2
    exit 1
}
cat report.md
