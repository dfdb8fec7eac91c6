"""Trains what the training agent was asked for, and writes what came of it.

    python -m production.operating.training_process

reads orders, one a line, and carries them out one after the other. It records nothing: that is its
parent's part, once it finds the result. It ends with what it cannot carry out, and at once when its
parent is gone.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import LiaisonError, exit_code
from contracts.host.controls import printable
from contracts.host.durable import disk_errors, write_file
from production.database.database import Database
from production.operating.lifeline import take_order
from production.operating.live_parts import live_parts
from production.operating.training_worker import TrainingOrder
from production.service.folder import live_state

if TYPE_CHECKING:
    from production.generation.guarded import GuardedModel

    Packed = tuple[str, GuardedModel] | None


def main() -> int:
    """Train as ordered until one training fails, and return the exit code."""
    orders = SimpleQueue[bytes]()
    orders.put(take_order(on_line=orders.put))
    packed: Packed = None
    try:
        while True:
            order = msgspec.json.decode(orders.get(), type=TrainingOrder)
            with disk_errors("the training", "carried out"):
                packed = _train(order, packed)
    except LiaisonError as error:
        sys.stderr.write(f"{type(error).__name__}: {printable(str(error))}\n")
        return exit_code(error)


def _train(order: TrainingOrder, packed: Packed) -> Packed:
    """Carry out an order as if it were the first; return what was packed last.

    Args:
        order: The order.
        packed: What this process packed before: most likely the champion by now, which needs no
            trial in a process of its own.
    """
    state = live_state(order.config)
    with closing(Database(state.database)) as database:
        parts = live_parts(order.config, state, database)
        loader = parts.served.loader
        if packed is not None:
            loader.trust(*packed)
        result = parts.training().trainer.train(order.at, order.reason)
        write_file(Path(order.result), msgspec.json.encode(result))
        return loader.packed or packed


if __name__ == "__main__":
    sys.exit(main())
