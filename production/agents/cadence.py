"""When an evaluation by volume is due: after so many further requests or outcomes.

Both are counted in the log, between the last evaluation and now, so a backtest and a product in
service count alike, and a process that starts again goes on where the one before ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.triggers.port import Wake

if TYPE_CHECKING:
    from production.feedback.counts import LogCounts


class Cadence:
    """Says when so many further requests were served, or outcomes arrived.

    Args:
        counts: Counts what is logged.
        requests: So many requests, or none.
        outcomes: So many outcomes, or none; whichever number is reached first.
    """

    def __init__(self, counts: LogCounts, *, requests: int | None, outcomes: int | None) -> None:
        self._counts, self._requests, self._outcomes = counts, requests, outcomes

    @property
    def by_volume(self) -> bool:
        """Whether anything is counted; without it each window's close is due."""
        return self._requests is not None or self._outcomes is not None

    def is_due(self, since: int, moment: int) -> bool:
        """Return whether either number came between the last evaluation and a moment."""
        requests, outcomes = self._missing(since, moment)
        return any(missing is not None and missing <= 0 for missing in (requests, outcomes))

    def wake(self, since: int, moment: int) -> Wake:
        """Return how many more of each are missing at a moment."""
        requests, outcomes = self._missing(since, moment)
        return Wake(
            requests=None if requests is None else max(1, requests),
            outcomes=None if outcomes is None else max(1, outcomes),
        )

    def _missing(self, since: int, moment: int) -> tuple[int | None, int | None]:
        requests, outcomes = self._requests, self._outcomes
        return (
            None if requests is None else requests - self._counts.requests(since, moment),
            None if outcomes is None else outcomes - self._counts.outcomes(since, moment),
        )
