"""nanochat's optimizers of late 2025: Muon for the matrices of the blocks, AdamW for the rest."""

import torch

from gpt import GPT


def orthogonalize(g: torch.Tensor, dtype: torch.dtype = torch.bfloat16) -> torch.Tensor:
    """Five Newton-Schulz steps of order five, in bfloat16 unless told otherwise (Keller Jordan's Muon)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.to(dtype)
    tall = x.size(0) > x.size(1)
    if tall:
        x = x.mT
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """Momentum, Nesterov, then the nearest orthogonal matrix as the direction."""

    def __init__(self, parameters, lr=0.02, momentum=0.95, orthogonalize=orthogonalize):
        super().__init__(list(parameters), dict(lr=lr, momentum=momentum))
        self.orthogonalize = orthogonalize

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(p)
                moving = state["momentum"]
                moving.lerp_(p.grad, 1 - group["momentum"])
                direction = self.orthogonalize(p.grad.lerp_(moving, group["momentum"]))
                scale = max(1.0, p.size(0) / p.size(1)) ** 0.5
                p.add_(direction, alpha=-group["lr"] * scale)


class Optimizers:
    """Both optimizers, their schedules, and clipping by the global norm."""

    def __init__(self, model: GPT, steps: int, clip: float, orthogonalize=orthogonalize):
        self.model, self.steps, self.clip = model, steps, clip
        scale = (model.shape.width / 768) ** -0.5
        groups = [
            dict(params=list(model.head.parameters()), lr=0.004 * scale),
            dict(params=list(model.embedding.parameters()), lr=0.2 * scale),
        ]
        self.adam = torch.optim.AdamW(
            groups, betas=(0.8, 0.95), eps=1e-10, weight_decay=0.0, fused=True
        )
        self.muon = Muon(model.block.parameters(), orthogonalize=orthogonalize)
        for optimizer in (self.adam, self.muon):
            for group in optimizer.param_groups:
                group["initial_lr"] = group["lr"]

    def rate(self, step: int) -> float:
        """Constant, then linear to zero over the last fifth."""
        warmdown = round(0.2 * self.steps)
        if step <= self.steps - warmdown:
            return 1.0
        return (self.steps - step) / warmdown

    def step(self, step: int) -> None:
        if self.clip > 0:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        warmth = min(step / 300, 1.0)
        for optimizer in (self.adam, self.muon):
            for group in optimizer.param_groups:
                group["lr"] = group["initial_lr"] * self.rate(step)
                if "momentum" in group:
                    group["momentum"] = (1 - warmth) * 0.85 + warmth * 0.95
            optimizer.step()
        self.model.zero_grad(set_to_none=True)
