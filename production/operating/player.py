"""Plays a product's history through HTTP, and keeps its clock.

Requests are sent in the order of their times, up to the next moment at which agents act. There the
clock stands until all of them have acted for it, what was trained is registered, and the engine
serves the newest manifest. So what is recorded does not depend on how fast the history is played.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from contracts.data.rows import instants
from contracts.ports import TIME

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.host.clock import Clock
    from contracts.host.shared_clock import ClockSetter
    from production.feedback.feed import Replay
    from production.operating.sender import Sender

#: Seconds between two looks whether a request is due, or whether the agents have acted; and at most
#: where they take long, so that looking does not take from a training.
LOOK, LONGEST = 0.01, 0.1


class Player:
    """Plays requests up to a moment, and waits there.

    Args:
        feed: The history.
        sender: Sends requests.
        clock: The product's clock.
        setter: Sets it.
        speed: How many times as fast as the machine's time it runs at most.
        rows: How many requests are sent at once at most.
        pause: Waits so many seconds.
    """

    def __init__(
        self,
        feed: Replay,
        sender: Sender,
        *,
        clock: Clock,
        setter: ClockSetter,
        speed: float,
        rows: int,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._feed, self._sender, self._clock, self._setter = feed, sender, clock, setter
        self._speed, self._rows, self._pause = speed, rows, pause

    def play(self, start: int, end: int) -> None:
        """Send the requests of a window as their times come; the clock ends just before its end.

        Raises:
            StateError: The server does not answer.
        """
        rows = self._feed.requests(start, end)
        times, sent = instants(rows[TIME]), 0
        self._setter.run(start, speed=self._speed, limit=end - 1)
        while sent < rows.num_rows:
            due = int(times.searchsorted(self._clock.now(), side="right")) - sent
            if due:
                count = min(due, self._rows)
                self._sender.send(rows.slice(sent, count))
                sent += count
            else:
                self._pause(LOOK)
        while self._clock.now() < end - 1:
            self._pause(LOOK)

    def hold(self, moment: int, is_settled: Callable[[int], bool]) -> None:
        """Stop the clock at a moment until all is done that was due by then."""
        self._setter.hold(moment)
        look = LOOK
        while not is_settled(moment):
            self._pause(look)
            look = min(LONGEST, look * 1.1)
