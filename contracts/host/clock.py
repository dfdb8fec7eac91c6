"""The clock adapter: the one place where time is read. Every agent takes a clock.

A backtest runs the same agents on a clock that is set; live operation runs them on the wall's.
"""

from __future__ import annotations

import time
from typing import Protocol

from contracts.moment import SECOND


class Clock(Protocol):
    """Tells the time, as UTC microseconds, and lets it become a moment."""

    def now(self) -> int:
        """Return the present instant."""

    def reach(self, moment: int) -> None:
        """Return when it is that moment or later."""


class WallClock:
    """The time of the machine."""

    def now(self) -> int:
        """Return the present instant of the machine's clock."""
        return time.time_ns() // 1_000

    def reach(self, moment: int) -> None:
        """Wait until it is that moment."""
        while (left := moment - self.now()) > 0:
            time.sleep(left / SECOND)


class VirtualClock:
    """A clock that stands still until it is set: the time of a backtest, and of tests.

    >>> clock = VirtualClock(5)
    >>> clock.reach(7)
    >>> clock.now()
    7
    """

    def __init__(self, start: int) -> None:
        self._now = start

    def now(self) -> int:
        """Return the instant the clock was last set to."""
        return self._now

    def reach(self, moment: int) -> None:
        """Set the clock forward to a moment; one that is past changes nothing."""
        self._now = max(self._now, moment)


class Stopwatch:
    """Seconds gone by since it was made: for what a training or a row costs, never for order."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def seconds(self) -> float:
        """Return the seconds since the stopwatch was made."""
        return time.perf_counter() - self._start
