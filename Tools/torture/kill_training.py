"""Kills base-train with SIGKILL, again and again, and shows that nothing is lost.

python3 Tools/torture/kill_training.py --program .build/release/retro --folder FOLDER [--kills 100]

A life is one run that is killed several times, resumed by the same command each time, and at last
left alone; it must end as a run that nobody disturbed, bit for bit. Every second kill waits for a
save to begin and falls inside it. After every kill the newest checkpoint that had been finished is
there and whole, no more than one save interval of recorded steps lies beyond it, and the HDF5 log
opens with plain h5py where that can be imported.
"""

import argparse
import random
import shutil
import sys
import time

from bench_run import SAVE_EVERY, STEPS, Bench, Failure, Run, check_same, need


def is_saving(run):
    return any(name.endswith(".part") for name in run.names())


def kill_once(bench, home, chance, inside, life_seconds):
    """Starts the run and kills it; says where it was, or that it ended before."""
    run = Run(home)
    known = max(run.steps(), default=0)
    process = bench.start(home)
    begin = time.monotonic()
    if inside:
        saves = chance.randrange(1, 8)
        pause = chance.choice([0, 0, 0.0005, 0.002, 0.005])
        seen = False
        while process.poll() is None:
            saving = is_saving(run)
            if saving and not seen:
                saves -= 1
                if saves == 0:
                    time.sleep(pause)
                    break
            seen = saving
    else:
        moment = chance.uniform(0, life_seconds)
        while process.poll() is None and time.monotonic() - begin < moment:
            time.sleep(0.001)
    known = max([known, *run.steps()])
    process.kill()
    _, errors = process.communicate()
    if process.returncode == 0:
        return "ended before", 0
    need(process.returncode == -9, f"status {process.returncode}: {errors}")
    for word in errors.split("saved ")[1:]:
        known = max(known, int(word.split()[0].rsplit("_", 1)[1]))
    steps, rows = run.steps(), run.rows()
    saving = is_saving(run)
    need(known == 0 or max(steps, default=0) >= known, f"checkpoint {known} is gone: {steps}")
    for step in steps:
        run.check_checkpoint(step)
    lost = (rows[-1]["step"] + 1 if rows else 0) - max(steps, default=0)
    need(lost <= SAVE_EVERY, f"{lost} recorded steps lie beyond the newest checkpoint {steps}")
    need([row["step"] for row in rows] == list(range(len(rows))), "metrics.jsonl misses rows")
    run.check_log()
    return "inside a save" if saving else "elsewhere", lost


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default=".build/release/retro")
    parser.add_argument("--folder", required=True)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--kills-a-life", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    bench = Bench(options.program, options.folder)
    shutil.rmtree(bench.folder / "undisturbed", ignore_errors=True)
    begin = time.monotonic()
    reference = bench.reference()
    life_seconds = time.monotonic() - begin
    chance = random.Random(options.seed)
    counts = {"inside a save": 0, "elsewhere": 0, "ended before": 0}
    lives, worst, failures, kills = 0, 0, [], 0
    while kills < options.kills:
        home = bench.folder / f"life_{lives}"
        shutil.rmtree(home, ignore_errors=True)
        lives += 1
        try:
            for turn in range(options.kills_a_life):
                where, lost = kill_once(bench, home, chance, turn % 2 == 0, life_seconds)
                counts[where] += 1
                worst = max(worst, lost)
                if where == "ended before":
                    break
                kills += 1
            result = bench.run(home)
            need(result.returncode == 0, f"the last resumption failed: {result.stderr}")
            check_same(Run(home), reference)
            shutil.rmtree(home)
        except Failure as failure:
            failures.append(f"life {lives - 1}: {failure}")
            kills += 1
            print("FAILED", failures[-1], flush=True)
    print(f"{kills} kills in {lives} lives of {STEPS} steps: {counts}; "
          f"at most {worst} recorded steps beyond a checkpoint; {len(failures)} failures")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
