"""The layers and losses of newton-cg in plain JAX, written from their definitions, not from the Swift code.

A model is the list `model.layers` of a config. `run` walks it; `PARAMETERS` and `LAYERS` say what each kind holds
and computes; `LOSSES` are functions of the network's outputs and the targets. Images are (N, H, W, C), filters HWIO.
"""
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax


def described(layers, scope="", previous="input", known=None):
    """(kind, options, name, names of the inputs) of each layer; unnamed layers are called kind_ordinal.

    Layers of a block are called block/main/name or block/shortcut/name; the block itself is an add of their ends. Its
    layers find their inputs in their own list, then in those around it.
    """
    known, count = {"input"} if known is None else known, {}

    def found(name):
        parts = scope.split("/")[:-1]
        paths = ["/".join([*parts[:n], name]) for n in range(len(parts), -1, -1)]
        return next(path for path in paths if path in known)

    for layer in layers:
        kind, options = (layer, {}) if isinstance(layer, str) else next(iter(layer.items()))
        count[kind] = count.get(kind, 0) + 1
        name = scope + options.get("name", f"{kind}_{count[kind]}")
        inputs = [found(i) for i in options["inputs"]] if "inputs" in options else [previous]
        if kind == "residual":
            ends = []
            for branch in ("main", "shortcut"):
                end = inputs[0]
                for inner in described(options.get(branch, []), f"{name}/{branch}/", inputs[0], known):
                    yield inner
                    end = inner[2]
                ends.append(end)
            kind, options, inputs = "add", {}, ends
        yield kind, options, name, inputs
        known.add(name)
        previous = name


def run(layers, x, parameter, observe=None, group=None, change=None, mask=None):
    """The network's outputs at the data x. `parameter(layer, name, shape)` gives the parameters; `group`: the samples
    that batch_norm takes its statistics of; `change(name, read, value)` may put another value in a layer's output's place;
    `mask(layer, shape, rate)` gives the values that a dropout keeps: ones and zeros."""
    values = {"input": x}
    for kind, options, name, inputs in described(layers):
        read = [values[i] for i in inputs]
        shapes = PARAMETERS[kind](options, read[0].shape) if kind in PARAMETERS else {}
        weights = {leaf: parameter(name, leaf, shape) for leaf, shape in shapes.items()}
        if observe: observe(kind, options, *read)
        if kind == "batch_norm": options = {**options, "group": group}
        if kind == "dropout": options = {**options, "mask": mask(name, read[0].shape, options["rate"])}
        values[name] = LAYERS[kind](options, weights, *read)
        if change: values[name] = change(name, read[0], values[name])
        if 0 in values[name].shape: raise SystemExit(f"{name} gives {values[name].shape}: the image is too small")
    return values[name]


# ---- what the layers hold ----

def pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def dense_parameters(options, shape):
    weight = {"weight": (shape[-1], options["units"])}
    return {**weight, "bias": (options["units"],)} if options.get("bias", True) else weight


