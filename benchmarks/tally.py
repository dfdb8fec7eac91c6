"""What came of damaged inputs, for `damaged_contracts` and `hostile_generations`."""

from __future__ import annotations

import resource
from collections import Counter
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS, MEMORY = 5.0, 2**30


class Tally:
    """Counts results, and notes the slowest."""

    def __init__(self) -> None:
        self._results: Counter[str] = Counter()
        self._slowest = 0.0

    def add(self, name: str, outcome: Callable[[], tuple[str, str]]) -> None:
        """Time what a damaged input comes to, a result and its words; print a line."""
        start = perf_counter()
        result, words = outcome()
        seconds = perf_counter() - start
        self._slowest = max(self._slowest, seconds)
        self._results[result] += 1
        number = self._results.total()
        print(f"{number:4} {seconds:5.2f} s  {result:8} {name}: {words[:140]!r}", flush=True)

    def end(self) -> int:
        """Print the totals; return 1 if a result is ``ERROR``, one was slow, or memory was taken.

        The memory is that of this process, or of the largest that it started.
        """
        peak = max(
            resource.getrusage(who).ru_maxrss * 1024
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        slowest = self._slowest
        print(f"\n{dict(self._results)}, slowest {slowest:.1f} s, peak {peak / 2**20:.0f} MiB")
        return int(self._results["ERROR"] > 0 or slowest > SECONDS or peak > MEMORY)
