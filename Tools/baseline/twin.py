#!/usr/bin/env python3
"""The PyTorch twin: an independent implementation to be equal to, and to be faster than.

    twin.py bench  --depth 4 --vocab-size 8192 --mode compiled --dtype bfloat16
    twin.py serve  …same…      reads `step N`, `memory`, `quit`; answers one JSON object a line
    twin.py parity --depth 2 --width 64 --heads 2 --steps 10 … --output golden.safetensors
    twin.py update …same…      the optimizers alone, on given gradients

Needs torch and what requirements.txt lists (`compiled` also needs a C++ compiler).
"""

import argparse
import json
import sys
import time
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import torch

from gpt import GPT, Shape
from optimizers import Optimizers, orthogonalize

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
ENDLESS = 1_000_000_000  # a horizon that keeps the learning rate of a benchmark constant


def resident(field: str) -> int:
    """Bytes of this process from the kernel: VmRSS now, VmHWM at most."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    return 0


def forget_peak() -> None:
    """Starts VmHWM anew, so that compilation and warm-up do not count."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass  # not permitted in some containers; the peak then includes the warm-up


class Twin:
    """A model, its optimizers and one fixed random batch."""

    def __init__(self, arguments: argparse.Namespace):
        shape = Shape.of_depth(
            arguments.depth, arguments.vocab_size, arguments.max_seq_len
        )
        if arguments.width:
            heads = arguments.heads or 1
            shape = Shape(shape.depth, shape.vocabulary, shape.context, arguments.width, heads)
        self.dtype = DTYPES[arguments.dtype]
        self.model = GPT(shape)
        self.model.compute = self.dtype
        self.model.initialize(arguments.seed, zero_outputs=arguments.command in ("bench", "serve"))
        compiled = arguments.mode == "compiled"
        direction = partial(orthogonalize, dtype=DTYPES[arguments.orthogonalize_dtype])
        self.loss = torch.compile(self.model, dynamic=False) if compiled else self.model
        self.optimizers = Optimizers(
            self.model,
            arguments.horizon or ENDLESS,
            arguments.clip,
            torch.compile(direction) if compiled else direction,
        )
        generator = torch.Generator().manual_seed(arguments.seed + 1)
        rows = torch.randint(
            shape.vocabulary,
            (arguments.device_batch_size, arguments.max_seq_len + 1),
            generator=generator,
        )
        self.ids, self.targets = rows[:, :-1].contiguous(), rows[:, 1:].contiguous()
        self.taken = 0

    def autocast(self):
        if self.dtype == torch.float32:
            return nullcontext()
        return torch.autocast("cpu", dtype=self.dtype)

    def backward(self) -> float:
        with self.autocast():
            loss = self.loss(self.ids, self.targets)
        loss.backward()
        return loss.item()

    def step(self) -> float:
        loss = self.backward()
        self.optimizers.step(self.taken)
        self.taken += 1
        return loss

    def timed(self, count: int) -> dict:
        durations, labours, loss = [], [], 0.0
        for _ in range(count):
            start, worked = time.perf_counter(), time.process_time()
            loss = self.step()
            durations.append(time.perf_counter() - start)
            labours.append(time.process_time() - worked)
        tokens = self.ids.numel()
        return {
            "tokens": tokens * count,
            "seconds": sum(durations),
            "best_seconds": min(durations),
            "best_cpu_seconds": min(labours),
            "tokens_per_second": tokens / min(durations),
            "loss": loss,
        }


def gemm_peak(dtype: torch.dtype, side: int = 2048, tries: int = 5) -> float:
    """The best FLOP/s of a square matrix product through PyTorch's own path."""
    a, b = torch.randn(side, side).to(dtype), torch.randn(side, side).to(dtype)
    best = float("inf")
    for _ in range(tries):
        start = time.perf_counter()
        a @ b
        best = min(best, time.perf_counter() - start)
    return 2 * side**3 / best


def memory(before: int) -> dict:
    return {"peak_bytes": resident("VmHWM"), "baseline_bytes": before}


def start(arguments: argparse.Namespace) -> tuple[Twin, dict]:
    """Builds the twin and takes two steps, which compile everything."""
    before = resident("VmRSS")
    twin = Twin(arguments)
    begun = time.perf_counter()
    twin.step()
    first = time.perf_counter() - begun
    twin.step()
    forget_peak()
    return twin, {
        "mode": arguments.mode,
        "dtype": arguments.dtype,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "parameters": sum(p.numel() for p in twin.model.parameters()),
        "compile_seconds": first,
        "baseline_bytes": before,
    }


def bench(arguments: argparse.Namespace) -> None:
    twin, facts = start(arguments)
    facts |= twin.timed(arguments.steps)
    facts |= memory(facts["baseline_bytes"])
    facts["gemm_peak"] = gemm_peak(twin.dtype)
    print(json.dumps(facts), flush=True)


def serve(arguments: argparse.Namespace) -> None:
    twin, facts = start(arguments)
    print(json.dumps(facts | {"ready": True}), flush=True)
    for line in sys.stdin:
        match line.split():
            case ["step", count]:
                answer = twin.timed(int(count)) | memory(facts["baseline_bytes"])
            case ["memory"]:
                answer = memory(facts["baseline_bytes"])
            case ["gemm"]:
                answer = {"gemm_peak": gemm_peak(twin.dtype)}
            case ["quit"]:
                return
            case []:
                continue
            case _:
                answer = {"error": f"unknown command {line.strip()!r}; use step N, memory, gemm, quit"}
        print(json.dumps(answer), flush=True)


