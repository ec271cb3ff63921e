#!/usr/bin/env python3
"""Checks values.h5 without automatic differentiation: every layer again as a plain numpy loop, derivatives by complex steps.

Along random directions t:  t·gradient = Im L(w + iht)/h,  t·Hv by a central difference of that in v,  and
t·Gv = (Jt)ᵀ H (Jv), the Jacobian products by complex steps, H in closed form. Also vᵀGv ≥ 0 for these convex losses.
Needs h5py, numpy, scipy. With names of cases only those. Exit status 1 if a case is off.
"""
import json
import pathlib
import sys

import h5py
import numpy as np
from scipy.special import erf

HERE = pathlib.Path(__file__).parent
H = 1e-200          # complex step: no cancellation, and its square is 0, so values at kinks stay there
DIFFERENCE = 1e-6   # step of the central difference
EDGE = 3e-5         # nearer to a kink or a tie is on it: all values are, or are 1e-4 away, and differences move them less


def two(value): return (value, value) if isinstance(value, int) else value


def placement(options, n, axis, kernel, stride, dilation=1):
    """Number of outputs along an axis and the index of the first cell of the first window."""
    reach, padding = (kernel - 1) * dilation + 1, options.get("padding", "valid")
    if padding == "same":
        out = (n + stride - 1) // stride
        return out, -(max(0, (out - 1) * stride + reach - n) // 2)
    before, after = (0, 0) if padding == "valid" else two(padding) if isinstance(padding, int) else padding[axis]
    return (n + before + after - reach) // stride + 1, -before


def cells(options, x, kernel, stride, dilation=(1, 1)):
    """For each output place: (row, column, [(kernel row, kernel column, the samples' channels there) inside the image])."""
    (oh, top), (ow, left) = (placement(options, x.shape[1 + a], a, kernel[a], stride[a], dilation[a]) for a in (0, 1))
    for i in range(oh):
        for j in range(ow):
            inside = []
            for a in range(kernel[0]):
                for b in range(kernel[1]):
                    r, c = top + i * stride[0] + a * dilation[0], left + j * stride[1] + b * dilation[1]
                    if 0 <= r < x.shape[1] and 0 <= c < x.shape[2]: inside.append((a, b, x[:, r, c]))
            yield i, j, inside


def image(places):
    """The places' values (N, C) put together as (N, out height, out width, C)."""
    table = {(i, j): value for i, j, value in places}
    rows, columns = max(i for i, _ in table) + 1, max(j for _, j in table) + 1
    return np.stack([np.stack([table[i, j] for j in range(columns)], 1) for i in range(rows)], 1)


def conv2d(options, w, x):
    weight, groups = w["weight"], options.get("groups", 1)
    taken, given = weight.shape[2], weight.shape[3] // groups  # channels and filters of a group

    def value(inside):
        y = np.zeros((len(x), weight.shape[3]), complex)
        for a, b, pixel in inside:
            for g in range(groups):
                filters = slice(g * given, (g + 1) * given)
                y[:, filters] += pixel[:, g * taken:(g + 1) * taken] @ weight[a, b, :, filters]
        return y + w.get("bias", 0)

    places = cells(options, x, two(options["kernel"]), two(options.get("stride", 1)), two(options.get("dilation", 1)))
    return image((i, j, value(inside)) for i, j, inside in places)


def pool(options, x, value):
    size = two(options["size"])
    places = cells(options, x, size, two(options.get("stride", size)))
    return image((i, j, value(np.stack([pixel for *_, pixel in inside]), size[0] * size[1])) for i, j, inside in places)


def first_maximum(values, _):
    first = (values.real >= values.real.max(0) - EDGE).argmax(0)
    return np.take_along_axis(values, first[None], 0)[0]


def batch_norm(options, w, x):
    """Groups of a full batch: N // g of them, their sizes differ by one at most."""
    y, count = np.zeros(x.shape, complex), max(1, len(x) // options["group"])
    for group in range(count):
        rows = range(group * len(x) // count, (group + 1) * len(x) // count)
        pixels = np.concatenate([x[i].reshape(-1, x.shape[-1]) for i in rows])
        mean = pixels.sum(0) / len(pixels)
        variance = ((pixels - mean) ** 2).sum(0) / len(pixels)
        for i in rows: y[i] = w["scale"] * (x[i] - mean) * (variance + options.get("epsilon", 1e-5)) ** -0.5 + w["shift"]
    return y


def layer_norm(options, w, x):
    """Each place of a sample by itself."""
    y = np.zeros(x.shape, complex)
    for place in np.ndindex(x.shape[:-1]):
        mean = x[place].sum() / x.shape[-1]
        variance = ((x[place] - mean) ** 2).sum() / x.shape[-1]
        y[place] = w["scale"] * (x[place] - mean) * (variance + options.get("epsilon", 1e-5)) ** -0.5 + w["shift"]
    return y


def embedding(options, w, x):
    rows = np.stack([np.stack([w["weight"][int(token.real)] for token in sentence]) for sentence in x])
    return rows * options["features"] ** 0.5 if options.get("scale") else rows


def positional_encoding(options, w, x):
    y, features = x.copy(), x.shape[2]
    for t in range(x.shape[1]):
        for i in range(0, features, 2):
            angle = t / 10000 ** (i / features)
            y[:, t, i] += np.sin(angle)
            if i + 1 < features: y[:, t, i + 1] += np.cos(angle)
    return y


def sigmoid(x): return 1 / (1 + np.exp(-x))


def gelu(options, x):
    if "approximate" in options: return x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x * x * x)))
    return x / 2 * (1 + erf(x / np.sqrt(2)))


