"""One workload in JAX: jax_peer.py WORKLOAD METHOD THREADS [check].

Prints one JSON object; with `check` without times. Threads are the cores it may use.

Methods: linearize-gradient (gradient and Hv: jit of linearize of the gradient, residuals kept), linearize-vjp (Gv:
linearize and vjp of the outputs, both jitted, residuals kept).
"""

import sys

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import random_numbers
from measure import idle, report, resident, timed
from workloads import WORKLOADS, parameters

name, method, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
workload = WORKLOADS[name]


def forward(layers, x, w):
    """w: an iterator over the parameters in order."""
    for layer in layers:
        kind = layer[0]
        if kind == "dense":
            weight, bias = next(w), next(w)
            x = x @ weight + bias
        elif kind == "conv":
            _, _, _, stride, padding, has_bias = layer
            x = lax.conv_general_dilated(
                x, next(w), (stride, stride), [(padding, padding)] * 2, dimension_numbers=("NHWC", "HWIO", "NHWC")
            )
            if has_bias:
                x = x + next(w)
        elif kind == "batch_norm":
            scale, bias = next(w), next(w)
            mean = x.mean((0, 1, 2))
            x = (x - mean) * lax.rsqrt(((x - mean) ** 2).mean((0, 1, 2)) + 1e-5) * scale + bias
        elif kind == "relu":
            x = jax.nn.relu(x)
        elif kind == "tanh":
            x = jnp.tanh(x)
        elif kind == "pool":
            x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        elif kind == "flatten":
            x = x.reshape(len(x), -1)
        elif kind == "mean":
            x = x.mean((1, 2))
        elif kind == "residual":
            body = forward(layer[1], x, w)
            x = body + forward(layer[2], x, w)
    return x


jnp.zeros(1).block_until_ready()
before = idle()
specs = parameters(workload)
x, labels = (jnp.asarray(values) for values in random_numbers.batch(workload))
w = [jnp.asarray(value) for value in random_numbers.parameters(specs)]
directions = 0


def direction():
    global directions
    directions += 1
    return jax.block_until_ready([jnp.asarray(value) for value in random_numbers.direction(specs, directions - 1)])


def dot(a, b):
    return sum(float(np.dot(np.ravel(p).astype(float), np.ravel(q).astype(float))) for p, q in zip(a, b))


def outputs(w, x):
    return forward(workload.layers, x, iter(w))


def loss(w, x):
    z = jax.nn.log_softmax(outputs(w, x))
    return -jnp.take_along_axis(z, labels[:, None], 1).mean()


# The linearised function is an argument of the jitted call, so that what it keeps is data, not constants.
apply = jax.jit(lambda linear, v: linear(v))
v = direction()
if method == "linearize-gradient":
    gradient = jax.jit(jax.value_and_grad(loss))
    value, grads = gradient(w, x)
    _, linear = jax.jit(lambda w, x: jax.linearize(lambda w: jax.grad(loss)(w, x), w))(w, x)

    def hessian(v):
        return apply(linear, v)

    checks = dict(loss=float(value), gradient_norm=dot(grads, grads) ** 0.5, vhv=dot(v, hessian(v)))
    jobs = {"gradient": lambda v: jax.block_until_ready(gradient(w, x)), "hessian": lambda v: jax.block_until_ready(hessian(v))}
else:
    z, push = jax.jit(lambda w, x: jax.linearize(lambda w: outputs(w, x), w))(w, x)
    _, pull = jax.jit(lambda w, x: jax.vjp(lambda w: outputs(w, x), w))(w, x)
    p = jax.nn.softmax(z)

    @jax.jit
    def product(push, pull, p, v):
        jv = push(v)
        return pull((p * jv - p * (p * jv).sum(1, keepdims=True)) / len(p))[0]

    def gauss_newton(v):
        return product(push, pull, p, v)

    checks = dict(vgv=dot(v, gauss_newton(v)))
    jobs = {"gauss_newton": lambda v: jax.block_until_ready(gauss_newton(v))}

times = {} if sys.argv[4:] == ["check"] else timed(jobs, direction)
report(
    program=f"JAX {jax.__version__}", workload=name, method=method, threads=threads, idle_rss_mb=before,
    peak_rss_mb=resident("VmHWM"), **checks, **times
)
