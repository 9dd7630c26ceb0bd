#!/usr/bin/env python3
"""Event files as TensorBoard's own writer makes them, and a look at ours through its reader.

    event_files.py > Tests/JournalTests/Golden/tensorboard.json     the bytes of a few records
    event_files.py FOLDER                                           what TensorBoard reads in FOLDER
"""

import io
import json
import sys

import tensorboard
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter


def golden():
    events = [
        event_pb2.Event(wall_time=1700000000.25, file_version="brain.Event:2"),
        event_pb2.Event(
            wall_time=1700000001.5, step=300,
            summary=summary_pb2.Summary(value=[
                summary_pb2.Summary.Value(tag="train/loss", simple_value=3.25),
                summary_pb2.Summary.Value(tag="val/bpb", simple_value=0.0),
            ])),
        event_pb2.Event(
            wall_time=1700000002.0, step=120,
            session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START)),
    ]
    records = []
    for event in events:
        buffer = io.BytesIO()
        buffer.close = lambda: None
        writer = RecordWriter(buffer)
        writer.write(event.SerializeToString())
        records.append(buffer.getvalue().hex())
    print(json.dumps({
        "generator": "Tools/golden/event_files.py",
        "versions": {"tensorboard": tensorboard.__version__}, "records": records}, indent=1))


def read(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(folder, size_guidance={"scalars": 0})
    events.Reload()
    for tag in events.Tags()["scalars"]:
        scalars = events.Scalars(tag)
        print(tag, len(scalars), scalars[0].step, scalars[-1].step, scalars[-1].value)


if len(sys.argv) > 1:
    read(sys.argv[1])
else:
    golden()
