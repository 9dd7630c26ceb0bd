"""Reads with plain h5py what ResearchLogCrashTests wrote: after kills, or while it is being written.

    RETROGRADE_KILLS=40 RETROGRADE_JOURNAL_FOLDER=DIR swift test --filter ResearchLogCrashTests
    python3 Tools/golden/journal.py DIR             # check what the killed processes left
    python3 Tools/golden/journal.py DIR --watch 30  # meanwhile: open the logs again and again

Needs h5py and numpy (checked with h5py 3.16 on HDF5 2.0). The numbers expected here are those of
Tests/JournalTests/Records.swift.
"""

import argparse
import glob
import json
import os
import struct
import time

import h5py
import numpy as np

T, B = 8, 2


def expected_loss(step):
    return np.where(step == 4, np.nan, 5 / (step + 1.0))


def check_log(path):
    """Opens the index as any user would and checks every value it shows; returns the row count."""
    with h5py.File(path) as file:
        step = file["scalars/step"][:] if "scalars/step" in file else np.zeros(0, int)
        assert (step == np.arange(len(step))).all(), (path, step)
        if len(step):
            loss = file["scalars/loss"][:]
            np.testing.assert_array_equal(loss, expected_loss(step))
            assert (file["scalars/lr"][:] == 0.02).all()
            if "scalars/val_bpb" in file:
                expected = np.where(step % 7 == 3, step / 3, np.nan)
                np.testing.assert_array_equal(file["scalars/val_bpb"][:], expected)
            taken = file["positions/step"][:]
            np.testing.assert_array_equal(taken, step[step % 2 == 0])
            for name, offset in [
                ("loss_mean", 0), ("loss_std", 0.25), ("accuracy", 0.5), ("loss_by_context", 0.75),
            ]:
                expected = taken[:, None] + offset + np.arange(T)[None] / 16
                np.testing.assert_array_equal(
                    file["positions"][name][:], expected.astype(np.float32))
        for name in file:
            if name.startswith("step_"):
                check_sample(file[name], int(name[5:]))
            elif name.startswith("eval_"):
                check_evaluation(file[name], int(name[5:]))
            else:
                assert name in ("scalars", "positions"), name
        assert isinstance(file.attrs["format"], str)
        return len(step)


def check_sample(group, step):
    losses = group["per_token_losses"][:]
    np.testing.assert_array_equal(losses, (np.arange(B * T) + step).reshape(B, T))
    assert group["per_token_losses"].dtype == np.float32
    np.testing.assert_array_equal(
        group["per_token_predictions"][:].ravel(), np.arange(B * T) * 3 + step)
    targets = np.arange(B * T)
    np.testing.assert_array_equal(
        group["per_token_targets"][:].ravel(), np.where(targets % 4 == 0, -1, targets))
    np.testing.assert_array_equal(group["loss"][()], expected_loss(np.array(step)))
    assert group["metadata"].attrs["step"] == step
    assert group["metadata"].attrs["lr"] == 0.02
    for kind in ("gradients", "activations"):
        assert sorted(group[kind]) == ["embedding", "layer_0", "layer_10"]
        assert group[kind]["layer_10/mlp/norm"][()] == step + 10
        query = group[kind]["layer_0/attention/query"]
        assert query["mean"][()] == -0.5
        np.testing.assert_array_equal(query["histogram"][:], [1, 2, step])
        assert query.attrs["histogram_lower"] == -1 and query.attrs["histogram_width"] == 0.5


def check_evaluation(group, step):
    assert group.attrs["step"] == step and group.attrs["val_bpb_forward"] == 1.5
    np.testing.assert_array_equal(group["windows/count"][:], [4, 2])
    np.testing.assert_array_equal(group["tokens/id"][:], [5, 6, 7, 8, 9, 10])
    np.testing.assert_array_equal(group["nll/forward"][:], np.arange(6))
    np.testing.assert_array_equal(group["nll/backward"][:], np.arange(6) + 0.5)
    np.testing.assert_array_equal(group["predictions/forward"][:], np.arange(6) + step)
    np.testing.assert_array_equal(group["rank/backward"][:], np.arange(6) % 3)
    np.testing.assert_array_equal(group["context_length/backward"][:], [3, 2, 1, 0, 1, 0])


def check_metrics(path):
    """Every line but a torn last one is strict JSON; returns the row count."""
    def refuse(word):
        raise ValueError(word)

    rows = 0
    with open(path, "rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break
            row = json.loads(line, parse_constant=refuse)
            assert row["step"] == rows
            rows += 1
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--watch", type=float, default=0, metavar="SECONDS")
    arguments = parser.parse_args()
    pattern = os.path.join(arguments.folder, "killed-*")
    if arguments.watch:
        end, opened, grew = time.monotonic() + arguments.watch, 0, {}
        while time.monotonic() < end:
            for folder in sorted(glob.glob(pattern), key=os.path.getmtime)[-1:]:
                path = os.path.join(folder, "base_training.h5")
                if os.path.exists(path):
                    grew.setdefault(folder, set()).add(check_log(path))
                    opened += 1
            time.sleep(0.002)
        growing = sum(len(rows) > 1 for rows in grew.values())
        print(f"{opened} openings of {len(grew)} logs, {growing} seen growing: all sound")
        return
    rounds = shown = acknowledged = samples = 0
    for folder in sorted(glob.glob(pattern)):
        state = open(os.path.join(folder, "acknowledged"), "rb").read() \
            if os.path.exists(os.path.join(folder, "acknowledged")) else b""
        steps = struct.unpack("<qq", state)[0] if len(state) == 16 else 0
        path = os.path.join(folder, "base_training.h5")
        rounds += 1
        acknowledged += steps
        if not os.path.exists(path):
            assert steps == 0
            continue
        shown += check_log(path)
        with h5py.File(path) as file:
            samples += sum(name.startswith("step_") for name in file)
        assert check_metrics(os.path.join(folder, "metrics.jsonl")) >= steps
    print(f"{rounds} killed runs: {acknowledged} steps acknowledged, {shown} rows and {samples} "
          "samples shown by the index, the rest in the tail: all sound")


if __name__ == "__main__":
    main()
