"""Kills a chain of `retro run` with SIGKILL at random moments until it completes, and compares with one left alone.

    kill_chain.py RETRO FOLDER [--kills 20] [--seed 1]

RETRO is the built program. Prints each kill, then whether weights and last losses are equal; exit status 1 if not.
"""

import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import time

FLAGS = """--home home --direction bidirectional --depth 1 --aspect-ratio 32 --head-dim 32 --max-seq-len 64
--device-batch-size 4 --total-batch-size 512 --num-iterations 60 --save-every 5 --eval-tokens 200 --threads 1
--max-problems 3 --max-new-tokens 6 --quiet --base.data stories.jsonl --mid.data chat.jsonl --sft.data chat.jsonl""".split()


def command(retro, name):
    return [retro, "run", "--phase=base,mid,sft", f"--experiment-id={name}", *FLAGS]


def prepare(retro, folder):
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    run = lambda *words: subprocess.run([retro, *words], cwd=folder, check=True, capture_output=True)
    run("data", "synth", "--kind", "stories", "--count", "400", "--output", "stories.jsonl")
    run("tokenizer", "train", "--data", "stories.jsonl", "--vocab-size", "400", "--output", "home/tokenizer", "--quiet")
    turns = [[{"role": "user", "content": f"Say {i}."}, {"role": "assistant", "content": f"It is {7 * i}."}]
             for i in range(200)]
    (folder / "chat.jsonl").write_text("\n".join(map(json.dumps, turns)))


def last_losses(run):
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [(line["step"], line.get("loss"), line.get("val_bpb")) for line in lines]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("retro")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    retro = str(pathlib.Path(arguments.retro).resolve())
    folder = arguments.folder.resolve()
    prepare(retro, folder)
    start = time.monotonic()
    subprocess.run(command(retro, "whole"), cwd=folder, check=True, capture_output=True)
    whole = time.monotonic() - start
    picker = random.Random(arguments.seed)
    kills = 0
    while kills < arguments.kills:
        process = subprocess.Popen(command(retro, "killed"), cwd=folder, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        wait = picker.uniform(0.05, whole / 4)
        try:
            _, errors = process.communicate(timeout=wait)
            if process.returncode != 0:
                sys.exit(f"the repeated command failed: {errors}")
            # Done before its time: begin anew, so that every kill counts.
            for run in ("killed", "killed_mid", "killed_sft"):
                shutil.rmtree(folder / "experiments" / run)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1
            print(f"kill {kills} after {wait:.2f} s", flush=True)
    subprocess.run(command(retro, "killed"), cwd=folder, check=True, capture_output=True)
    equal = True
    for phase in ("", "_mid", "_sft"):
        runs = [folder / "experiments" / (name + phase) for name in ("whole", "killed")]
        weights = [(run / "checkpoints/step_000060/model.safetensors").read_bytes() for run in runs]
        same = weights[0] == weights[1] and last_losses(runs[0]) == last_losses(runs[1])
        print(f"{phase or '_base'}: {'equal' if same else 'DIFFERENT'}")
        equal = equal and same
    sys.exit(0 if equal else 1)


if __name__ == "__main__":
    main()
