"""Stands in for the processes of a product: does what its first argument says.

    python stand_in.py serve | agent | fails | flaky COUNT FILE | stubborn

Its order is written out as its first line.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from threading import Event

from production.operating.lifeline import take_order


def main(what: str, *more: str) -> int:
    """Do what is asked until told to end."""
    told = Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    order = take_order(lambda line: say(f"heard {line.decode()}"))
    if what == "fails":
        sys.stderr.write("nothing works\n")
        return 3
    say(f"order {order.decode()}")
    if what == "done":
        return 0
    if what == "fails-later":
        sys.stderr.write("it broke\n")
        return 4
    if what == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while not told.wait(0.05) or what == "stubborn":
        pass
    if more:
        with Path(more[0]).open("a") as file:
            file.write(f"{order.decode()} ended\n")
    return 0


def say(line: str) -> None:
    """Report a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
