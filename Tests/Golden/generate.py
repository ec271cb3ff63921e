#!/usr/bin/env python3
"""Makes the golden values: loss, gradient, exact Hessian product Hv and Gauss-Newton product Gv of every case.

Only needed to make values.h5 and cases.json anew; the tests read those files. Needs Python packages:
    pip install "jax[cpu]" h5py numpy
Usage: generate.py        writes cases.json and values.h5 beside itself
       generate.py --new  adds the cases that the files have not, and leaves the others as they are
       generate.py NAME   prints one case's loss and norms, writes nothing
"""
import json
import pathlib
import sys
import zlib

import h5py
import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np

from cases import ALL
from reference import described, named_loss, run, window_places

HERE = pathlib.Path(__file__).parent
MARGIN = 1e-4  # distance to every kink and between the two largest cells of a window
STEPS = 1024   # inputs, parameters and vectors are multiples of 1/STEPS: exact decimals, and small files


def rounded(array):
    return np.round(array * STEPS) / STEPS


def draw(case, random):
    """Inputs, parameters {layer: {name: array}}, masks {layer: array}, targets of a case."""
    shape = (case.samples, *case.shape)
    if case.integers: inputs = random.integers(-3, 4, shape).astype(float)
    else: inputs = random.normal(size=shape)
    if case.spread: inputs *= np.geomspace(0.02, 1, case.samples).reshape(-1, *[1] * len(case.shape))
    inputs = rounded(inputs) if case.vocabulary is None else sentences(shape, case.vocabulary, random)
    parameters, masks = {}, {}

    def mask(layer, shape, rate):
        masks[layer] = (random.random(shape) >= rate).astype(float)
        return masks[layer]

    def parameter(layer, name, shape):
        scale = case.scale.get(layer, 1)
        if case.integers: value = random.integers(-1, 2, shape) * scale
        elif name == "scale": value = rounded(1 + 0.3 * random.normal(size=shape))
        elif name in ("bias", "shift"): value = rounded(random.normal(size=shape) * 0.5 * min(scale, 4))
        else: value = rounded(random.normal(size=shape) * scale / np.sqrt(np.prod(shape[:-1])))
        parameters.setdefault(layer, {})[name] = np.asarray(value, float)
        return parameters[layer][name]

    outputs = np.asarray(run(case.layers, inputs, parameter, group=case.group, mask=mask))
    if outputs.ndim == 3: targets = sentences(shape, outputs.shape[-1], random)
    elif is_classification(case): targets = random.integers(0, outputs.shape[-1], case.samples).astype("i4")
    elif case.loss == "binary_cross_entropy":
        targets = rounded(np.clip(random.uniform(-0.3, 1.3, outputs.shape), 0, 1))  # some are exactly 0 and 1
    else: targets = rounded(random.normal(size=outputs.shape))
    if case.exact_fit: targets[0] = outputs[0]
    return inputs, parameters, masks, targets


def sentences(shape, vocabulary, random):
    """Tokens from 1 on, and then padding: 0."""
    tokens = random.integers(1, vocabulary, shape)
    lengths = random.integers(1, shape[1] + 1, shape[0])
    return np.where(np.arange(shape[1]) < lengths[:, None], tokens, 0).astype("i4")


def is_classification(case):
    return case.loss == "cross_entropy" or isinstance(case.loss, dict)