def parity(arguments: argparse.Namespace) -> None:
    """Writes weights, batch, logits, loss, gradients, and the parameters after a few steps.

    The steps are taken with Newton-Schulz in both dtypes. `noise.NAME` is the yardstick for them: how far
    this very program gets from itself (largest element) in float32 when each initial weight moves by its
    last bit, the worst of several times.
    """
    twin = Twin(arguments)
    if arguments.ignored:
        twin.targets[:, :: arguments.ignored] = -1
    kept = {"inputs": twin.ids.clone(), "targets": twin.targets.clone()}
    initial = {name: p.detach().clone() for name, p in twin.model.keyed().items()}
    kept |= {"weights." + name: weights for name, weights in initial.items()}
    with torch.no_grad(), twin.autocast():
        kept["logits"] = twin.model.logits(twin.ids)
    twin.backward()
    for name, parameter in twin.model.keyed().items():
        kept["gradients." + name] = parameter.grad.clone()

    def stepped(weights: dict, dtype: str) -> tuple[dict, list[float]]:
        arguments.orthogonalize_dtype = dtype
        twin = Twin(arguments)
        if arguments.ignored:
            twin.targets[:, :: arguments.ignored] = -1
        with torch.no_grad():
            for name, parameter in twin.model.keyed().items():
                parameter.copy_(weights[name])
        losses = [twin.step() for _ in range(arguments.steps)]
        return {n: p.detach().clone() for n, p in twin.model.keyed().items()}, losses

    for dtype in DTYPES:
        found, losses = stepped(initial, dtype)
        kept |= {f"stepped.{dtype}.{name}": weights for name, weights in found.items()}
        kept[f"losses.{dtype}"] = torch.tensor(losses, dtype=torch.float32)
    noise = dict.fromkeys(initial, 0.0)
    generator = torch.Generator().manual_seed(arguments.seed + 2)
    for _ in range(arguments.perturbations):
        moved = {}
        for name, weights in initial.items():
            up = torch.rand(weights.shape, generator=generator) < 0.5
            infinity = torch.tensor(float("inf"))
            moved[name] = torch.nextafter(weights, torch.where(up, infinity, -infinity))
        found, _ = stepped(moved, "float32")
        for name, weights in found.items():
            distance = (weights - kept[f"stepped.float32.{name}"]).abs().max().item()
            noise[name] = max(noise[name], distance)
    kept |= {"noise." + name: torch.tensor([value]) for name, value in noise.items()}
    write_golden(arguments, twin, kept)


def update(arguments: argparse.Namespace) -> None:
    """Writes what the optimizers alone make of given gradients: no model in between to amplify rounding.

    The gradient of step s is `first * (s % 3 - 1) + second * (s % 4 - 1.5)`: exact factors, so that both
    sides compute the same bits. Rows of zeros stand for ids that a batch does not hold.
    """
    kept = {}
    generator = torch.Generator().manual_seed(arguments.seed + 3)
    for dtype in DTYPES:
        arguments.orthogonalize_dtype = dtype
        twin = Twin(arguments)
        keyed = twin.model.keyed()
        for name, parameter in keyed.items():
            if "weights." + name not in kept:
                kept["weights." + name] = parameter.detach().clone()
                for part in ("first", "second"):
                    drawn = torch.randn(parameter.shape, generator=generator) * 0.01
                    if name == "embedding":
                        drawn[::7] = 0
                    kept[f"{part}.{name}"] = drawn
        for step in range(arguments.steps):
            for name, parameter in keyed.items():
                first, second = kept["first." + name], kept["second." + name]
                parameter.grad = first * (step % 3 - 1) + second * (step % 4 - 1.5)
            twin.optimizers.step(step)
        for name, parameter in keyed.items():
            kept[f"stepped.{dtype}.{name}"] = parameter.detach().clone()
    write_golden(arguments, twin, kept)


def write_golden(arguments: argparse.Namespace, twin: Twin, kept: dict) -> None:
    """Saves `kept` with what made it."""
    from safetensors.torch import save_file

    facts = {
        "generator": "Tools/baseline/twin.py " + " ".join(sys.argv[1:-2]),
        "torch": torch.__version__,
        "dtype": arguments.dtype,
        "depth": str(twin.model.shape.depth),
        "heads": str(twin.model.shape.heads),
        "steps": str(arguments.steps),
        "horizon": str(arguments.horizon or ENDLESS),
        "clip": str(arguments.clip),
    }
    save_file(kept, arguments.output, metadata=facts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("bench", "serve", "parity", "update"))
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--orthogonalize-dtype", choices=DTYPES, default="bfloat16")
    parser.add_argument("--width", type=int, default=0, help="0: 64 times the depth")
    parser.add_argument("--heads", type=int, default=0, help="with --width")
    parser.add_argument("--vocab-size", type=int, default=8192)
    parser.add_argument("--max-seq-len", type=int, default=512)
    parser.add_argument("--device-batch-size", type=int, default=8)
    parser.add_argument("--mode", choices=("eager", "compiled"), default="eager")
    parser.add_argument("--dtype", choices=tuple(DTYPES), default="float32")
    parser.add_argument("--threads", type=int, default=0, help="0: PyTorch's choice")
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--horizon", type=int, default=0, help="0: endless, no warm-down")
    parser.add_argument("--clip", type=float, default=1.0, help="global norm; 0: off")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--ignored", type=int, default=0, help="parity: ignore every nth target")
    parser.add_argument("--perturbations", type=int, default=8, help="parity: for the noise")
    parser.add_argument("--output", default="golden.safetensors", help="parity: where to write")
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    {"bench": bench, "serve": serve, "parity": parity, "update": update}[arguments.command](arguments)


if __name__ == "__main__":
    main()
