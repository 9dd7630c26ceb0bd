"""Loads a run into pandas: `from load_run import load_run; run = load_run("experiments/base_1")`.

    run["scalars"]        one row a step, one column a scalar (also the newest, still open steps)
    run["positions"]      one row for each step and position
    run["manifest"]       where the run comes from
    run["log"]            the open h5py.File: run["log"]["step_000100/per_token_losses"][:]

The log shows the parts of a run that were filed when it was opened; open it again for later ones.
Needs pandas and h5py.
"""

import json
import os

import h5py
import pandas as pd

LOGS = ["base_training.h5", "midtraining.h5", "sft.h5", "rl.h5"]


def load_run(folder):
    """The run in `folder` as a dict of tables; a run that is being written or was killed loads too."""
    with open(os.path.join(folder, "metrics.jsonl")) as file:
        rows = [json.loads(line) for line in file if line.endswith("\n")]
    scalars = pd.DataFrame(rows).set_index("step").apply(pd.to_numeric, errors="coerce")
    with open(os.path.join(folder, "manifest.json")) as file:
        manifest = json.load(file)
    path = next(p for p in (os.path.join(folder, name) for name in LOGS) if os.path.exists(p))
    log = h5py.File(path, "r")
    tables = []
    for name in ["loss_mean", "loss_std", "accuracy", "loss_by_context"]:
        if "positions" in log:
            table = pd.DataFrame(log["positions"][name][:], index=log["positions/step"][:])
            tables.append(table.rename_axis("step").rename_axis("position", axis=1).stack().rename(name))
    positions = pd.concat(tables, axis=1).reset_index() if tables else pd.DataFrame()
    return {"scalars": scalars, "positions": positions, "manifest": manifest, "log": log}
