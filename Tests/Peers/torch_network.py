"""The workloads' networks in PyTorch."""

import torch
import torch.nn.functional as F

ELEMENTWISE = {"relu": F.relu, "tanh": torch.tanh, "softplus": F.softplus}


def tensor(value, layout=torch.contiguous_format):
    """Ours to PyTorch's layout: filters HWIO to OIHW; matrices stay inputs × outputs."""
    t = torch.from_numpy(value)
    return t.permute(3, 2, 0, 1).contiguous(memory_format=layout) if t.dim() == 4 else t


def images(value, layout=torch.contiguous_format):
    """Batch × height × width × channels to channels first; others as they are."""
    x = torch.from_numpy(value)
    return x.permute(0, 3, 1, 2).contiguous(memory_format=layout) if x.dim() == 4 else x


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
        elif kind in ELEMENTWISE:
            x = ELEMENTWISE[kind](x)
        elif kind == "pool":
            x = F.max_pool2d(x, 2)
        elif kind == "average_pool":
            x = F.avg_pool2d(x, 2)
        elif kind == "flatten":  # as ours: channels innermost
            x = x.permute(0, 2, 3, 1).flatten(1)
        elif kind == "mean":
            x = x.mean((2, 3))
        elif kind == "residual":
            body = forward(layer[1], x, w)
            x = body + forward(layer[2], x, w)
    return x