LAYERS = {
    "dense": lambda o, w, x: x @ w["weight"] + w.get("bias", 0), "conv2d": conv2d, "batch_norm": batch_norm,
    "embedding": embedding, "positional_encoding": positional_encoding, "layer_norm": layer_norm, "dropout": lambda o, w, x: np.where(o["mask"] == 1, x / (1 - o["rate"]), 0),
    "max_pool2d": lambda o, w, x: pool(o, x, first_maximum),
    "average_pool2d": lambda o, w, x: pool(o, x, lambda v, full: v.sum(0) / (full if o.get("count_padding") else len(v))),
    "global_average_pool2d": lambda o, w, x: x.sum(1).sum(1) / (x.shape[1] * x.shape[2]),
    "flatten": lambda o, w, x: x.reshape(len(x), -1),
    "add": lambda o, w, *xs: np.sum(xs, 0), "concatenate": lambda o, w, *xs: np.concatenate(xs, -1),
    "relu": lambda o, w, x: x * (x.real > EDGE),
    "relu6": lambda o, w, x: x * (x.real > EDGE) * (x.real < 6 - EDGE) + 6 * (x.real >= 6 - EDGE),
    "tanh": lambda o, w, x: np.tanh(x), "sigmoid": lambda o, w, x: sigmoid(x), "swish": lambda o, w, x: x * sigmoid(x),
    "softplus": lambda o, w, x: np.log1p(np.exp(-x * np.sign(x.real))) + x * (x.real > 0), "gelu": lambda o, w, x: gelu(o, x),
}


def outputs(layers, x, parameters, group=None, masks=None, path=(), values=None):
    """Of a list of layers that begins at x; inside blocks `values` holds what came before, by path."""
    values, count = {("input",): x} if values is None else values, {}
    for layer in layers:
        kind, options = (layer, {}) if isinstance(layer, str) else list(layer.items())[0]
        count[kind] = count.get(kind, 0) + 1
        name = (*path, options.get("name") or f"{kind}_{count[kind]}")
        read = [x]
        if "inputs" in options:
            places = [[(*path[:n], *i.split("/")) for n in range(len(path), -1, -1)] for i in options["inputs"]]
            read = [next(values[p] for p in candidates if p in values) for candidates in places]
        if kind == "residual":
            ways = [outputs(options.get(way, []), read[0], parameters, group, masks, (*name, way), values) for way in ("main", "shortcut")]
            values[name] = ways[0] + ways[1]
        else:
            given = {"group": group, "mask": (masks or {}).get("/".join(name))}
            values[name] = LAYERS[kind]({**options, **given}, parameters.get("/".join(name)), *read)
        x = values[name]
    return x


def soft_targets(loss, y, count):
    smoothing = loss["cross_entropy"]["label_smoothing"] if isinstance(loss, dict) else 0
    return smoothing / count + (1 - smoothing) * (y[:, None] == np.arange(count))


def counted(f, y):
    """Of tokens a row for each that is not padding."""
    return (f[y != 0], y[y != 0]) if f.ndim == 3 else (f, y)


def loss_value(loss, f, y):
    f, y = counted(f, y)
    if loss == "mean_squared_error": return ((f - y) ** 2).sum() / f.size
    if loss == "norm_error": return sum(np.sqrt(s) for s in ((f - y) ** 2).sum(1) if s.real > EDGE**2) / len(f)
    if loss == "binary_cross_entropy":
        return (LAYERS["softplus"]({}, None, f) - y * f).sum() / f.size
    top = f.real.max(1, keepdims=True)
    log_sum = top + np.log(np.exp(f - top).sum(1, keepdims=True))
    return (soft_targets(loss, y, f.shape[1]) * (log_sum - f)).sum() / len(f)


