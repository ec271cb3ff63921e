"""The benchmark's own numbers, as Sources/NewtonCG/Benchmark/BenchmarkData.swift defines them, to the bit."""

import numpy as np

PARAMETERS, BENCHMARK = 1, 4  # purposes of streams


def philox(counter, key):
    """Philox4x32-10 (Salmon et al., SC 2011); counter: four arrays of uint64 below 2^32."""
    a, b, c, d = counter
    k, l = key
    low = np.uint64(0xFFFFFFFF)
    for _ in range(10):
        first, second = a * np.uint64(0xD2511F53), c * np.uint64(0xCD9E8D57)
        a, b, c, d = (second >> np.uint64(32)) ^ b ^ k, second & low, (first >> np.uint64(32)) ^ d ^ l, first & low
        k, l = (k + np.uint64(0x9E3779B9)) & low, (l + np.uint64(0xBB67AE85)) & low
    return a, b, c, d


def uniform(count, stream, seed=0):
    """The first numbers of a stream, in [0, 1)."""
    low = np.uint64(0xFFFFFFFF)
    position = np.arange((count + 1) // 2, dtype=np.uint64)
    stream = np.full_like(position, stream)
    key = np.uint64(seed & 0xFFFFFFFF), np.uint64(seed >> 32)
    a, b, c, d = philox((position & low, position >> np.uint64(32), stream & low, stream >> np.uint64(32)), key)
    words = np.stack([a | b << np.uint64(32), c | d << np.uint64(32)], axis=1).ravel()[:count]
    return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53


def stream(purpose, high, low):
    return purpose << 60 | high << 32 | low


def batch(workload):
    """Inputs (batch × shape of a sample) and labels."""
    shape = (workload.batch, *workload.input)
    x = 2 * uniform(int(np.prod(shape)), stream(BENCHMARK, 0, 0)) - 1
    labels = 10 * uniform(workload.batch, stream(BENCHMARK, 1, 0))
    return x.reshape(shape).astype(np.float32), labels.astype(np.int32)


def parameters(specs):
    """The start of a training run with seed 0, biases small numbers; specs: those of workloads.parameters."""
    values = []
    for i, (kind, shape, fans) in enumerate(specs):
        count = int(np.prod(shape))
        if kind == "weight":
            limit = np.sqrt(3 * (2 / sum(fans)))
            flat = (2 * uniform(count, stream(PARAMETERS, 0, i)) - 1) * limit
        elif kind == "scale":
            flat = np.ones(count)
        else:
            flat = (uniform(count, stream(BENCHMARK, 3, i)) - 0.5) / 10
        values.append(flat.reshape(shape).astype(np.float32))
    return values


def direction(specs, index):
    sizes = [int(np.prod(shape)) for _, shape, _ in specs]
    flat = (2 * uniform(sum(sizes), stream(BENCHMARK, 2, index)) - 1).astype(np.float32)
    parts = np.split(flat, np.cumsum(sizes)[:-1])
    return [part.reshape(shape) for part, (_, shape, _) in zip(parts, specs)]
