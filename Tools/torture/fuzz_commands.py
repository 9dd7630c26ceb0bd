"""Gives every number, list and choice of every command impossible values; each must be taken or refused in words.

python3 Tools/torture/fuzz_commands.py --program .build/release/retro --folder FOLDER [--only generate,…]

The flags are read from each command's --help, so a new one is tried without being named here.
"""

import argparse
import collections
import os
import pathlib
import re
import subprocess
import sys

NUMBERS = ["0", "-1", "0.5", "1e18", "9223372036854775807", "1e300", "nan", "-inf", "x", ""]
TEXTS = ["", "x", "a,a", "/", "é"]
INTERNALS = re.compile(
    r"Error Domain|NSCocoa|DecodingError|codingPath|CodingKeys|Optional\(|Fatal error"
    r"|could not be completed|couldn’t|Foundation\.|Dictionary<|Array<")
MODEL = ["--checkpoint=experiments/b", "--home=home", "--threads=1"]
CHAT = ["--data=chat.jsonl", "--num-iterations=1", "--device-batch-size=2", "--dry-run", *MODEL]
# Command and the flags that make it short; "" stands for what a command needs nothing of.
COMMANDS = {
    "data synth": ["--kind=markov-irreversible", "--count=3", "--output=o.jsonl"],
    "data inspect": ["s.jsonl"],
    "tokenizer train": ["--data=s.jsonl", "--vocab-size=300", "--output=o"],
    "tokenizer eval": ["--tokenizer=home/tokenizer", "--data=s.jsonl"],
    "tokenizer inspect": ["--tokenizer=home/tokenizer", "--conversation=chat.jsonl"],
    "tokenizer encode": ["--tokenizer=home/tokenizer", "--text=a"],
    "mid-train": CHAT,
    "chat-sft": CHAT,
    "chat-rl": ["--task=arithmetic", "--num-iterations=1", "--examples-per-step=2",
                "--num-samples=2", "--dry-run", *MODEL],
    "chat-eval": ["-a", "arithmetic", "-x", "2", "-m", "2", *MODEL],
    "base-eval": ["--eval=sample", *MODEL],
    "generate": ["-m", "2", "--prompt=Once", *MODEL],
    "chat": ["-m", "2", "-p", "Hi", *MODEL],
    "run": ["--phase=base", "--data=s.jsonl", "--depth=1", "--home=home", "--dry-run"],
    "sweep": ["--phase=base", "--data=s.jsonl", "--grid=depth=1,2", "--home=home", "--dry-run"],
    "experiments list": [],
    "experiments show": ["b"],
    "experiments lineage": [],
    "experiments compare": ["b", "b"],
    "experiments prune": ["b", "--keep=5"],
    "analyze compare-learning": ["b", "--output=o.csv"],
    "analyze direction-transfer": ["b", "--output=o.md", "--home=home"],
    "analyze gradient-flow": ["b", "--output=o.csv"],
    "analyze position-accuracy": ["b", "--output=o.csv"],
    "analyze tokens": ["b", "--output=o.csv", "--home=home"],
    "analyze scaling": ["b", "--output=o.csv"],
    "analyze representations": ["b", "b", "--output=o.csv", "--home=home"],
    "analyze compare": ["b", "--output=o.csv"],
    "analyze report": ["b", "--output=o.md"],
    "track": ["experiments/b", "--tracker=tensorboard"],
    "validate": [],
}
# What takes long by being taken, and is no mistake.
SLOW = {("data synth", "count"), ("data synth", "length"), ("track", "follow"), ("track", "pause"),
        ("validate", "seed")}
ROW = re.compile(r"^  (?:-\w, )?--([a-z][a-z0-9-]*)(?: (\S+))?(?:  |$)")


def flags(program, command):
    """Names of the flags that take a value, with whether it is a number."""
    text = subprocess.run(
        [program, *command.split(), "--help"], capture_output=True, text=True, check=True).stdout
    for line in text.split("\n"):
        found = ROW.match(line)
        if found and found[2] and found[1] not in ("config", "output", "home", "checkpoint"):
            yield found[1], found[2].rstrip("…") in ("N", "X")


def prepare(program, folder):
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "experiments/b/manifest.json").exists():
        return
    run = lambda *words: subprocess.run([program, *words], check=True, cwd=folder)
    run("data", "synth", "--kind=stories", "--count=300", "--output=s.jsonl")
    run("tokenizer", "train", "--data=s.jsonl", "--vocab-size=300", "--output=home/tokenizer")
    turn = '[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]\n'
    (folder / "chat.jsonl").write_text(turn * 60)
    run("run", "--phase=base", "--experiment-id=b", "--data=s.jsonl", "--depth=1",
        "--aspect-ratio=32", "--head-dim=32", "--max-seq-len=64", "--device-batch-size=2",
        "--total-batch-size=128", "--num-iterations=2", "--eval-tokens=400", "--threads=1",
        "--home=home", "--no-evaluate", "--no-report", "--quiet")


def fault(result):
    """What is wrong with the way a command ended; nothing where all is well."""
    if result.returncode not in (0, 1, 2):
        return f"ended with {result.returncode}: {result.stderr[-300:]}"
    if INTERNALS.search(result.stderr):
        return f"shows internals: {result.stderr[-300:]}"
    if result.returncode and "retro: " not in result.stderr:
        return f"says nothing: {result.stderr[-300:]}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=".build/release/retro")
    parser.add_argument("--folder", required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    folder = pathlib.Path(options.folder).resolve()
    prepare(program, folder)
    environment = {**os.environ, "HOME": str(folder)}
    counts, failures = collections.Counter(), []
    for command, base in COMMANDS.items():
        if options.only and command not in options.only.split(","):
            continue
        for flag, is_number in flags(program, command):
            for value in NUMBERS if is_number else TEXTS:
                if (command, flag) in SLOW and value not in ("0", "-1", "x", ""):
                    continue
                what = f"{command} --{flag}={value}"
                try:
                    result = subprocess.run(
                        [program, *command.split(), *base, f"--{flag}={value}"],
                        capture_output=True, text=True, errors="replace", timeout=60, cwd=folder,
                        env=environment, stdin=subprocess.DEVNULL)
                    counts["taken" if result.returncode == 0 else "refused"] += 1
                    wrong = fault(result)
                except subprocess.TimeoutExpired:
                    wrong = "no end within 60 s"
                if wrong:
                    failures.append(what)
                    print("FAILED", what, wrong, flush=True)
    print(dict(counts), f"{len(failures)} failures")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