def margins(case, inputs, parameters, masks):
    """The smallest distance to a kink or a tie, and how many values lie exactly on one."""
    distances = [np.array([np.inf])]

    def observe(kind, options, x, *others):
        x = np.asarray(x)
        if kind in ("relu", "relu6"): distances.append(np.abs(x).ravel())
        if kind == "relu6": distances.append(np.abs(x - 6).ravel())
        if kind == "max_pool2d":
            rows, columns, pads = window_places(options, x.shape)
            padded = np.pad(x, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
            for r in rows:
                for c in columns:
                    cells = np.sort(padded[:, r][:, :, c].reshape(len(x), -1, x.shape[-1]), axis=1)
                    gap, largest = cells[:, -1] - cells[:, -2], cells[:, -1]
                    distances.append(gap[(largest != 0) | (gap != 0)])  # zeros of a ReLU are equal and pass nothing

    run(case.layers, inputs, lambda layer, name, _: parameters[layer][name], observe=observe,
        group=case.group, mask=lambda layer, *_: masks[layer])
    distances = np.concatenate(distances)
    return distances.min(), int((distances == 0).sum())


def suited(case):
    """The first draw of the case whose values keep away from kinks (or, for whole numbers, lie on some)."""
    for attempt in range(200):
        random = np.random.default_rng([zlib.crc32(case.name.encode()), attempt])
        inputs, parameters, masks, targets = draw(case, random)
        nearest, exact = margins(case, inputs, parameters, masks)
        kinked = any(kind in ("relu", "relu6", "max_pool2d") for kind, *_ in described(case.layers))
        if (exact >= 5) if case.integers and kinked else nearest > MARGIN:
            vector = jax.tree.map(lambda w: rounded(random.normal(size=w.shape)), parameters)
            return inputs, targets, masks, parameters, vector
    raise SystemExit(f"{case.name}: no draw keeps {MARGIN} away from every kink")


def products(case, inputs, targets, masks, parameters, vector):
    """Loss, gradient, Hv and Gv by automatic differentiation; the penalty ½λ‖w‖² is in all four."""
    penalty = (case.regularisation or {}).get("l2", 0.0)

    def outputs(w):
        return run(case.layers, inputs, lambda layer, name, _: w[layer][name], group=case.group, mask=lambda layer, *_: masks[layer])
    def data_loss(f): return named_loss(case.loss)(f, targets)
    def loss(w):
        return data_loss(outputs(w)) + 0.5 * penalty * sum(jnp.sum(a * a) for a in jax.tree.leaves(w))

    value, gradient = jax.value_and_grad(loss)(parameters)
    _, hessian_product = jax.jvp(jax.grad(loss), (parameters,), (vector,))
    f, jacobian = jax.linearize(outputs, parameters)
    _, transposed = jax.vjp(outputs, parameters)
    _, curved = jax.jvp(jax.grad(data_loss), (f,), (jacobian(vector),))
    gauss_newton = jax.tree.map(lambda p, v: p + penalty * v, transposed(curved)[0], vector)
    return float(value), gradient, hessian_product, gauss_newton


def write(group, name, array):
    array = np.asarray(array)
    if array.nbytes > 512: group.create_dataset(name, data=array, shuffle=True, compression="gzip", compression_opts=9)
    else: group.create_dataset(name, data=array)


def main(only):
    if len({case.name for case in ALL}) != len(ALL): raise SystemExit("two cases have one name")
    add, description, results = only == "--new", {}, {}
    if add:
        only, description = None, json.loads((HERE / "cases.json").read_text())
    old = set(description)
    if only and only not in {case.name for case in ALL}: raise SystemExit(f"no case is called {only}")
    for case in ALL:
        if only and case.name != only or case.name in old: continue
        inputs, targets, masks, parameters, vector = suited(case)
        loss, *trees = products(case, inputs, targets, masks, parameters, vector)
        results[case.name] = (inputs, targets, masks, loss, (parameters, vector, *trees))
        if not all(np.isfinite(a).all() for a in jax.tree.leaves((loss, trees))):
            raise SystemExit(f"{case.name}: a value is not finite")
        description[case.name] = {"layers": case.layers, "loss": case.loss,
                                  "task": "translation" if targets.ndim == 2 and case.vocabulary
                                  else "classification" if is_classification(case) else "regression"}
        if case.vocabulary: description[case.name]["vocabulary"] = case.vocabulary
        if case.group: description[case.name]["group"] = case.group
        if case.regularisation: description[case.name]["regularisation"] = case.regularisation
        if only:
            norms = [float(np.sqrt(sum(np.sum(np.square(a)) for a in jax.tree.leaves(t)))) for t in trees]
            print(f"{case.name}: loss {loss:.15g}, norms of gradient, Hv, Gv {norms}")
    if only: return
    lines = [f"  {json.dumps(name)}: {json.dumps(case)}" for name, case in description.items()]
    (HERE / "cases.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    tops = ("parameters", "vector", "gradient", "hessian_product", "gauss_newton_product")
    with h5py.File(HERE / "values.h5", "a" if add else "w", libver=("v110", "v110")) as file:
        for name, (inputs, targets, masks, loss, trees) in results.items():
            group = file.create_group(name)
            group.attrs["loss"] = loss
            write(group, "inputs", inputs); write(group, "targets", targets)
            for layer, mask in masks.items(): write(group, f"noise/{layer}/mask", mask)
            for top, tree in zip(tops, trees):
                for layer, leaves in tree.items():
                    for leaf, array in leaves.items(): write(group, f"{top}/{layer}/{leaf}", array)
    print(f"{len(results)} cases, {(HERE / 'values.h5').stat().st_size / 1e6:.2f} MB")


main(sys.argv[1] if len(sys.argv) > 1 else None)
