"""Damages checkpoints and a run's other files, stops runs by signals, and changes settings on resuming.

python3 Tools/torture/damage_run.py --program .build/release/retro --folder FOLDER [--flips 40]

Nothing may end by a signal or go on silently: a damaged newest checkpoint is passed over with a
warning and the run still ends bit-equal, no intact checkpoint is a refusal, and so on.
"""

import argparse
import random
import shutil
import signal
import sys
import time

from bench_run import STEPS, Bench, Failure, Run, check_same, check_sentence, need

FILES = ("model.safetensors", "optimizer.safetensors", "state.json", "checksums.json")


def damage(path, how, chance):
    data = bytearray(path.read_bytes())
    if how == "deleted":
        path.unlink()
        return
    if how == "cut":
        data = data[:chance.randrange(len(data))]
    else:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def half_run(bench, home):
    """A run that was stopped between two checkpoints."""
    shutil.rmtree(home, ignore_errors=True)
    process = bench.start(home)
    while process.poll() is None and len(Run(home).steps()) < 2:
        time.sleep(0.001)
    process.kill()
    process.communicate()
    need(len(Run(home).steps()) >= 2, "the run was too fast to be stopped halfway")


def damaged_checkpoints(bench, chance, reference, report):
    half, home = bench.folder / "half", bench.folder / "damaged"
    half_run(bench, half)
    for name in FILES:
        for how in ("flipped", "cut", "deleted"):
            for which in ("newest", "all"):
                shutil.rmtree(home, ignore_errors=True)
                shutil.copytree(half, home)
                run = Run(home)
                steps = run.steps()
                for step in steps if which == "all" else steps[-1:]:
                    damage(run.checkpoint(step) / name, how, chance)
                what = f"{name} of {which} {how}"
                result = bench.run(home)
                if which == "all":
                    report(what, check_sentence(result, what))
                    continue
                need(result.returncode == 0, f"{what}: {result.stderr[-300:]}")
                need("passing over" in result.stderr, f"{what}: passed over silently")
                check_same(run, reference)
                report(what, "passed over with a warning, ended bit-equal")


def other_settings(bench, report):
    half, home = bench.folder / "half", bench.folder / "changed"
    for more in (["--direction=backward"], ["--seed=7"], ["--matrix-lr=0.01"], ["--eval-every=7"],
                 ["--max-seq-len=64"], ["--resume-from-step=3"], ["--resume-from-step=99999"],
                 ["--dtype=float32"], ["--val-fraction=0.02"], ["--threads=2"]):
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(half, home)
        result = bench.run(home, *more)
        what = f"resumed with {more[0]}"
        report(what, "taken" if result.returncode == 0 else check_sentence(result, what))


def flipped_files(bench, chance, flips, report):
    half, home = bench.folder / "half", bench.folder / "flipped"
    taken = refused = 0
    for name in ("config.json", "manifest.json", "parent_link.json", "metrics.jsonl", "base_training.h5",
                 "tokenizer"):
        for _ in range(flips):
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(half, home)
            more = []
            if name == "tokenizer":
                shutil.copytree(bench.tokenizer, home / "tokenizer")
                damage(next((home / "tokenizer").glob("*.json")), "flipped", chance)
                more = [f"--tokenizer={home / 'tokenizer'}", "--model-tag=other", "--num-iterations=1"]
            else:
                damage(Run(home).folder / name, "flipped", chance)
            result = bench.run(home, *more)
            if result.returncode == 0:
                taken += 1
            else:
                sentence = check_sentence(result, f"{name} with a flipped bit")
                refused += 1
        report(f"{flips} flips of {name}", f"so far {taken} taken, {refused} refused; last: {result.stderr[:160]}")


def signals(bench, reference, report):
    home = bench.folder / "signalled"
    marks = {"at the start": None, "in validation": "validating forward", "in training": "saved"}
    for place, mark in marks.items():
        for number in (signal.SIGINT, signal.SIGTERM):
            shutil.rmtree(home, ignore_errors=True)
            process = bench.start(home, "--eval-every=1") if mark == "validating forward" else bench.start(home)
            if mark is None:
                while process.poll() is None and not (Run(home).folder / "config.json").exists():
                    time.sleep(0.001)
            else:
                for line in process.stderr:
                    if mark in line:
                        break
            process.send_signal(number)
            _, errors = process.communicate()
            what = f"{number.name} {place}"
            need(process.returncode == 75, f"{what}: status {process.returncode}: {errors[-300:]}")
            if mark != "validating forward":
                need(bench.run(home).returncode == 0, f"{what}: does not resume")
                check_same(Run(home), reference)
            report(what, "75; resumed bit-equal" if mark != "validating forward" else "75")
    shutil.rmtree(home, ignore_errors=True)
    process = bench.start(home)
    for line in process.stderr:
        if "saved" in line:
            break
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGINT)
    process.communicate()
    need(process.returncode in (75, 130, 143), f"signalled twice: {process.returncode}")
    need(bench.run(home).returncode == 0, "signalled twice: does not resume")
    check_same(Run(home), reference)
    report("SIGINT, SIGTERM, SIGINT", f"{process.returncode}; resumed bit-equal")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default=".build/release/retro")
    parser.add_argument("--folder", required=True)
    parser.add_argument("--flips", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    bench, chance = Bench(options.program, options.folder), random.Random(options.seed)
    shutil.rmtree(bench.folder / "undisturbed", ignore_errors=True)
    reference = bench.reference()
    counts, failures = [0], []

    def report(what, how):
        counts[0] += 1
        print(f"{what}: {how}", flush=True)

    for part in (lambda: signals(bench, reference, report),
                 lambda: damaged_checkpoints(bench, chance, reference, report),
                 lambda: other_settings(bench, report),
                 lambda: flipped_files(bench, chance, options.flips, report)):
        try:
            part()
        except Failure as failure:
            failures.append(str(failure))
            print("FAILED", failure, flush=True)
    print(f"{counts[0]} cases, {len(failures)} failures")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
