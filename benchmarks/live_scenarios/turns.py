"""How long answers take while something happens, beside how long they take while nothing does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks.serving_scenarios.server import p99

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.serving_scenarios.findings import Findings
    from benchmarks.serving_scenarios.server import RunningLoad

#: How much longer the 99th percentile of answers may be.
MOST = 1.1
#: A machine is not equally fast at all times, and of a few seconds no percentile is known well: so
#: many turns of both, each with so many seconds of rest.
TURNS, REST = 5, 40.0


class Turns:
    """Rest and trouble in turns.

    Args:
        judged: Whether the time that answers take counts; if not, there is one turn.
    """

    def __init__(self, *, judged: bool) -> None:
        self._judged = judged
        self._resting, self._troubled = list[tuple[float, float]](), list[tuple[float, float]]()

    def __call__(self, count: int) -> Iterator[range]:
        """Rest, then yield which of so many times come next; again, until all have come."""
        turns, rest = (TURNS, REST) if self._judged else (1, 2.0)
        for first in range(turns):
            began = time.monotonic()
            time.sleep(rest)
            troubled = time.monotonic()
            yield range(first, count, turns)
            self._resting.append((began, troubled))
            self._troubled.append((troubled, time.monotonic()))

    def check(self, findings: Findings, load: RunningLoad, trouble: str) -> None:
        """Claim, if it counts, that answers took as long in either.

        Args:
            findings: Where to.
            load: The answers.
            trouble: What happened, such as ``agents die``.
        """
        if self._judged:
            steady, during = p99(load.within(self._resting)), p99(load.within(self._troubled))
            figures = f"p99 {steady:.1f} ms at rest, {during:.1f} ms while {trouble}"
            holds = during <= MOST * steady
            findings.claim(f"{figures} ({during / steady:.2f} times)", holds=holds)
