"""nanochat's GPT of late 2025 in plain PyTorch, written from the recipe alone.

It shares no code with the Swift sources, so agreement between the two means something.
Source: reference recipe of github.com/karpathy/nanochat, `nanochat/gpt.py`, late 2025.
"""

from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

SOFTCAP = 15.0
ROTARY_BASE = 10_000.0
NORM_EPSILON = torch.finfo(torch.float32).eps


@dataclass(frozen=True)
class Shape:
    """Everything that fixes the size of a model."""

    depth: int
    vocabulary: int
    context: int
    width: int
    heads: int

    @staticmethod
    def of_depth(depth: int, vocabulary: int, context: int) -> "Shape":
        width = 64 * depth
        return Shape(depth, vocabulary, context, width, max(1, (width + 127) // 128))


def norm(x: torch.Tensor) -> torch.Tensor:
    """RMS norm without weight; the epsilon is float32's whatever the dtype of `x`."""
    return F.rms_norm(x, (x.size(-1),), eps=NORM_EPSILON)


def rotate(x: torch.Tensor, cosine: torch.Tensor, sine: torch.Tensor) -> torch.Tensor:
    """Half-split rotation by minus theta; `x` is [B, T, H, D]."""
    half = x.size(-1) // 2
    left, right = x[..., :half], x[..., half:]
    turned = torch.cat((left * cosine + right * sine, right * cosine - left * sine), -1)
    return turned.to(x.dtype)


class Attention(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.heads = shape.heads
        for name in ("query", "key", "value", "output"):
            setattr(self, name, nn.Linear(shape.width, shape.width, bias=False))

    def forward(self, x, cosine, sine):
        B, T, C = x.shape
        split = (B, T, self.heads, C // self.heads)
        q = norm(rotate(self.query(x).view(split), cosine, sine)).transpose(1, 2)
        k = norm(rotate(self.key(x).view(split), cosine, sine)).transpose(1, 2)
        v = self.value(x).view(split).transpose(1, 2)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.output(y.transpose(1, 2).reshape(B, T, C))


class MLP(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.expand = nn.Linear(shape.width, 4 * shape.width, bias=False)
        self.contract = nn.Linear(4 * shape.width, shape.width, bias=False)

    def forward(self, x):
        return self.contract(F.relu(self.expand(x)).square())


class Block(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.attention = Attention(shape)
        self.mlp = MLP(shape)

    def forward(self, x, cosine, sine):
        x = x + self.attention(norm(x), cosine, sine)
        return x + self.mlp(norm(x))


class GPT(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.block = nn.ModuleList(Block(shape) for _ in range(shape.depth))
        self.head = nn.Linear(shape.width, shape.vocabulary, bias=False)
        # What activations are stored in between the matrix products; nanochat keeps its
        # embedding, and with it the residual stream, in bfloat16 where it computes in bfloat16.
        self.compute = torch.float32
        half = shape.width // shape.heads // 2
        rates = ROTARY_BASE ** (-torch.arange(half, dtype=torch.float32) / half)
        angles = torch.outer(torch.arange(shape.context, dtype=torch.float32), rates)
        self.register_buffer("cosine", angles.cos()[None, :, None, :], persistent=False)
        self.register_buffer("sine", angles.sin()[None, :, None, :], persistent=False)

    def logits(self, ids: torch.Tensor) -> torch.Tensor:
        """Soft-capped logits in float32, [B, T, V]."""
        T = ids.size(1)
        cosine = self.cosine[:, :T].to(self.compute)
        sine = self.sine[:, :T].to(self.compute)
        x = norm(self.embedding(ids).to(self.compute))
        for block in self.block:
            x = block(x, cosine, sine)
        return SOFTCAP * torch.tanh(self.head(norm(x)).float() / SOFTCAP)

    def forward(self, ids: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Mean nats per target; targets of -1 are ignored."""
        logits = self.logits(ids)
        return F.cross_entropy(
            logits.view(-1, logits.size(-1)), targets.view(-1), ignore_index=-1
        )

    @torch.no_grad()
    def initialize(self, seed: int, zero_outputs: bool = True) -> None:
        """The recipe's initial law. Without `zero_outputs` every gradient is alive from the start."""
        generator = torch.Generator().manual_seed(seed)
        for name, parameter in self.named_parameters():
            rows, columns = parameter.shape
            if name.startswith("embedding"):
                deviation = 1.0
            else:
                deviation = columns**-0.5 * min(1.0, (rows / columns) ** 0.5)
            parameter.normal_(0.0, deviation, generator=generator)
            if zero_outputs and name.split(".")[-2] in ("head", "output", "contract"):
                parameter.zero_()

    def keyed(self) -> dict[str, nn.Parameter]:
        """Parameters under the names checkpoints use: no `.weight` suffix."""
        return {name.removesuffix(".weight"): p for name, p in self.named_parameters()}
