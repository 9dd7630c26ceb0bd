#!/usr/bin/env python3
"""Hands lines of JSON to wandb's own client; `retro track` writes them and does the rest.

    {"begin": {"id", "name", "project", "group", "tags", "config", "folder"}}   first
    {"step": 12, "metrics": {"train/loss": 3.1, …}}                             then one a step
    {"sync": true}                                                              asks for an answer

Each `sync` is answered by the last step on standard output, once the client has taken it. Without a key in the
environment or in ~/.netrc the run is kept offline in FOLDER/wandb, for `wandb sync` later.
"""

import json
import os
import pathlib
import sys


def has_key() -> bool:
    """Whether somebody can be logged in as."""
    if os.environ.get("WANDB_API_KEY"):
        return True
    netrc = pathlib.Path(os.environ.get("NETRC", "~/.netrc")).expanduser()
    try:
        return "wandb" in netrc.read_text(encoding="utf-8")
    except OSError:
        return False


def main() -> int:
    import wandb

    begin = json.loads(sys.stdin.readline())["begin"]
    mode = os.environ.get("WANDB_MODE") or ("online" if has_key() else "offline")
    run = wandb.init(
        project=begin["project"], id=begin["id"], name=begin["name"], group=begin["group"],
        tags=begin["tags"], config=begin["config"], dir=begin["folder"], resume="allow", mode=mode,
        settings=wandb.Settings(silent=True, console="off", disable_git=True, x_disable_stats=True),
    )
    for axis in ("train/*", "val/*", "grad_norm/*"):
        run.define_metric(axis, step_metric="step")
    last = -1
    for line in sys.stdin:
        message = json.loads(line)
        if "step" in message:
            last = message["step"]
            run.log({"step": last, **message["metrics"]}, step=last)
        if message.get("sync"):
            print(last, flush=True)
    run.finish()
    return 0


if __name__ == "__main__":
    sys.exit(main())
