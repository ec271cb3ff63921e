#!/usr/bin/env python3
"""The parallel efficiency of two ranks: T(one rank, while a second copy runs beside it) / (2 T(two ranks)).

The copy keeps the other core as busy as the second rank would, so that what the cores share (memory, clock) counts on
both sides. Pairs alternate; the median of the pairs is reported with its quartiles, and beside it the raw figure, one
rank alone on the machine against two; and T(two ranks of one thread) / T(one rank of two threads). Needs two cores that
are idle otherwise.

    scripts/efficiency.py [WORKLOAD …] [--pairs 15] [--program .build/release/newton-cg]
"""

import argparse
import json
import os
import statistics
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
TIMES = {"gradient_median_s": "gradient", "hessian_median_s": "Hv", "gauss_newton_median_s": "Gv"}


def start(command, core=None):
    pin = (lambda: os.sched_setaffinity(0, {core})) if core is not None else None
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=pin)


def result(process):
    output, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"error: {' '.join(process.args)} ended with status {process.returncode}")
    return json.loads(output.strip().splitlines()[-1])


def quartiles(values):
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{100 * middle:.1f} % ({100 * low:.1f} – {100 * high:.1f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workloads", nargs="*", default=["W1", "W3"])
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--seconds", default="12", help="of a benchmark's rounds")
    parser.add_argument("--program", default=".build/release/newton-cg")
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2 or options.pairs < 2:
        raise SystemExit("error: this needs two cores and two pairs or more")
    print("| | efficiency, median of the pairs (quartiles) | one rank alone / (2 two ranks) | two ranks / two threads |")
    print("| --- | ---: | ---: | ---: |")
    for workload in options.workloads:
        bench = [options.program, "bench", "--workload", workload, "--seconds", options.seconds, "--json"]
        beside, alone, threads = ({key: [] for key in TIMES} for _ in range(3))
        for _ in range(options.pairs):
            copies = [result(process) for process in [start(bench, core) for core in cores]]
            single = result(start(bench, cores[0]))
            both = result(start([str(HERE / "mpirun.sh"), "-n", "2", *bench]))
            threaded = result(start([*bench, "--threads", "2"]))
            for key in TIMES:
                beside[key].append(statistics.mean(copy[key] for copy in copies) / (2 * both[key]))
                alone[key].append(single[key] / (2 * both[key]))
                threads[key].append(both[key] / threaded[key])
        for key, operation in TIMES.items():
            figures = " | ".join(quartiles(of[key]) for of in (beside, alone, threads))
            print(f"| {workload} {operation} | {figures} |", flush=True)


if __name__ == "__main__":
    main()
