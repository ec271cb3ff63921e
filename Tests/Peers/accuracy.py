"""Rounding errors of curvature products in float32: Hv against float64, ours with and without Winograd, and PyTorch's.

    .build/peers/bin/python Tests/Peers/accuracy.py [W3 W4] [--activation softplus]

The networks are those of `newton-cg bench`, with a smooth activation in place of ReLU and, in W3, average pooling in
place of max-pooling: at a kink or a tie one rounding decides which of two derivatives is taken, and nothing else would
be seen. Prints a row a workload: ‖Hv − Hv64‖ / ‖Hv64‖, Hv64 by newton-cg in float64 without Winograd's algorithms, and
how far PyTorch's float64 is from it.
"""

import argparse
import json
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import torch
import torch.nn.functional as F

import random_numbers
from torch_network import forward, images, tensor
from workloads import WORKLOADS, parameters


def smooth(layers, activation):
    def one(layer):
        if layer[0] == "relu":
            return (activation,)
        if layer[0] == "pool":
            return ("average_pool",)
        return (layer[0], *(smooth(part, activation) for part in layer[1:])) if layer[0] == "residual" else layer

    return [one(layer) for layer in layers]


def described(layers, path=""):
    """The layers for a configuration, and the paths of their parameters in files, in order."""
    items, paths, ordinals = [], [], {}

    def add(kind, options, *names):
        ordinals[kind] = ordinals.get(kind, 0) + 1
        name = f"{path}{kind}_{ordinals[kind]}"
        items.append({kind: options} if options else kind)
        paths.extend(f"{name}/{parameter}" for parameter in names)
        return name

    for layer in layers:
        kind = layer[0]
        if kind == "dense":
            add("dense", {"units": layer[1]}, "weight", "bias")
        elif kind == "conv":
            _, filters, kernel, stride, padding, bias = layer
            options = {"filters": filters, "kernel": kernel, "stride": stride, "padding": padding, "bias": bias}
            add("conv2d", options, "weight", *["bias"] * bias)
        elif kind == "batch_norm":
            add("batch_norm", None, "scale", "shift")
        elif kind == "average_pool":
            add("average_pool2d", {"size": 2})
        elif kind == "mean":
            add("global_average_pool2d", None)
        elif kind == "residual":
            name = add("residual", None)
            main, of_main = described(layer[1], name + "/main/")
            shortcut, of_shortcut = described(layer[2], name + "/shortcut/")
            items[-1] = {"residual": {"main": main, "shortcut": shortcut} if shortcut else {"main": main}}
            paths += of_main + of_shortcut
        else:
            add(kind, None)
    return items, paths


def write(path, format, group, names, values):
    with h5py.File(path, "w") as file:
        file.attrs["format"], file.attrs["version"] = format, 1
        for name, value in zip(names, values):
            file[f"{group}/{name}"] = value


def ours(program, folder, workload, point, vector):
    """The product in one precision, by one choice of convolutions: a function of both."""
    layers, names = described(workload.layers)
    inputs, labels = random_numbers.batch(workload)
    write(folder / "point.h5", "newton-cg checkpoint", "parameters", names, point)
    write(folder / "vector.h5", "newton-cg vector", "vector", names, vector)
    with h5py.File(folder / "data.h5", "w") as file:
        file.attrs["format"], file.attrs["version"] = "newton-cg dataset", 1
        file.attrs["name"], file.attrs["task"] = "benchmark", "classification"
        file["train/inputs"], file["train/targets"] = inputs, labels
        file["class_names"] = [str(i) for i in range(10)]

    def product(precision, convolution):
        configuration = {
            "precision": precision, "convolution": convolution, "memory": "16 GiB",
            "data": {"file": "data.h5", "batch": "full"}, "model": {"layers": layers}, "loss": "cross_entropy",
            "optimizer": "newton_cg", "train": {"steps": 1},
        }
        if any("batch_norm" in name for name in names):
            configuration["data"]["group"] = workload.batch
        (folder / "config.yaml").write_text(json.dumps(configuration))
        command = [program, "product", folder / "config.yaml", "--checkpoint", folder / "point.h5", "--vector"]
        command += [folder / "vector.h5", "--curvature", "hessian", "--output", folder / "product.h5"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with h5py.File(folder / "product.h5") as file:
            return [file[f"product/{name}"][...].astype(np.float64) for name in names]

    return product


def peer(workload, point, vector, dtype):
    """PyTorch's product, in our layout."""
    inputs, labels = random_numbers.batch(workload)
    w = [tensor(value).to(dtype).requires_grad_() for value in point]
    loss = F.cross_entropy(forward(workload.layers, images(inputs).to(dtype), iter(w)), torch.from_numpy(labels).long())
    gradients = torch.autograd.grad(loss, w, create_graph=True)
    product = torch.autograd.grad(gradients, w, [tensor(value).to(dtype) for value in vector])
    return [(p.permute(2, 3, 1, 0) if p.dim() == 4 else p).double().numpy() for p in product]


def relative(a, b):
    difference = sum(np.sum((p - q) ** 2) for p, q in zip(a, b))
    return (difference / sum(np.sum(q**2) for q in b)) ** 0.5


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("workloads", nargs="*", default=["W3", "W4"])
parser.add_argument("--activation", default="softplus", choices=["tanh", "softplus"])
parser.add_argument("--program", default=".build/release/newton-cg")
options = parser.parse_args()

print("| | `fast` | `direct` | PyTorch | PyTorch in float64 |\n| --- | ---: | ---: | ---: | ---: |")
for name in options.workloads:
    workload = replace(WORKLOADS[name], layers=smooth(WORKLOADS[name].layers, options.activation))
    specs = parameters(workload)
    point, vector = random_numbers.parameters(specs), random_numbers.direction(specs, 0)
    with tempfile.TemporaryDirectory() as folder:
        product = ours(options.program, Path(folder), workload, point, vector)
        reference = product("float64", "direct")
        errors = [relative(product("float32", choice), reference) for choice in ("fast", "direct")]
    errors += [relative(peer(workload, point, vector, dtype), reference) for dtype in (torch.float32, torch.float64)]
    print(f"| {name}, {options.activation} | " + " | ".join(f"{error:.1e}" for error in errors) + " |", flush=True)
