"""Plays a product's history under a supervisor.

    python -m production.operating.traffic_process

Its order, the first line of its standard input, is the configuration. A second line says that the
agents have ended, so that the last outcomes can be taken.
"""

from __future__ import annotations

import sys
from threading import Event

import msgspec

from contracts.errors import LiaisonError, exit_code
from contracts.host.controls import printable
from production.operating.lifeline import take_order
from production.operating.traffic import play_history
from production.settings import Production


def main() -> int:
    """Play the history as ordered, and return the exit code."""
    settling = Event()
    order = take_order(on_line=lambda _: settling.set())
    try:
        play_history(msgspec.json.decode(order, type=Production), settling)
    except LiaisonError as error:
        sys.stderr.write(f"{type(error).__name__}: {printable(str(error))}\n")
        return exit_code(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
