"""One workload in PyTorch: torch_peer.py WORKLOAD METHOD THREADS [check].

Prints one JSON object; with `check` without times.

Methods: double-backward (gradient and Hv; the graph of the gradient is retained), double-vjp (Gv: Jv by two
vector-Jacobian products on retained graphs), curvlinops (Gv). With `-nhwc`: images and filters channels last.
"""

import sys

import torch
import torch.nn.functional as F

import random_numbers
from measure import idle, report, resident, timed
from workloads import WORKLOADS, parameters

name, method, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.set_num_threads(threads)
workload = WORKLOADS[name]
layout = torch.channels_last if method.endswith("-nhwc") else torch.contiguous_format
method = method.removesuffix("-nhwc")


def tensor(value):
    """Ours to PyTorch's layout: filters HWIO to OIHW; matrices stay inputs × outputs."""
    t = torch.from_numpy(value)
    return t.permute(3, 2, 0, 1).contiguous(memory_format=layout) if t.dim() == 4 else t


def forward(layers, x, w):
    """w: an iterator over the parameters in order."""
    for layer in layers:
        kind = layer[0]
        if kind == "dense":
            weight, bias = next(w), next(w)
            x = torch.addmm(bias, x, weight)
        elif kind == "conv":
            _, _, _, stride, padding, has_bias = layer
            weight = next(w)
            x = F.conv2d(x, weight, next(w) if has_bias else None, stride, padding)
        elif kind == "batch_norm":
            scale, bias = next(w), next(w)
            x = F.batch_norm(x, None, None, scale, bias, training=True, eps=1e-5)
        elif kind == "relu":
            x = F.relu(x)
        elif kind == "tanh":
            x = torch.tanh(x)
        elif kind == "pool":
            x = F.max_pool2d(x, 2)
        elif kind == "flatten":  # as ours: channels innermost
            x = x.permute(0, 2, 3, 1).flatten(1)
        elif kind == "mean":
            x = x.mean((2, 3))
        elif kind == "residual":
            body = forward(layer[1], x, w)
            x = body + forward(layer[2], x, w)
    return x


before = idle()
specs = parameters(workload)
images, labels = random_numbers.batch(workload)
x = torch.from_numpy(images)
if x.dim() == 4:
    x = x.permute(0, 3, 1, 2).contiguous(memory_format=layout)
labels = torch.from_numpy(labels).long()
w = [tensor(value).requires_grad_() for value in random_numbers.parameters(specs)]
directions = 0


def direction():
    global directions
    directions += 1
    return [tensor(value) for value in random_numbers.direction(specs, directions - 1)]


def dot(a, b):
    return sum(torch.dot(p.flatten().double(), q.flatten().double()).item() for p, q in zip(a, b))


def outputs():
    return forward(workload.layers, x, iter(w))


def loss():
    return F.cross_entropy(outputs(), labels)


v = direction()
if method == "double-backward":
    value = loss()
    grads = torch.autograd.grad(value, w, create_graph=True)

    def hessian(v):
        return torch.autograd.grad(grads, w, v, retain_graph=True)

    checks = dict(
        loss=value.item(), gradient_norm=dot(grads, grads) ** 0.5, vhv=dot(v, hessian(v))
    )
    jobs = {"gradient": lambda v: torch.autograd.grad(loss(), w), "hessian": hessian}
elif method == "double-vjp":
    z = outputs()
    p = torch.softmax(z.detach(), 1)
    u = torch.zeros_like(z, requires_grad=True)
    pulled = torch.autograd.grad(z, w, u, create_graph=True)

    def gauss_newton(v):
        (jv,) = torch.autograd.grad(pulled, u, v, retain_graph=True)
        hjv = (p * jv - p * (p * jv).sum(1, keepdim=True)) / len(z)
        return torch.autograd.grad(z, w, hjv, retain_graph=True)

    checks = dict(vgv=dot(v, gauss_newton(v)))
    jobs = {"gauss_newton": gauss_newton}
else:
    from curvlinops import GGNLinearOperator

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.w = torch.nn.ParameterList(w)

        def forward(self, x):
            return forward(workload.layers, x, iter(self.w))

    model = Model()
    ggn = GGNLinearOperator(
        model, torch.nn.CrossEntropyLoss(), list(model.parameters()), [(x, labels)], check_deterministic=False
    )

    def gauss_newton(v):
        return ggn @ v

    checks = dict(vgv=dot(v, gauss_newton(v)))
    jobs = {"gauss_newton": gauss_newton}

times = {} if sys.argv[4:] == ["check"] else timed(jobs, direction)
report(
    program=f"PyTorch {torch.__version__}", workload=name, method=sys.argv[2], threads=threads, idle_rss_mb=before,
    peak_rss_mb=resident("VmHWM"), **checks, **times
)
