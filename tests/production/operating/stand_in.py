"""Stands in for the processes of a product: does what its order says, after its name.

    NAME serve [LOG] | done | loaded | fails | fails-later | stubborn

Its name is written out with its first line.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from production.operating.ending import told_to_end
from production.operating.lifeline import take_order


def main() -> int:
    """Do what is asked until told to end."""
    told = told_to_end()
    order = take_order(lambda line: say(f"heard {line.decode()}"))
    name, what, *more = order.decode().split()
    if what == "fails":
        sys.stderr.write("nothing works\n")
        return 3
    if what == "loaded":
        say(Path("/proc/self/comm").read_text().strip())
        say(str("production.operating.agent_process" in sys.modules))
        return 0
    say(f"order {name}")
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
            file.write(f"{name} ended\n")
    return 0


def say(line: str) -> None:
    """Report a line; not by a buffer, whose lock a thread may hold when this process ends."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    sys.exit(main())
