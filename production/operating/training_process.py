"""Trains what the training agent was asked for, and writes what came of it.

    python -m production.operating.training_process

reads an order. It records nothing: that is its parent's part, once this has ended. It ends at once
when that is gone.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

import msgspec

from contracts.errors import LiaisonError, exit_code
from contracts.host.controls import printable
from contracts.host.durable import disk_errors, write_file
from production.database.database import Database
from production.operating.lifeline import take_order
from production.operating.live_parts import live_parts
from production.operating.training import TrainingOrder
from production.service.folder import live_state

#: How much less than those that serve the process counts where processors are short.
NICENESS = 10


def main() -> int:
    """Train as ordered, and return the exit code."""
    order = msgspec.json.decode(take_order(), type=TrainingOrder)
    os.nice(NICENESS)
    try:
        state = live_state(order.config)
        with (
            disk_errors("the training", "carried out"),
            closing(Database(state.database)) as database,
        ):
            trainer = live_parts(order.config, state, database).training().trainer
            result = trainer.train(order.at, order.reason)
            write_file(Path(order.result), msgspec.json.encode(result))
    except LiaisonError as error:
        sys.stderr.write(f"{type(error).__name__}: {printable(str(error))}\n")
        return exit_code(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
