"""The only place where the time is read. Every agent takes a clock.

A backtest runs the same agents on a virtual clock; live operation runs them on the wall clock.
"""

from __future__ import annotations

import time
from typing import Protocol

from contracts.moment import SECOND


class Clock(Protocol):
    """Gives the time in UTC microseconds, and waits for a moment."""

    def now(self) -> int:
        """Return the present instant."""

    def wait_until(self, moment: int) -> None:
        """Return when the clock shows that moment or later."""


class WallClock:
    """The time of the machine."""

    def now(self) -> int:
        """Return the present instant of the machine's clock."""
        return time.time_ns() // 1_000

    def wait_until(self, moment: int) -> None:
        """Sleep until that moment."""
        while (left := moment - self.now()) > 0:
            time.sleep(left / SECOND)


class VirtualClock:
    """A clock that shows the moment it was set to: the time of a backtest and of tests.

    >>> clock = VirtualClock(5)
    >>> clock.wait_until(7)
    >>> clock.now()
    7
    """

    def __init__(self, start: int) -> None:
        self._now = start

    def now(self) -> int:
        """Return the instant the clock was last set to."""
        return self._now

    def wait_until(self, moment: int) -> None:
        """Set the clock forward to a moment; a past one changes nothing."""
        self._now = max(self._now, moment)


class Stopwatch:
    """Measures the seconds that a training or a prediction takes; never used to order events."""

    def __init__(self) -> None:
        self._start = time.perf_counter()

    def seconds(self) -> float:
        """Return the seconds since the stopwatch was made."""
        return time.perf_counter() - self._start
