"""The workloads of `newton-cg bench` as lists of layers, for both peers.

A layer is (kind, …): ("dense", units), ("conv", filters, kernel, stride, padding, bias), ("batch_norm",), ("relu",),
("tanh",), ("softplus",), ("pool",) (max, 2×2), ("average_pool",) (2×2), ("flatten",), ("mean",) (over the image),
("residual", layers, shortcut).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    layers: list
    input: tuple  # images: height, width, channels
    batch: int
    sensitivity: int  # of products to rounding: tanh 1


def resnet18():
    def block(width, stride):
        body = [("conv", width, 3, stride, 1, False), ("batch_norm",), ("relu",)]
        body += [("conv", width, 3, 1, 1, False), ("batch_norm",)]
        shortcut = [("conv", width, 1, stride, 0, False), ("batch_norm",)] if stride > 1 else []
        return [("residual", body, shortcut), ("relu",)]

    layers = [("conv", 64, 3, 1, 1, False), ("batch_norm",), ("relu",)]
    for stage, width in enumerate((64, 128, 256, 512)):
        layers += block(width, 2 if stage else 1) + block(width, 1)
    return layers + [("mean",), ("dense", 10)]


WORKLOADS = {
    "W1": Workload([("dense", 512), ("tanh",), ("dense", 512), ("tanh",), ("dense", 10)], (784,), 4096, 1),
    "W2": Workload([("dense", 2048), ("relu",), ("dense", 2048), ("relu",), ("dense", 10)], (784,), 1024, 10),
    "W3": Workload(
        [("conv", 32, 3, 1, 0, True), ("relu",), ("conv", 64, 3, 1, 0, True), ("relu",), ("pool",), ("flatten",)]
        + [("dense", 128), ("relu",), ("dense", 10)],
        (28, 28, 1),
        256,
        10,
    ),
    "W4": Workload(resnet18(), (32, 32, 3), 32, 50),
}


def parameters(workload):
    """(kind, shape, (fan in, fan out)) of every parameter, in the order of the flat vector; weights HWIO."""
    specs = []

    def walk(layers, shape):
        for layer in layers:
            kind = layer[0]
            if kind == "dense":
                specs.append(("weight", (shape[-1], layer[1]), (shape[-1], layer[1])))
                specs.append(("bias", (layer[1],), None))
                shape = (layer[1],)
            elif kind == "conv":
                _, filters, k, stride, padding, bias = layer
                specs.append(("weight", (k, k, shape[2], filters), (k * k * shape[2], k * k * filters)))
                if bias:
                    specs.append(("bias", (filters,), None))
                height, width = ((n + 2 * padding - k) // stride + 1 for n in shape[:2])
                shape = (height, width, filters)
            elif kind == "batch_norm":
                specs.append(("scale", (shape[-1],), None))
                specs.append(("bias", (shape[-1],), None))
            elif kind in ("pool", "average_pool"):
                shape = (shape[0] // 2, shape[1] // 2, shape[2])
            elif kind == "flatten":
                shape = (shape[0] * shape[1] * shape[2],)
            elif kind == "mean":
                shape = (shape[2],)
            elif kind == "residual":
                _, body, shortcut = layer
                after = walk(body, shape)
                walk(shortcut, shape)
                shape = after
        return shape

    walk(workload.layers, workload.input)
    return specs
