#!/usr/bin/env python3
"""Golden values and gradients of every operation behind the seam, by PyTorch.

    ops.py Tests/Golden/tensors/ops.safetensors

Each case is `NAME.inN`, `NAME.out`, and for differentiable ones `NAME.weight` with the gradients of
Σ out·weight as `NAME.gradN`. The Swift table that repeats the calls is Tests/TensorsTests/OperationTests.
"""

import sys

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

generator = torch.Generator().manual_seed(2026)
kept: dict[str, torch.Tensor] = {}


def normal(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=generator)


def case(name: str, function, *inputs: torch.Tensor) -> None:
    """Keeps one call; float32 inputs get gradients where the result has any."""
    leaves = [x.clone().requires_grad_(x.dtype == torch.float32) for x in inputs]
    out = function(*leaves)
    for index, x in enumerate(inputs):
        kept[f"{name}.in{index}"] = x.clone().contiguous()
    kept[f"{name}.out"] = out.detach().clone().contiguous()
    if out.requires_grad:
        weight = torch.randn(out.shape, generator=generator)
        (out * weight).sum().backward()
        kept[f"{name}.weight"] = weight
        for index, x in enumerate(leaves):
            if x.grad is not None:
                kept[f"{name}.grad{index}"] = x.grad.clone().contiguous()


a, b, row = normal(3, 4), normal(3, 4), normal(4)
positive = normal(3, 4).abs() + 0.1
for name in "neg exp tanh sigmoid relu abs square sin cos reciprocal".split():
    case(name, getattr(torch, name), a)
for name in "log sqrt rsqrt".split():
    case(name, getattr(torch, name), positive)
ragged = torch.tensor([1.0, float("inf"), float("nan"), -2.0, 0.0])
case("isfinite", torch.isfinite, ragged)
case("logical_not", torch.logical_not, ragged)
for name in "add sub mul div".split():
    case(name, getattr(torch, name), a, row)
for name in "maximum minimum".split():
    case(name, getattr(torch, name), a, b)
ties = torch.round(a)
for name in "eq ne lt le gt ge logical_and logical_or".split():
    case(name, getattr(torch, name), ties, torch.round(b))
for name in "add sub mul div".split():
    case(name + "_scalar", lambda x, f=getattr(torch, name): f(x, 1.5), a)
case("pow_scalar", lambda x: x**2.5, positive)
for name in "eq ne lt le gt ge".split():
    case(name + "_scalar", lambda x, f=getattr(torch, name): f(x, 1.0), ties)
case("clamp", lambda x: x.clamp(-0.5, 0.75), a)
case("where", lambda c, x, y: torch.where(c, x, y), a > 0, a, b)

cube = normal(2, 3, 4)
case("reshape", lambda x: x.reshape(4, 6), cube)
case("expand", lambda x: x.expand(5, 3, 4), normal(1, 3, 4))
case("permute", lambda x: x.permute(2, 0, 1), cube)
case("transpose", lambda x: x.transpose(0, 2), cube)
case("narrow", lambda x: x.narrow(1, 1, 2), cube)
case("select", lambda x: x.select(2, 3), cube)
case("squeeze", lambda x: x.squeeze(1), normal(2, 1, 3))
case("unsqueeze", lambda x: x.unsqueeze(1), a)
case("flip", lambda x: x.flip(1), cube)
case("concatenate", lambda x, y: torch.cat((x, y), 1), a, normal(3, 2))
case("stack", lambda x, y: torch.stack((x, y), 1), a, b)
case("clone", lambda x: x.clone(), a)
case("contiguous", lambda x: x.transpose(0, 1).contiguous(), a)
case("detach", lambda x: x.detach(), a)
case("to", lambda x: x.to(torch.bfloat16).to(torch.float32), a)

for name in "sum mean amax amin".split():
    case(name, lambda x, f=getattr(torch, name): f(x, (0, 2)), cube)
    case(name + "_kept", lambda x, f=getattr(torch, name): f(x, 1, keepdim=True), cube)
    case(name + "_all", lambda x, f=getattr(torch, name): f(x, (0, 1, 2)), cube)
case("norm", lambda x: x.norm(), cube)
case("std", lambda x: x.std(unbiased=False), cube)
case("logsumexp", lambda x: x.logsumexp(1), cube)
case("argmax", lambda x: x.argmax(1), cube)
case("cumsum", lambda x: x.cumsum(1), cube)
case("all", lambda x: x.all(), ragged)
case("any", lambda x: x.any(), ragged)
case("histogram", lambda x: torch.histc(x.detach(), 8, -2.0, 2.0), cube)

case("matmul", torch.matmul, normal(2, 3, 4), normal(2, 4, 5))
case("linear", F.linear, normal(2, 3, 4), normal(5, 4))
case("addmm", lambda x, y, z: torch.addmm(x, y, z, beta=0.5, alpha=2.0), normal(3, 5), a, normal(4, 5))

index = torch.tensor([[0, 2, 1, 3], [3, 3, 0, 1]])
case("gather", lambda x, i: x.gather(1, i), normal(2, 4), index)
picks = torch.tensor([2, 0, 2])
case("index_select", lambda x, i: x.index_select(1, i), a, picks)
case("index_add", lambda x, i, s: x.index_add(1, i, s), a, picks, normal(3, 3))
case("masked_fill", lambda x, m: x.masked_fill(m, 7.0), a, b > 0)
case("tril", lambda x: x.tril(1), normal(4, 4))
case("topk", lambda x: x.topk(2, 1).values, a)
case("topk_indices", lambda x: x.topk(2, 1).indices, a)
case("sort", lambda x: x.sort(1, descending=True).values, a)
case("sort_indices", lambda x: x.sort(1, descending=True).indices, a)

case("softmax", lambda x: x.softmax(1), a)
case("log_softmax", lambda x: x.log_softmax(1), a)
case("embedding", lambda w, i: F.embedding(i, w), normal(6, 3), torch.tensor([[0, 5], [5, 2]]))
case("rms_norm", lambda x: F.rms_norm(x, (4,), eps=torch.finfo(torch.float32).eps), cube)
heads = [normal(2, 3, 5, 4) for _ in range(3)]
case("attention", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True), *heads)
seen = torch.ones(5, 5).tril(1).bool()
case(
    "attention_masked",
    lambda q, k, v, m: F.scaled_dot_product_attention(q, k, v, attn_mask=m),
    *heads,
    seen,
)
targets = torch.tensor([1, -1, 3])
case(
    "cross_entropy",
    lambda x, t: F.cross_entropy(x, t, ignore_index=-1, reduction="none"),
    a,
    targets,
)

with torch.no_grad():
    case("copy_", lambda x, y: x.clone().copy_(y), a, b)
    case("fill_", lambda x: x.clone().fill_(2.0), a)
    case("mul_scalar_", lambda x: x.clone().mul_(1.5), a)
    case("add_scaled_", lambda x, y: x.clone().add_(y, alpha=0.5), a, b)
    case("lerp_", lambda x, y: x.clone().lerp_(y, 0.25), a, b)
    case("addcmul_", lambda x, y, z: x.clone().addcmul_(y, z, value=0.5), a, b, positive)
    case("addcdiv_", lambda x, y, z: x.clone().addcdiv_(y, z, value=0.5), a, b, positive)
    rows = torch.tensor([2, 0])
    case("index_copy_", lambda x, i, s: x.clone().index_copy_(0, i, s), a, rows, normal(2, 4))

facts = {"generator": "Tools/golden/ops.py", "torch": torch.__version__, "seed": "2026"}
save_file(kept, sys.argv[1], metadata=facts)
