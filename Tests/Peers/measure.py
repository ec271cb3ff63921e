"""What both peers share: memory, timing in rounds, and the line they print."""

import json
import statistics
import time

ROUNDS, BUDGET = (7, 25), 12.0


def resident(field):
    """VmRSS or VmHWM in MiB."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024


def idle():
    """Begins the peak anew; what is resident now."""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    return resident("VmRSS")


def timed(jobs, new_direction):
    """Seconds of each job, best and median; jobs: name → function that ends when its result is there."""
    seconds = {name: [] for name in jobs}

    def once(record):
        for name, job in jobs.items():
            v = new_direction()
            start = time.perf_counter()
            job(v)
            if record:
                seconds[name].append(time.perf_counter() - start)

    once(False)
    start = time.perf_counter()
    once(True)
    rounds = int(BUDGET / (time.perf_counter() - start))
    for _ in range(min(max(rounds, ROUNDS[0]), ROUNDS[1]) - 1):
        once(True)
    result = {}
    for name, all in seconds.items():
        result[name + "_s"], result[name + "_median_s"] = min(all), statistics.median(all)
    return result


def report(**values):
    print(json.dumps(values), flush=True)