def loss_hessian(loss, f, y, u, t):
    """tᵀ H u, H the Hessian of the loss in the outputs f."""
    t, u, (f, y) = counted(t, y)[0], counted(u, y)[0], counted(f, y)
    if loss == "mean_squared_error": return 2 * (t * u).sum() / f.size
    if loss == "binary_cross_entropy": return (sigmoid(f) * sigmoid(-f) * t * u).sum() / f.size
    if loss == "norm_error":
        norm = np.linalg.norm(f - y, axis=1)[:, None]
        e = np.divide(f - y, norm, out=np.zeros_like(f), where=norm > 0)
        rows = (t * u).sum(1) - (e * t).sum(1) * (e * u).sum(1)
        return np.divide(rows, norm[:, 0], out=np.zeros_like(rows), where=norm[:, 0] > 0).sum() / len(f)
    p = np.exp(f - f.max(1, keepdims=True)); p /= p.sum(1, keepdims=True)
    return ((p * t * u).sum(1) - (p * t).sum(1) * (p * u).sum(1)).sum() / len(f)


def check(name, case, group, random):
    """Largest relative errors of loss, gradient, Hv, Gv; vᵀGv / ‖v‖‖Gv‖."""
    masks = {}
    if "noise" in group:
        group["noise"].visititems(lambda path, item: masks.update({path.rsplit("/", 1)[0]: item[:]}) if isinstance(item, h5py.Dataset) else None)

    def tree(top):
        found = {}
        def visit(path, item):
            if isinstance(item, h5py.Dataset): found[tuple(path.rsplit("/", 1))] = item[:]
        group[top].visititems(visit)
        return found
    w, v = tree("parameters"), tree("vector")
    g, hv, gv = tree("gradient"), tree("hessian_product"), tree("gauss_newton_product")
    x, y = group["inputs"][:], group["targets"][:]
    penalty = case.get("regularisation", {}).get("l2", 0)

    def moved(*steps):
        point = {}
        for (layer, leaf), value in w.items():
            total = sum((s * d[layer, leaf] for s, d in steps), value.astype(complex))
            point.setdefault(layer, {})[leaf] = total
        return point
    def f(*steps): return outputs(case["layers"], x.astype(complex), moved(*steps), case.get("group"), masks)
    def loss(*steps):
        squares = sum((a ** 2).sum() for layer in moved(*steps).values() for a in layer.values())
        return loss_value(case["loss"], f(*steps), y) + penalty / 2 * squares
    def dot(a, b): return sum((a[k] * b[k]).sum() for k in w)
    def norm(a): return np.sqrt(dot(a, a))

    errors = [abs(loss().real - group.attrs["loss"]) / group.attrs["loss"], 0, 0, 0]
    jv = f((1j * H, v)).imag / H
    for _ in range(2):
        t = {k: random.normal(size=a.shape) for k, a in w.items()}
        jt = f((1j * H, t)).imag / H
        slope = lambda e: loss((1j * H, t), (e, v)).imag / H
        second = (slope(DIFFERENCE) - slope(-DIFFERENCE)) / (2 * DIFFERENCE)
        curved = loss_hessian(case["loss"], f().real, y, jv, jt) + penalty * dot(t, v)
        for i, (found, given) in enumerate([(slope(0), g), (second, hv), (curved, gv)]):
            scale = norm(given) if norm(given) > 0 else norm(g)  # one output under norm_error: G is 0
            errors[1 + i] = max(errors[1 + i], abs(found - dot(t, given)) / scale)
    return errors, dot(v, gv) / (norm(v) * norm(gv)) if norm(gv) > 0 else 0.0


def main():
    bad = []
    with h5py.File(HERE / "values.h5") as file:
        cases = json.loads((HERE / "cases.json").read_text())
        assert set(cases) == set(file), "cases.json and values.h5 hold other cases"
        for name, case in cases.items():
            if sys.argv[1:] and name not in sys.argv[1:]: continue
            (loss, gradient, hv, gv), curvature = check(name, case, file[name], np.random.default_rng(1))
            ok = max(loss, gradient, gv) < 1e-11 and hv < 1e-7 and curvature >= 0
            print(f"{name:40s} loss {loss:.0e}  gradient {gradient:.0e}  Hv {hv:.0e}  Gv {gv:.0e}  vGv {curvature:+.2f}"
                  + ("" if ok else "  WRONG"), flush=True)
            if not ok: bad.append(name)
    if sys.argv[1:]: cases = [name for name in cases if name in sys.argv[1:]]
    print(f"{len(cases) - len(bad)} of {len(cases)} cases agree with plain numpy; off: {', '.join(bad) or 'none'}")
    return bool(bad)


if __name__ == "__main__": sys.exit(main())