def conv2d_parameters(options, shape):
    filters = options["filters"]
    weight = {"weight": (*pair(options["kernel"]), shape[-1] // options.get("groups", 1), filters)}
    return {**weight, "bias": (filters,)} if options.get("bias", True) else weight


def normalisation_parameters(options, shape):
    return {"scale": (shape[-1],), "shift": (shape[-1],)}


def embedding_parameters(options, shape):
    return {"weight": (options["vocabulary"], options["features"])}


PARAMETERS = {"dense": dense_parameters, "embedding": embedding_parameters, "conv2d": conv2d_parameters, "batch_norm": normalisation_parameters,
              "layer_norm": normalisation_parameters}


# ---- layers with parameters, pooling ----

def dense(options, weights, x):
    y = jnp.tensordot(x, weights["weight"], axes=1)
    return y + weights["bias"] if "bias" in weights else y


def conv2d(options, weights, x):
    padding = options.get("padding", "valid")
    if isinstance(padding, int): padding = [(padding, padding)] * 2
    y = lax.conv_general_dilated(
        x, weights["weight"], window_strides=pair(options.get("stride", 1)),
        padding=padding.upper() if isinstance(padding, str) else [tuple(p) for p in padding],
        rhs_dilation=pair(options.get("dilation", 1)), feature_group_count=options.get("groups", 1),
        dimension_numbers=("NHWC", "HWIO", "NHWC"))
    return y + weights["bias"] if "bias" in weights else y


def window_places(options, shape):
    """Rows (out, size) and columns of each window in the padded image, and the padding of each axis."""
    size = pair(options["size"]); stride = pair(options.get("stride", size)); padding = options.get("padding", "valid")
    places, pads = [], []
    for axis in (0, 1):
        n, k, s = shape[1 + axis], size[axis], stride[axis]
        if padding == "valid": pad = (0, 0)
        elif padding == "same":
            total = max((-(-n // s) - 1) * s + k - n, 0); pad = (total // 2, total - total // 2)
        else: pad = (padding, padding) if isinstance(padding, int) else tuple(padding[axis])
        out = (n + sum(pad) - k) // s + 1
        places.append(np.arange(out)[:, None] * s + np.arange(k)[None, :]); pads.append(pad)
    return places[0], places[1], pads


def windows(options, x, fill):
    """(N, out height, out width, C, cells of a window in row-major order); cells outside the image are `fill`."""
    rows, columns, pads = window_places(options, x.shape)
    padded = jnp.pad(x, [(0, 0), *pads, (0, 0)], constant_values=fill)
    cells = padded[:, rows[:, None, :, None], columns[None, :, None, :], :]  # N, oh, ow, kh, kw, C
    return jnp.moveaxis(cells, -1, 3).reshape(*cells.shape[:3], x.shape[-1], -1)


def max_pool2d(options, weights, x):
    cells = windows(options, x, -jnp.inf)
    first = jnp.argmax(cells, axis=-1, keepdims=True)  # argmax takes the first maximum
    return jnp.take_along_axis(cells, first, axis=-1)[..., 0]


def average_pool2d(options, weights, x):
    cells = windows(options, x, 0.0)
    inside = windows(options, jnp.ones((1, *x.shape[1:])), 1.0 if options.get("count_padding") else 0.0)
    return cells.sum(-1) / inside.sum(-1)


# ---- activations; where the stable form has another derivative than autodiff would find, it is given ----

@jax.custom_jvp
def sigmoid(x):
    return jnp.where(x < 0, jnp.exp(jnp.minimum(x, 0)), 1.0) / (1 + jnp.exp(-jnp.abs(x)))


sigmoid.defjvp(lambda x, t: (sigmoid(*x), sigmoid(*x) * sigmoid(-x[0]) * t[0]))


@jax.custom_jvp
def softplus(x):
    return jnp.maximum(x, 0) + jnp.log1p(jnp.exp(-jnp.abs(x)))


softplus.defjvp(lambda x, t: (softplus(*x), sigmoid(*x) * t[0]))


def gelu(options, x):
    if options.get("approximate") == "tanh":
        return 0.5 * x * (1 + jnp.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * lax.erfc(-x / np.sqrt(2))


def batch_norm(options, weights, x):
    """In training: groups as in a full batch, N // g of them, the v-th with rows v*N//V ... (v+1)*N//V - 1."""
    count = max(1, len(x) // options["group"])
    parts = []
    for v in range(count):
        part = x[v * len(x) // count:(v + 1) * len(x) // count]
        axes = tuple(range(x.ndim - 1))
        mean = part.mean(axes)
        variance = jnp.square(part - mean).mean(axes)
        parts.append((part - mean) / jnp.sqrt(variance + options.get("epsilon", 1e-5)) * weights["scale"] + weights["shift"])
    return jnp.concatenate(parts)


def layer_norm(options, weights, x):
    centred = x - x.mean(-1, keepdims=True)
    variance = jnp.square(centred).mean(-1, keepdims=True)
    return centred / jnp.sqrt(variance + options.get("epsilon", 1e-5)) * weights["scale"] + weights["shift"]


def embedding(options, weights, tokens):
    return weights["weight"][tokens] * (np.sqrt(options["features"]) if options.get("scale") else 1)


def positional_encoding(options, weights, x):
    position, column = np.arange(x.shape[1])[:, None], np.arange(x.shape[2])[None, :]
    angle = position / 10000 ** (column // 2 * 2 / x.shape[2])
    return x + np.where(column % 2 == 0, np.sin(angle), np.cos(angle))


LAYERS = {
    "embedding": embedding, "positional_encoding": positional_encoding, "dense": dense, "conv2d": conv2d, "batch_norm": batch_norm, "layer_norm": layer_norm, "max_pool2d": max_pool2d,
    "average_pool2d": average_pool2d, "dropout": lambda o, w, x: o["mask"] * x / (1 - o["rate"]),
    "global_average_pool2d": lambda o, w, x: x.mean((1, 2)),
    "flatten": lambda o, w, x: x.reshape(x.shape[0], -1),
    "add": lambda o, w, *xs: sum(xs[1:], xs[0]),
    "concatenate": lambda o, w, *xs: jnp.concatenate(xs, axis=-1),
    "relu": lambda o, w, x: jnp.where(x > 0, x, 0.0),  # derivative 0 at the kinks
    "relu6": lambda o, w, x: jnp.where((x > 0) & (x < 6), x, jnp.where(x < 6, 0.0, 6.0)),
    "tanh": lambda o, w, x: jnp.tanh(x), "sigmoid": lambda o, w, x: sigmoid(x),
    "softplus": lambda o, w, x: softplus(x), "gelu": lambda o, w, x: gelu(o, x),
    "swish": lambda o, w, x: x * sigmoid(x),
}


# ---- losses: means over samples; the mean squared error and the binary cross-entropy over elements too ----

def cross_entropy(logits, classes, label_smoothing=0.0):
    count = logits.shape[-1]
    target = (1 - label_smoothing) * jax.nn.one_hot(classes, count) + label_smoothing / count
    shifted = logits - lax.stop_gradient(logits.max(-1, keepdims=True))
    log_probability = shifted - jnp.log(jnp.exp(shifted).sum(-1, keepdims=True))
    losses = -(target * log_probability).sum(-1)
    if logits.ndim == 2: return losses.mean()
    counts = classes != 0  # tokens: not those of padding
    return jnp.where(counts, losses, 0).sum() / counts.sum()


def norm_error(outputs, targets):
    if targets.shape[-1] == 1: return jnp.abs(outputs - targets).mean()  # its Hessian is 0 to the last bit
    squares = jnp.square(outputs - targets).sum(-1)
    exact = squares == 0  # there the derivatives are 0 by definition
    return jnp.where(exact, 0.0, jnp.sqrt(jnp.where(exact, 1.0, squares))).mean()


LOSSES = {
    "cross_entropy": cross_entropy,
    "mean_squared_error": lambda f, y: jnp.square(f - y).mean(),
    "norm_error": norm_error,
    "binary_cross_entropy": lambda f, y: (softplus(f) - y * f).mean(),
}


def named_loss(description, table=LOSSES):
    """The loss of a config's `loss` as a function of outputs and targets."""
    if isinstance(description, str): return table[description]
    name, options = next(iter(description.items()))
    return lambda outputs, targets: table[name](outputs, targets, **options)
