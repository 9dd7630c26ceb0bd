"""Gives every numeric flag of base-train impossible values; each must be taken or refused in words.

python3 Tools/torture/fuzz_settings.py --program .build/release/retro --folder FOLDER
"""

import argparse
import collections
import shutil
import subprocess
import sys

from bench_run import Bench, Failure, check_sentence

FLAGS = """depth aspect-ratio head-dim max-seq-len num-iterations target-flops
    target-param-data-ratio device-batch-size total-batch-size embedding-lr unembedding-lr
    weight-decay matrix-lr grad-clip warmup-ratio warmdown-ratio final-lr-frac resume-from-step
    eval-every eval-tokens sample-every save-every keep-checkpoints log-gradients-every
    log-positions-every log-tokens-every log-attention-windows val-fraction threads seed""".split()
TEXTS = "direction direction-mix packing crop device dtype model-tag text-column".split()
VALUES = ["0", "-1", "-2", "0.5", "1e9", "1e18", "9223372036854775807", "1e300", "-1e300", "1e-300",
          "nan", "inf", "-inf", "text", ""]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=".build/release/retro")
    parser.add_argument("--folder", required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    bench = Bench(options.program, options.folder)
    counts, failures = collections.Counter(), []
    for flag in FLAGS + TEXTS:
        if options.only and flag not in options.only.split(","):
            continue
        for value in VALUES:
            home = bench.folder / "fuzzed"
            shutil.rmtree(home, ignore_errors=True)
            more = ["--eval-tokens=60", "--num-iterations=2", f"--{flag}={value}"]
            if flag.startswith("target"):  # these decide only where iterations do not
                more += ["--num-iterations=-1", "--dry-run"]
            if value in ("1e9", "1e18", "9223372036854775807") and flag == "num-iterations":
                more += ["--dry-run"]  # a sound wish, but a long one
            what = f"--{flag}={value}"
            try:
                result = bench.run(home, *more, limit=30, memory=24 << 30)
                if result.returncode == 0:
                    counts["taken"] += 1
                else:
                    sentence = check_sentence(result, what)
                    counts["refused"] += 1
                    print(f"{what}: {sentence}")
            except subprocess.TimeoutExpired:
                failures.append(f"{what}: no end within 30 s")
                print("FAILED", failures[-1], flush=True)
            except Failure as failure:
                failures.append(str(failure))
                print("FAILED", failures[-1], flush=True)
    print(dict(counts), f"{len(failures)} failures")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
