"""Stands for a process that trains: it ends as the order's reason says, or waits for the next."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from queue import SimpleQueue

import msgspec

from production.agents.records import TrainingResult
from production.operating.lifeline import take_order
from production.operating.training_worker import TrainingOrder


def main() -> None:
    """Carry out orders, one after the other."""
    orders = SimpleQueue[bytes]()
    orders.put(take_order(on_line=orders.put))
    while True:
        train(msgspec.json.decode(orders.get(), type=TrainingOrder))


def train(order: TrainingOrder) -> None:
    """Do as the order's reason says."""
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
        why=f"by process {os.getpid()}",
        scores={},
        start=0,
        known_by=order.at,
        rows=7,
        seconds=0.5,
    )
    written = Path(f"{order.result}.part")
    written.write_bytes(msgspec.json.encode(result))
    written.replace(order.result)


if __name__ == "__main__":
    main()
