"""Lets every single file operation of a short run fail once, and fills a real disk.

python3 Tools/torture/fail_saves.py --program .build/release/retro --folder FOLDER [--under run]

The n-th creation, write, sync or rename under the run's checkpoints (or, with --under run, its whole
folder) fails with "no space left" or "input/output error", for n = 1, 2, … until a run has no n-th
one. Each time: one sentence, status 1 or, where the disk is full, 75, the checkpoint before is whole, and the same command then ends
as a run that nobody disturbed, bit for bit. As root a small tmpfs is filled as well.
"""

import argparse
import collections
import errno
import os
import pathlib
import shutil
import subprocess
import sys

from bench_run import SAVE_EVERY, TAG, Bench, Failure, Run, check_sentence, need

SHORT = 8


def check(run, reference):
    found, wanted = run.computed(), reference.computed()
    need(found == wanted, f"rows differ: {sorted(found)} and {sorted(wanted)}")
    need(run.weights(SHORT) == reference.weights(SHORT), "the final weights differ")
    need(not run.remains(), f"left behind: {run.remains()}")
    run.check_log()


def check_full(result, what):
    """A full disk stops a run that can go on (75, one sentence), or is refused as anything else is."""
    full = [l for l in result.stderr.splitlines() if l.startswith("the disk is full, so the run stopped")]
    if result.returncode != 75:
        return check_sentence(result, what)
    need(len(full) == 1, f"{what}: not one sentence: {result.stderr[-600:]}")
    need("retro:" not in result.stderr, f"{what}: two sentences: {result.stderr[-600:]}")
    return full[0]


def fail_nth(bench, library, number, under, reference):
    """One case; None when the run has no such operation any more."""
    home = bench.folder / "failing"
    shutil.rmtree(home, ignore_errors=True)
    log = bench.folder / "fault.log"
    log.unlink(missing_ok=True)
    code = errno.ENOSPC if number % 2 else errno.EIO
    part = f"{TAG}/checkpoints" if under == "checkpoints" else f"/{TAG}/"
    result = bench.run(home, f"--num-iterations={SHORT}", environment={
        "LD_PRELOAD": str(library), "FAULT_UNDER": part, "FAULT_NUMBER": str(number),
        "FAULT_ERRNO": str(code), "FAULT_LOG": str(log)})
    if not log.exists():
        need(result.returncode == 0, f"operation {number}: failed unasked: {result.stderr[-300:]}")
        return None
    what = f"operation {number}, {log.read_text().strip().replace(str(bench.folder), '…')}"
    run = Run(home)
    for step in run.steps():
        run.check_checkpoint(step)
    if result.returncode != 0:
        sentence = (check_full if code == errno.ENOSPC else check_sentence)(result, what)
    elif under == "run" and "samples were not kept" in result.stderr:
        sentence = "samples were not kept"
    elif under == "run" and ".lock" in what:
        sentence = "taken: the lock's owner is a courtesy"
    else:
        raise Failure(f"{what}: success was claimed: {result.stderr[-300:]}")
    if result.stderr.count("saved ") and result.returncode != 0:
        need(SAVE_EVERY in run.steps() or SHORT in run.steps(), f"{what}: a checkpoint is gone")
    print(f"{what}: {sentence}", flush=True)
    again = bench.run(home, f"--num-iterations={SHORT}")
    need(again.returncode == 0, f"{what}: does not resume: {again.stderr[-300:]}")
    try:
        check(run, reference)
    except Failure as failure:
        raise Failure(f"{what}: {failure}") from None
    return what


def fill_disk(bench, reference):
    """A file system with room for one checkpoint, then for all."""
    home = bench.folder / "small_disk"
    home.mkdir(exist_ok=True)
    cases = 0
    for spare_kib in (0, 4, 64, 300, 500, 700, 900, 1100):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", home], check=True)
        try:
            # All but the spare room is taken.
            room = os.statvfs(home)
            ballast = home / "ballast"
            ballast.write_bytes(b"x" * (room.f_bavail * room.f_frsize - spare_kib * 1024 - 4096))
            result = bench.run(home, f"--num-iterations={SHORT}")
            what = f"full disk with {spare_kib} KiB to spare"
            if result.returncode == 0:
                print(f"{what}: it was enough")
            else:
                print(f"{what}: {check_full(result, what)}", flush=True)
                cases += 1
            run = Run(home)
            for step in run.steps():
                run.check_checkpoint(step)
            ballast.unlink()
            again = bench.run(home, f"--num-iterations={SHORT}")
            need(again.returncode == 0, f"{what}: does not resume: {again.stderr[-300:]}")
            check(run, reference)
        finally:
            subprocess.run(["umount", home], check=True)
    return cases


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default=".build/release/retro")
    parser.add_argument("--folder", required=True)
    parser.add_argument("--under", choices=["checkpoints", "run"], default="checkpoints")
    parser.add_argument("--no-disk", action="store_true")
    options = parser.parse_args()
    bench = Bench(options.program, options.folder)
    library = bench.folder / "fail_nth.so"
    subprocess.run(
        ["cc", "-O1", "-shared", "-fPIC", "-o", library,
         pathlib.Path(__file__).with_name("fail_nth.c"), "-ldl"], check=True)
    shutil.rmtree(bench.folder / "short", ignore_errors=True)
    need(bench.run(bench.folder / "short", f"--num-iterations={SHORT}").returncode == 0,
         "the undisturbed run failed")
    reference = Run(bench.folder / "short")
    calls, failures, number = collections.Counter(), [], 1
    while True:
        try:
            what = fail_nth(bench, library, number, options.under, reference)
            if what is None:
                break
            calls[what.split()[2]] += 1
        except Failure as failure:
            failures.append(str(failure))
            print("FAILED", failure, flush=True)
        number += 1
    print(f"{number - 1} operations failed, one a run: {dict(calls)}", flush=True)
    if os.geteuid() == 0 and not options.no_disk:
        try:
            print(f"{fill_disk(bench, reference)} runs on a full disk", flush=True)
        except Failure as failure:
            failures.append(str(failure))
    print(f"{len(failures)} failures")
    for failure in failures:
        print("FAILED", failure)
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
