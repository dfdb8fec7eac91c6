"""The supervised side: takes the order, and ends in order once the supervisor is gone."""

from __future__ import annotations

import os
import signal
import sys
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

#: The handle of the standard input, and how much of it is read at once.
INPUT, PART = 0, 65_536


def take_order(on_line: Callable[[bytes], None] | None = None) -> bytes:
    """Return the first line of the standard input; from then on its end ends this process.

    Args:
        on_line: Called, in a thread, with each further line; none are expected if it is not given.
    """
    # Not sys.stdin: a thread that waits in its buffer would hold up the end of the interpreter.
    received = b""
    while b"\n" not in received:
        part = os.read(INPUT, PART)
        if not part:
            sys.exit(0)
        received += part
    order, _, rest = received.partition(b"\n")
    Thread(target=_follow, args=(rest, on_line), name="lifeline", daemon=True).start()
    return order


def _follow(rest: bytes, on_line: Callable[[bytes], None] | None) -> None:
    """Pass lines on; at the end of the input let this process end."""
    while True:
        *lines, rest = rest.split(b"\n")
        if on_line:
            for line in lines:
                on_line(line)
        part = os.read(INPUT, PART)
        if not part:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        rest += part
