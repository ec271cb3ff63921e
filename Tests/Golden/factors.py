#!/usr/bin/env python3
"""Makes the golden Kronecker factors: A, G and squared gradients of the layers of some cases, at the data's own gradients.

    A = (1/N) sum over samples and positions of a·aᵀ, a: a position's inputs (of a convolution its patch, HWI), and the bias's one
    G = (1/(N T)) sum over samples and T positions of g·gᵀ, g: the gradient of the sample's loss in the layer's output
    squares = (1/N) sum over groups of samples (single ones without batch_norm) of the squared gradient of the group's loss

Needs cases.json and values.h5 beside itself, and Python packages: pip install "jax[cpu]" h5py numpy
Usage: factors.py        writes factors.h5: <case>/<layer>/inputs and outputs, or <case>/<layer>/squares/<parameter>
       factors.py --new  adds the cases that the file has not, and leaves the others as they are
"""
import json
import pathlib
import sys

import h5py
import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp
import numpy as np

from reference import conv2d, described, named_loss, run

HERE = pathlib.Path(__file__).parent
CASES = ["dense_deep", "dense_without_bias", "dense_on_channels", "dense_on_image_data", "dense_many_samples",
         "conv2d_valid", "conv2d_same_stride_2", "conv2d_stride_2_1", "conv2d_padding_asymmetric", "conv2d_dilation_2_1",
         "conv2d_dilation_2_same", "conv2d_kernel_3_2", "conv2d_kernel_5_same_small_image", "conv2d_without_bias",
         "conv2d_groups_2", "conv2d_groups_all_multiplier", "conv2d_many_channels_size_8", "conv2d_many_samples", "separable",
         "mean_squared_error_network", "label_smoothing_network", "norm_error_network", "binary_cross_entropy_network",
         "max_pool2d_ties", "three_readers", "residual_chain", "residual_inputs",
         "batch_norm_uneven_groups", "batch_norm_images", "resnet_bottleneck",
         "layer_norm_images", "layer_norm_residual", "dropout_features", "dropout_in_block"]


def patches(options, x, weight):
    """(N, out height, out width, taps · channels): each value by a convolution with a filter of a single one."""
    kh, kw, channels, _ = weight.shape
    units = np.eye(kh * kw * channels).reshape(kh, kw, channels, -1)
    return conv2d({**options, "bias": False}, {"weight": units}, x)


def with_one(rows, has_bias):
    return jnp.concatenate([rows, jnp.ones((len(rows), 1))], 1) if has_bias else rows


def factors(case, inputs, targets, masks, parameters):
    """{layer: {"inputs": A, "outputs": G}} or {layer: {"squares": {name: array}}}."""
    count, group = len(inputs), case.get("group")
    layers = {name: (kind, options) for kind, options, name, _ in described(case["layers"]) if name in parameters}
    read, values = {}, {}

    def keep(name, x, value):
        if name in layers: read[name], values[name] = x, value
        return value

    def outputs(probes, w=parameters, x=inputs):
        return run(case["layers"], x, lambda layer, name, _: w[layer][name], group=group, mask=lambda layer, *_: masks[layer],
                   change=lambda name, x, value: value + probes[name] if name in probes else value)

    run(case["layers"], inputs, lambda layer, name, _: parameters[layer][name], group=group, change=keep,
        mask=lambda layer, *_: masks[layer])
    probes = {name: jnp.zeros_like(value) for name, value in values.items()}
    # The sum of the samples' losses: what is added to a sample's output moves its own loss (or its group's).
    cotangents = jax.grad(lambda p: count * named_loss(case["loss"])(outputs(p), targets))(probes)
    result = {}
    for name, (kind, options) in layers.items():
        if kind == "dense" or kind == "conv2d" and options.get("groups", 1) == 1:
            weight, g = parameters[name]["weight"], cotangents[name]
            a = read[name] if kind == "dense" else patches(options, read[name], weight)
            positions = int(np.prod(g.shape[1:-1]))
            a = with_one(a.reshape(-1, a.shape[-1]), "bias" in parameters[name])
            g = g.reshape(-1, g.shape[-1])
            result[name] = {"inputs": a.T @ a / count, "outputs": g.T @ g / (count * positions)}
            continue
        groups = max(1, count // group) if group else count
        squares = jax.tree.map(jnp.zeros_like, parameters[name])
        for v in range(groups):
            rows = slice(v * count // groups, (v + 1) * count // groups)
            size = rows.stop - rows.start

            def loss(own):
                f = run(case["layers"], inputs[rows], lambda layer, leaf, _: {**parameters, name: own}[layer][leaf], group=size,
                        mask=lambda layer, *_: masks[layer][rows])
                return size * named_loss(case["loss"])(f, targets[rows])

            squares = jax.tree.map(lambda s, d: s + d * d / count, squares, jax.grad(loss)(parameters[name]))
        result[name] = {"squares": squares}
    return result


def write(group, name, array):
    group.create_dataset(name, data=np.asarray(array), shuffle=True, compression="gzip", compression_opts=9)


def leaves(group, top):
    """{layer: {name: array}} of a case."""
    found = {}

    def visit(path, item):
        if isinstance(item, h5py.Dataset):
            layer, leaf = path.rsplit("/", 1)
            found.setdefault(layer, {})[leaf] = item[()]

    if top in group: group[top].visititems(visit)
    return found


def main(add):
    cases = json.loads((HERE / "cases.json").read_text())
    with h5py.File(HERE / "values.h5") as values, h5py.File(HERE / "factors.h5", "a" if add else "w", libver=("v110", "v110")) as file:
        for name in CASES:
            if name in file: continue
            masks = {layer: own["mask"] for layer, own in leaves(values[name], "noise").items()}
            result = factors(cases[name], values[name]["inputs"][()], values[name]["targets"][()], masks,
                             leaves(values[name], "parameters"))
            for layer, parts in result.items():
                for part, array in parts.items():
                    if part == "squares":
                        for leaf, square in array.items(): write(file, f"{name}/{layer}/squares/{leaf}", square)
                    else: write(file, f"{name}/{layer}/{part}", array)
    print(f"{len(CASES)} cases, {(HERE / 'factors.h5').stat().st_size / 1e6:.2f} MB")


main(sys.argv[1:] == ["--new"])
