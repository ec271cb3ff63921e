"""newton-cg beside PyTorch and JAX: the workloads of `newton-cg bench`, side by side, as one table with ratios.

    python3 -m venv .build/peers
    .build/peers/bin/pip install -r Tests/Peers/requirements.txt
    .build/peers/bin/python Tests/Peers/compare.py --output .build/peers.json

The machine should be idle otherwise. Programs take turns, each on the same cores; of all turns the best time counts.
First it is checked that all of them compute the same loss, |g|, vᵀHv and vᵀGv. Users of newton-cg never need this.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from workloads import WORKLOADS

HERE = Path(__file__).resolve().parent
TORCH = ["double-backward", "double-vjp", "curvlinops"]
JAX = ["linearize-gradient", "linearize-vjp"]
OURS, ON_RANKS = "newton-cg", "newton-cg on ranks"
QUANTITIES = {"gradient_s": "gradient", "hessian_s": "Hv", "gauss_newton_s": "Gv"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workloads", nargs="+", default=list(WORKLOADS), choices=list(WORKLOADS))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--ranks", type=int, default=0, help="also newton-cg on so many ranks of one thread")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--program", default=".build/release/newton-cg")
    parser.add_argument("--methods", nargs="+", help="only these methods of PyTorch and JAX (default: all)")
    parser.add_argument("--output", help="a file for all that was measured, as JSON; the table goes beside it")
    return parser.parse_args()


def commands(name, options):
    """Every program with the methods that suit it: (program, method) → command without `check`."""
    ours = ["bench", "--workload", name, "--json", "--vector-check"]
    all = {(OURS, ""): [options.program, *ours, "--threads", str(options.threads)]}
    if options.ranks:
        start = [str(HERE.parent.parent / "scripts/mpirun.sh"), "-n", str(options.ranks)]
        all[ON_RANKS, ""] = [*start, options.program, *ours]
    layouts = ["", "-nhwc"] if len(WORKLOADS[name].input) == 3 else [""]
    for method in [method + layout for layout in layouts for method in TORCH]:
        all["PyTorch", method] = [sys.executable, str(HERE / "torch_peer.py"), name, method, str(options.threads)]
    for method in JAX:
        all["JAX", method] = [sys.executable, str(HERE / "jax_peer.py"), name, method, str(options.threads)]
    if options.methods:
        all = {key: command for key, command in all.items() if not key[1] or key[1] in options.methods}
    return all


def run(command, cores):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OPENBLAS")}
    environment.update(OMP_NUM_THREADS=str(len(cores)), MKL_NUM_THREADS=str(len(cores)), PYTHONWARNINGS="ignore")
    # The device plugins of JAX find no device here, and need not look for one.
    environment["JAX_PLATFORMS"] = "cpu"
    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, preexec_fn=lambda: os.sched_setaffinity(0, cores)
    )
    if ended.returncode:
        raise SystemExit(f"error: {' '.join(command)} failed:\n{ended.stderr[-2000:]}")
    return json.loads(ended.stdout.strip().splitlines()[-1])


def compare_values(name, results):
    """Ends where two programs disagree: then their times mean nothing."""
    ours = results[OURS, ""]
    # With relu, rounding flips a few masks; batch normalisation over 32 samples magnifies that.
    tolerance = dict(loss=1e-5, gradient_norm=1e-4, vhv=1e-4 * WORKLOADS[name].sensitivity)
    tolerance["vgv"] = tolerance["vhv"]
    for (program, method), result in results.items():
        for key in tolerance.keys() & result.keys():
            if abs(result[key] - ours[key]) > tolerance[key] * abs(ours[key]):
                raise SystemExit(
                    f"error: {name}: {key} is {result[key]} by {program} ({method}), {ours[key]} by newton-cg"
                )


def processor():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return names[0] if names else "unknown"


def measure(name, options, cores):
    jobs = commands(name, options)
    peers = [key for key in jobs if key[0] in ("PyTorch", "JAX")]
    compare_values(name, {key: run(jobs[key] + (["check"] if key in peers else []), cores) for key in jobs})
    print(f"{name}: all programs agree", file=sys.stderr, flush=True)
    turns = {key: [] for key in jobs}
    for turn in range(options.turns):
        for key, command in jobs.items():
            turns[key].append(run(command, cores))
        print(f"{name}: turn {turn + 1} of {options.turns}", file=sys.stderr, flush=True)
    return turns


def best(turns, program, quantity):
    """(value, method) of the best over methods and turns."""
    found = [
        (result[quantity], method)
        for (p, method), results in turns.items() for result in results
        if p == program and quantity in result
    ]
    return min(found) if found else (float("inf"), "none")


def above_idle(turns, program):
    """MiB at the peak above the idle program, of the method with the best Hv."""
    method = best(turns, program, "hessian_s")[1]
    if (program, method) not in turns:
        return float("inf")
    return min(result["peak_rss_mb"] - result["idle_rss_mb"] for result in turns[program, method])


def table(measured, options):
    lines = [
        f"{processor()}, {options.threads} thread{'s' if options.threads > 1 else ''}",
        "",
        "| | newton-cg | PyTorch | JAX | the best of them / newton-cg | GFLOP/s / sgemm |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, turns in measured.items():
        torch_memory, jax_memory = above_idle(turns, "PyTorch"), above_idle(turns, "JAX")
        for program in [OURS, ON_RANKS] if options.ranks else [OURS]:
            label = name if program == OURS else f"{name}, {options.ranks} ranks,"
            for quantity, operation in QUANTITIES.items():
                ours, _ = best(turns, program, quantity)
                torch, torch_how = best(turns, "PyTorch", quantity)
                jax, jax_how = best(turns, "JAX", quantity)
                rate = max(result[quantity.replace("_s", "_ratio")] for result in turns[program, ""])
                theirs = [f"{s:.4f} s ({how})" if how != "none" else "–" for s, how in [(torch, torch_how), (jax, jax_how)]]
                lines.append(
                    f"| {label} {operation} | {ours:.4f} s | {theirs[0]} | {theirs[1]} "
                    f"| **{min(torch, jax) / ours:.2f}** | {rate:.2f} |"
                )
            memory = above_idle(turns, program)
            lines.append(
                f"| {label} memory above idle | {memory:.0f} MiB "
                + "".join(f"| {size:.0f} MiB " if size < float("inf") else "| – " for size in [torch_memory, jax_memory])
                +                f"| **{min(torch_memory, jax_memory) / memory:.2f}** | |"
            )
    return "\n".join(lines) + "\n"


def main():
    options = arguments()
    allowed = sorted(os.sched_getaffinity(0))
    needed = max(options.threads, options.ranks)
    if len(allowed) < needed:
        raise SystemExit(f"error: {needed} threads or ranks need as many cores; this process may use {len(allowed)}")
    cores = set(allowed[:needed])
    measured = {name: measure(name, options, cores) for name in options.workloads}
    text = table(measured, options)
    print(text)
    if options.output:
        raw = {name: [r for results in turns.values() for r in results] for name, turns in measured.items()}
        raw = {"processor": processor(), "threads": options.threads, "workloads": raw}
        Path(options.output).write_text(json.dumps(raw, indent=1) + "\n")
        Path(options.output).with_suffix(".md").write_text(text)


if __name__ == "__main__":
    main()
