"""The tiny run that every torture uses: built-in stories, one layer, a save every few steps."""

import hashlib
import json
import os
import pathlib
import re
import resource
import subprocess
import time

STEPS = 60
SAVE_EVERY = 4
TAG = "tiny"
# What a step computes; clocks and rates beside it differ between equal runs.
COMPUTED = ("loss", "lrm", "lr", "momentum", "grad_norm", "tokens", "targets", "epoch")


# The sizes of the runs are those of this file, whatever the caller's environment sets.
SETTINGS = {name: value for name, value in os.environ.items() if not name.startswith("RETRO_")}


class Failure(Exception):
    """A promise that was not kept."""


def need(holds, what):
    if not holds:
        raise Failure(what)


class Bench:
    """A corpus, a tokenizer, and the command that trains on them."""

    def __init__(self, program, folder):
        self.program = str(pathlib.Path(program).resolve())
        self.folder = pathlib.Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data, self.tokenizer = self.folder / "stories.jsonl", self.folder / "tokenizer"
        if not self.tokenizer.exists():
            run = lambda *words: subprocess.run(
                [self.program, *words], check=True, capture_output=True, env=SETTINGS)
            run("data", "synth", "--kind", "stories", "--count", "400", "--output", self.data)
            run("tokenizer", "train", "--data", self.data, "--vocab-size", "400",
                "--output", self.tokenizer)

    def command(self, home, *more):
        return [
            self.program, "base-train", f"--data={self.data}", f"--tokenizer={self.tokenizer}",
            f"--home={home}", f"--model-tag={TAG}", "--depth=1", "--head-dim=32",
            "--max-seq-len=32", "--device-batch-size=4", "--total-batch-size=128",
            f"--num-iterations={STEPS}", f"--save-every={SAVE_EVERY}", "--eval-every=20",
            "--eval-tokens=500", "--threads=1", *more]

    def run(self, home, *more, environment=None, limit=120, memory=None):
        """Runs the command to its end."""
        limits = (lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory))) if memory else None
        return subprocess.run(
            self.command(home, *more), capture_output=True, text=True, errors="replace",
            timeout=limit, env={**SETTINGS, **(environment or {})}, preexec_fn=limits)

    def start(self, home, *more, environment=None):
        return subprocess.Popen(
            self.command(home, *more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            errors="replace", env={**SETTINGS, **(environment or {})})

    def reference(self):
        """A run that nobody disturbed."""
        home = self.folder / "undisturbed"
        result = self.run(home)
        need(result.returncode == 0, f"the undisturbed run failed: {result.stderr}")
        return Run(home)


class Run:
    """What a run left on disk."""

    def __init__(self, home):
        self.folder = pathlib.Path(home) / "base_checkpoints" / TAG
        self.checkpoints = self.folder / "checkpoints"

    def rows(self):
        """Whole lines of metrics.jsonl; a torn last one does not count."""
        path = self.folder / "metrics.jsonl"
        if not path.exists():
            return []
        lines = path.read_bytes().split(b"\n")[:-1]
        return [json.loads(line) for line in lines]

    def computed(self):
        return {
            row["step"]: {name: row[name] for name in row if name in COMPUTED
                          or name.startswith("val_bpb")}
            for row in self.rows()}

    def names(self):
        return sorted(p.name for p in self.checkpoints.iterdir()) if self.checkpoints.exists() else []

    def steps(self):
        return sorted(int(n[5:]) for n in self.names() if re.fullmatch(r"step_\d+", n))

    def checkpoint(self, step):
        return self.checkpoints / f"step_{step:06d}"

    def check_checkpoint(self, step):
        """Every byte of a checkpoint by its final name is what was written."""
        folder = self.checkpoint(step)
        sums = json.loads((folder / "checksums.json").read_text())
        for name in ("model.safetensors", "optimizer.safetensors", "state.json"):
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            need(sums[name].removeprefix("sha256:") == found, f"{folder / name} is not whole")

    def weights(self, step=STEPS):
        folder = self.checkpoint(step)
        return [hashlib.sha256((folder / name).read_bytes()).hexdigest()
                for name in ("model.safetensors", "optimizer.safetensors")]

    def check_log(self):
        """Opens with plain h5py, where there is one; returns how many rows it shows."""
        try:
            import h5py
        except ImportError:
            return None
        path = self.folder / "base_training.h5"
        if not path.exists():
            return 0
        with h5py.File(path) as file:
            def touch(name, item):
                if isinstance(item, h5py.Dataset):
                    item[()]
            file.visititems(touch)
            for name in file:  # external links are not visited
                file[name]
            steps = list(file["scalars/step"][()]) if "scalars/step" in file else []
            need(steps == sorted(set(steps)) and -1 not in steps, f"{path} misses rows: {steps}")
            return len(steps)

    def remains(self):
        """What interrupted work left behind."""
        return [p.name for p in self.folder.rglob("*") if p.name.endswith(".part")]


def check_same(run, reference):
    """The disturbed run ended as the undisturbed one did, bit for bit."""
    found, wanted = run.computed(), reference.computed()
    need(sorted(found) == sorted(wanted), f"rows {sorted(found)} instead of {sorted(wanted)}")
    for step in wanted:
        need(found[step] == wanted[step],
             f"step {step}: {found[step]} instead of {wanted[step]}")
    need(run.weights() == reference.weights(), "the final weights or moments differ")
    run.check_checkpoint(STEPS)
    rows = run.check_log()
    need(rows in (None, STEPS + 1), f"the HDF5 log shows {rows} rows")
    need(not run.remains(), f"left behind: {run.remains()}")


def check_sentence(result, what):
    """A refusal is one sentence and a failing status, never a signal."""
    need(result.returncode in (1, 2), f"{what}: status {result.returncode}: {result.stderr[-400:]}")
    lines = [l for l in result.stderr.splitlines() if l.startswith("retro:")]
    need(len(lines) == 1, f"{what}: not one sentence: {result.stderr[-600:]}")
    return lines[0]
