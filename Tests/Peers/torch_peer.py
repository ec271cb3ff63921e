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
from torch_network import forward, images, tensor
from workloads import WORKLOADS, parameters

name, method, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.set_num_threads(threads)
workload = WORKLOADS[name]
layout = torch.channels_last if method.endswith("-nhwc") else torch.contiguous_format
method = method.removesuffix("-nhwc")

before = idle()
specs = parameters(workload)
inputs, labels = random_numbers.batch(workload)
x = images(inputs, layout)
labels = torch.from_numpy(labels).long()
w = [tensor(value, layout).requires_grad_() for value in random_numbers.parameters(specs)]
directions = 0


def direction():
    global directions
    directions += 1
    return [tensor(value, layout) for value in random_numbers.direction(specs, directions - 1)]


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
