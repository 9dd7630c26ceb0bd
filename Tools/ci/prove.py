#!/usr/bin/env python3
"""Runs what pages and help texts show, word for word, and says which lines fail.

usage: Tools/ci/prove.py [--scratch DIR] [--jobs N] [--tested STATUS] [--program FILE] [PART…]

PART is `README.md`, a page below Documentation, `dry-run` or `help`; all of them by default.
Every line runs as it stands, in a folder that holds tiny files and runs by the names it uses; sizes
come from Tools/ci/settings, which overrides the flags of the lines (RETRO_OVERRIDES). A block that
cannot run here says so in the line before it: <!-- not run: needs a GPU -->.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import helptexts
import pages
import worlds

repository = pathlib.Path(__file__).resolve().parents[2]
settings = repository / "Tools/ci/settings"
wheels = repository / ".deps/site"
PATIENCE = 900
STAGE_FOLDERS = {
    "base-train": "base_checkpoints", "mid-train": "mid_checkpoints",
    "chat-sft": "chatsft_checkpoints", "chat-rl": "chatrl_checkpoints",
}  # fmt: skip


class Ledger:
    """What was run, and how it went."""

    def __init__(self):
        self.lock = threading.Lock()
        self.passed, self.failed, self.skipped = [], [], []
        self.seconds = []

    def note(self, ok, place, text, seconds, output=""):
        word = {True: "ok     ", False: "FAILED ", None: "skipped"}[ok]
        first = text.strip().splitlines()
        shown = first[0] + (" …" if len(first) > 1 else "")
        with self.lock:
            print(f"{word} {seconds:6.1f} s  {place:28} {shown}", flush=True)
            if ok is False and output:
                print("\n".join("    | " + line for line in output.splitlines()[-60:]), flush=True)
            {True: self.passed, False: self.failed, None: self.skipped}[ok].append((place, shown))
            self.seconds.append((seconds, place, shown))


class Unprepared(Exception):
    """A world could not be made; what failed is noted."""


class Prover:
    def __init__(self, options, scratch):
        self.options = options
        self.scratch = scratch
        self.ledger = Ledger()
        self.launcher = options.program or repository / "retro"
        self.venv = None

    # --- Running ---------------------------------------------------------------------------------

    def shell(self, command, world, overrides="small.json", more=None):
        """Runs a piece of shell in a world; its exit status and everything it printed."""
        temporary = world / "tmp"
        temporary.mkdir(exist_ok=True)
        environment = worlds.environment(
            world, repository, settings / overrides, scratch=temporary, venv=self.venv
        )
        environment |= more or {}
        try:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", command], cwd=world, env=environment,
                input="What is 2 + 3?\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, errors="replace", timeout=PATIENCE,
            )  # fmt: skip
        except subprocess.TimeoutExpired as slow:
            return 124, f"{slow.stdout or ''}\nstill running after {PATIENCE} s"
        return done.returncode, done.stdout

    def line(self, place, command, world, overrides="small.json", expect=None):
        """Runs a command and notes how it went; `expect` may find fault with what it printed."""
        started = time.monotonic()
        status, output = self.shell(command, world, overrides)
        fault = expect(output) if expect and status == 0 else None
        if status != 0:
            output += f"\nexit status {status}"
        self.ledger.note(
            status == 0 and not fault, place, command, time.monotonic() - started,
            output + (f"\n{fault}" if fault else ""),
        )  # fmt: skip
        return status == 0

    def prepare(self, world, *commands, overrides="small.json"):
        """Makes what a world needs; without it nothing there can be judged."""
        for command in commands:
            started = time.monotonic()
            status, output = self.shell(command, world, overrides)
            if status != 0:
                seconds = time.monotonic() - started
                self.ledger.note(False, "preparing", command, seconds, output)
                raise Unprepared(command)

    # --- Worlds ----------------------------------------------------------------------------------

    def make_materials(self):
        """Files that every world begins with."""
        folder = self.scratch / "materials"
        program = self.options.program or repository / ".build/release/retro"
        worlds.materials(repository, folder, program)
        worlds.program(folder, self.launcher)
        self.prepare(
            folder,
            "retro data synth --kind stories --count 1500 --output stories.jsonl --quiet",
        )
        worlds.corpora(folder, wheels)
        self.materials = folder

    def world(self, name, source=None):
        folder = worlds.copy(source or self.materials, self.scratch / "worlds" / name)
        worlds.program(folder, self.launcher)
        return folder

    def make_venv(self):
        """Packages that examples import. Where they cannot be had, what needs them is left out."""
        started = time.monotonic()
        venv = self.scratch / "venv"
        pip = [venv / "bin/python3", "-m", "pip", "install", "-q", "-r",
               repository / "Tools/ci/requirements.txt"]  # fmt: skip
        python = os.environ.get("RETRO_PYTHON") or repository / ".deps/bin/python3"
        for words in [[python, "-m", "venv", venv], pip]:
            done = subprocess.run(
                words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            if done.returncode != 0:
                print(done.stdout)
                shown = f"{words[-1]} cannot be had: no notebooks, no checks of HDF5 files"
                self.ledger.note(None, "packages", shown, time.monotonic() - started)
                return
        self.venv = venv

    # --- Pages -----------------------------------------------------------------------------------

    def page(self, name):
        """Every block of shell or Python of a page, in order, in one folder."""
        path = repository / name
        world = self.world(name.replace("/", "-"))
        specific = settings / (pathlib.Path(name).stem + ".json")
        overrides = specific.name if specific.exists() else "small.json"
        blocks = pages.blocks(path, name)
        if path.name == "Log.md":
            blocks.reverse()  # Its entries begin with the newest, which uses what older ones made.
        for block in blocks:
            place = f"{name}:{block.line}"
            if block.language == "python" or block.language in pages.SHELL:
                if block.reason:
                    shown = f"{len(block.text.splitlines())} lines: {block.reason}"
                    self.ledger.note(None, place, shown, 0)
                    continue
            if block.language == "python" and self.venv:
                script = world / f"block{block.line}.py"
                script.write_text(block.text)
                self.line(place, f"python3 {script.name}", world, overrides)
            elif block.language in pages.SHELL:
                for offset, command in pages.commands(block.text):
                    self.command(f"{name}:{block.line + 1 + offset}", command, world, overrides)
        if name == "README.md":
            self.quickstart(world)

    def command(self, place, command, world, overrides):
        words = command.partition("#")[0].split()
        if words == ["./retro", "test"]:
            # It has run before, once, in the clean checkout.
            tested = self.options.tested
            ok = None if tested is None else tested == 0
            self.ledger.note(ok, place, "./retro test (ran above)", 0)
            return
        self.line(place, command, world, overrides)

    def quickstart(self, world):
        """What the page promises of the folder that quickstart makes."""
        started = time.monotonic()
        folder = world / "quickstart"
        faults = []
        for name in ["report.html", "RESEARCH_REPORT.md"]:
            if not (folder / name).is_file() or (folder / name).stat().st_size < 1000:
                faults.append(f"{name} is missing or empty")
        figures = sorted(path.name for path in folder.glob("figures/*.png"))
        for figure in figures:
            for ending in [".png", ".svg", ".pdf", ".vl.json", ".csv"]:
                file = folder / "figures" / (figure[: -len(".png")] + ending)
                if not file.is_file() or file.stat().st_size == 0:
                    faults.append(f"figures/{file.name} is missing or empty")
        if len(figures) < 3:
            faults.append(f"there are only {len(figures)} figures")
        self.ledger.note(
            not faults, "README.md", f"quickstart/: report and {len(figures)} figures",
            time.monotonic() - started, "\n".join(faults),
        )  # fmt: skip
        for direction in ["forward", "backward", "bidirectional"] if self.venv else []:
            log = f"quickstart/runs/{direction}/base_training.h5"
            check = (
                "import h5py, numpy, sys; log = h5py.File(sys.argv[1]); "
                "loss = log['scalars/loss'][:]; assert numpy.isfinite(loss).sum() > 1; "
                "assert any(name.startswith('eval_') for name in log), list(log)"
            )
            self.line("README.md", f'python3 -c "{check}" {log}', world)

    # --- Help ------------------------------------------------------------------------------------

    def make_help_world(self):
        """A folder with the runs that examples of help texts name."""
        world = self.world("help")
        text = "--data text/stories.jsonl.zst"
        chat = "--mixture arithmetic@200"
        run = "retro run --quiet --no-report"
        small = "--max-problems 4 --max-new-tokens 8"
        small_sizes = json.loads((settings / "small.json").read_text())
        for name, steps in [("long", 40), ("mid", 300)]:
            sizes = small_sizes | {"num-iterations": steps, "save-every": 100}
            (world / f"{name}.json").write_text(json.dumps(sizes))
        worlds.cache(world)
        sft = f"{run} --phase=sft --parent-experiment=mid_v1 {chat} {small}"
        tokenizers = [
            f"retro tokenizer train --quiet --data a.jsonl --output {name} --vocab-size {size}"
            for name, size in [("tokenizers/small", 1024), ("a", 1024), ("b", 700), ("c", 500)]
        ]
        self.prepare(world, *tokenizers, overrides="dry.json")
        self.prepare(
            world,
            "retro tokenizer train --data stories.jsonl --quiet",
            *(f"retro base-train --quiet {text} --depth {d} --direction {way}"
              for d, way in [(20, "forward"), (20, "backward"), (4, "forward")]),
            *(f"retro {stage} --quiet {chat} -g {tag}"
              for tag in ["d20_forward", "d20_backward", "d4_forward"]
              for stage in ["mid-train", "chat-sft"]),
            "retro chat-rl --quiet -g d20_forward --task arithmetic",
            f"{run} --phase=base --no-evaluate {text} --depth 2 --experiment-id base_1",
            *(f"{run} --phase=base --no-evaluate {text} --depth 20 --direction {way} "
              f"--experiment-id base_{way}_d20" for way in ["forward", "backward"]),
        )  # fmt: skip
        self.prepare(
            world,
            *(f"{run} --phase=base {text} --depth 4 --direction {way} "
              f"--experiment-id base_{way}_d4" for way in ["forward", "backward", "bidirectional"]),
            overrides=world / "long.json",
        )  # fmt: skip
        self.prepare(
            world,
            f"{run} --phase=mid --no-evaluate {chat} --parent-experiment=base_backward_d4 "
            "--experiment-id=mid_v1",
            overrides=world / "mid.json",
        )
        self.prepare(
            world,
            f"{sft} --experiment-id=sft_v2",
            *(f"{sft} --experiment-id=sft_lr{rate} --init-lr-frac={rate}"
              for rate in ["0.01", "0.05"]),
            overrides=world / "long.json",
        )  # fmt: skip
        self.help_world = world

    def leaf(self, leaf, kind):
        name = "-".join([kind, *leaf.path])
        if kind == "dry-run":
            if not leaf.has_dry_run:
                return
            for example in leaf.examples:
                line = example if "--dry-run" in example else example + " --dry-run"
                self.line("--dry-run", line, self.help_world, "dry.json", expect=readable)
            return
        world = self.world(name, self.help_world)
        # What an example trains must not be there yet.
        stage = STAGE_FOLDERS.get(leaf.path[0])
        if stage:
            shutil.rmtree(world / "home/.cache/retrograde" / stage, ignore_errors=True)
        for example in leaf.examples:
            self.line("--help of " + " ".join(leaf.path), example, world)
        shutil.rmtree(world)

    # --- All -------------------------------------------------------------------------------------

    def run(self):
        wanted = self.options.parts
        documents = sorted(
            str(path.relative_to(repository)) for path in repository.glob("Documentation/*.md")
        )
        texts = ["README.md", *documents]
        for part in wanted:
            if part not in [*texts, "help", "dry-run"]:
                raise SystemExit(f"there is no part '{part}'.")
        parts = wanted or [*texts, "dry-run", "help"]
        self.make_venv()
        self.make_materials()
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            jobs = [pool.submit(self.page, name) for name in texts if name in parts]
            kinds = [kind for kind in ["dry-run", "help"] if kind in parts]
            if kinds:
                leaves = helptexts.leaves(self.launcher)
                try:
                    pool.submit(self.make_help_world).result()
                except Unprepared:
                    kinds = []
                for kind in kinds:
                    chosen = self.options.command
                    jobs += [
                        pool.submit(self.leaf, leaf, kind)
                        for leaf in leaves
                        if not chosen or " ".join(leaf.path) in chosen
                    ]
            for job in jobs:
                job.result()
        return self.close()

    def close(self):
        ledger = self.ledger
        print("\nslowest:")
        for seconds, place, shown in sorted(ledger.seconds, reverse=True)[:10]:
            print(f"  {seconds:6.1f} s  {place}  {shown[:90]}")
        for place, shown in ledger.skipped:
            print(f"not run: {place}  {shown[:90]}")
        for place, shown in ledger.failed:
            print(f"failed: {place}  {shown[:120]}")
        print(
            f"examples of pages and help: {len(ledger.passed)} passed, {len(ledger.failed)} failed, "
            f"{len(ledger.skipped)} skipped", flush=True,
        )  # fmt: skip
        return 1 if ledger.failed or not ledger.passed else 0


def readable(output):
    """Finds fault with durations that nobody reads, such as 121580 s."""
    bare = re.search(r"\b\d{3,} (s|seconds)\b", output)
    return f"'{bare[0]}' is no duration as people say it" if bare else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--scratch", help="folder to work in, kept afterwards")
    parser.add_argument("--jobs", type=int, default=2, help="pages and commands at once")
    parser.add_argument("--tested", type=int, help="the exit status of ./retro test, which ran")
    parser.add_argument("--program", help="a built program, instead of the launcher")
    parser.add_argument("--command", action="append", help="of help: this command alone")
    options = parser.parse_args()
    if options.scratch:
        scratch = pathlib.Path(options.scratch).resolve()
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        return Prover(options, scratch).run()
    with tempfile.TemporaryDirectory(prefix="retro-ci-") as folder:
        # bubblewrap gives up root before it looks for what it is to show.
        os.chmod(folder, 0o755)
        return Prover(options, pathlib.Path(folder)).run()


if __name__ == "__main__":
    sys.exit(main())
