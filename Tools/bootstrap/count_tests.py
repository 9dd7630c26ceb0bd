#!/usr/bin/env python3
"""Closes a test run with its count: `N passed, N failed[, N skipped][, N not run]`.

usage: count_tests.py EVENTS STATUS

EVENTS is the event stream of Swift Testing, STATUS the exit status of `swift test`. A test counts
as passed only if it ended without an issue that is a failure. One that started and never ended
(the process crashed) has failed. Exits with 0 only when nothing failed and something passed.
"""

import json
import pathlib
import sys


def outcomes(lines):
    """The last word on every test function, by its id."""
    state = {}
    for line in lines:
        try:
            record = json.loads(line)
        except ValueError:
            continue  # the line that a crash cut off
        payload = record["payload"]
        if record["kind"] == "test":
            if payload["kind"] == "function":
                state.setdefault(payload["id"], "not run")
            continue
        test = payload.get("testID")
        event = payload["kind"]
        if event == "issueRecorded" and payload["issue"].get("isFailure", True):
            # An issue outside any test, or in a suite's set-up, is a failure of its own.
            state[test or "outside any test"] = "failed"
        elif test not in state or state[test] == "failed":
            continue
        elif event == "testStarted":
            state[test] = "started"
        elif event in ("testSkipped", "testCancelled"):
            state[test] = "skipped"
        elif event == "testEnded" and state[test] == "started":
            state[test] = "passed"
    return state


def main():
    events, status = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    if not events.exists():
        print("retro: the tests could not be built or started (messages above).", file=sys.stderr)
        return status or 1
    state = outcomes(events.read_text(errors="replace").splitlines())
    for test in sorted(test for test, how in state.items() if how == "started"):
        print(f"retro: {test} never ended; the test process died.", file=sys.stderr)
    count = {how: list(state.values()).count(how) for how in set(state.values())}
    passed = count.get("passed", 0)
    failed = count.get("failed", 0) + count.get("started", 0)
    line = f"{passed} passed, {failed} failed"
    for how in ("skipped", "not run"):
        if count.get(how):
            line += f", {count[how]} {how}"
    sys.stdout.flush()
    print(line)
    if passed + failed == 0:
        print("retro: no test ran; a --filter may match none.", file=sys.stderr)
    return status or (1 if failed or count.get("not run") or not passed else 0)


sys.exit(main())
