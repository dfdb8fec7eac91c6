"""When a process that ended is started again: soon, later each time, and not at all for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.moment import MINUTE, SECOND

if TYPE_CHECKING:
    from contracts.host.clock import Clock


class RestartLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How soon and how often a process is started again; durations in microseconds.

    Attributes:
        first: The pause after it ended for the first time; it doubles each time after that.
        most: The longest of these pauses.
        sound: A process that ran so long counts as sound: the next pause is the first again.
        failures: So many ends open the circuit.
        within: Within so long.
        rest: How long an open circuit keeps it from being started.
    """

    first: int = SECOND
    most: int = MINUTE
    sound: int = MINUTE
    failures: int = 5
    within: int = 10 * MINUTE
    rest: int = 10 * MINUTE


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """How long a process is not started.

    Attributes:
        lasts: How long, microseconds.
        is_open: Whether the circuit is open: it ended too often.
    """

    lasts: int
    is_open: bool = False


class Circuit:
    """Decides when one process is started again.

    Args:
        limits: How soon and how often.
        clock: The machine's time.
    """

    def __init__(self, limits: RestartLimits, *, clock: Clock) -> None:
        self._limits, self._clock = limits, clock
        self._ends: list[int] = []
        self._next = limits.first
        self._started = clock.now()

    def started(self) -> None:
        """Take note that the process was started."""
        self._started = self._clock.now()

    def ended(self) -> Pause:
        """Return how long to wait now that the process has ended."""
        limits, now = self._limits, self._clock.now()
        self._ends = [each for each in self._ends if each > now - limits.within] + [now]
        if len(self._ends) >= limits.failures:
            self._ends, self._next = [], limits.first
            return Pause(lasts=limits.rest, is_open=True)
        if now - self._started >= limits.sound:
            self._next = limits.first
        pause = Pause(lasts=self._next)
        self._next = min(2 * self._next, limits.most)
        return pause
