"""Stands for a process that trains: it ends as the order's reason says."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import msgspec

from production.agents.records import TrainingResult
from production.operating.lifeline import take_order
from production.operating.training import TrainingOrder

order = msgspec.json.decode(take_order(), type=TrainingOrder)
if order.reason == "stop":
    signal.pause()
elif order.reason == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
elif order.reason == "fail":
    sys.stderr.write("DataError: the source is away\n")
    sys.exit(3)
result = TrainingResult(
    at=order.at,
    reason=order.reason,
    verdict="promoted" if order.reason == "serve" else "refused",
    artifact="f" * 64 if order.reason == "serve" else None,
    why="as it was told",
    scores={},
    start=0,
    known_by=order.at,
    rows=7,
    seconds=0.5,
)
Path(order.result).write_bytes(msgspec.json.encode(result))
