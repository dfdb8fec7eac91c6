"""The outcome agent: records outcomes as they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from production.triggers.port import Wake

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.kind import Predicted
    from production.agents.progress import OutcomeProgress, Progress, Stored
    from production.database.database import Database
    from production.feedback.feed import Arrivals
    from production.feedback.outcomes import OutcomeLog


class OutcomeAgent:
    """Takes one product's outcomes from its feed into the outcome log.

    Args:
        target: What the product predicts: outcomes of another kind are rejected.
        feed: Where outcomes come from.
        log: Where they are recorded.
        closes: When the evaluation window of an event time closes; none where nothing is evaluated.
        progress: How far outcomes were taken.
        database: The database of log and progress.
    """

    def __init__(
        self,
        *,
        target: Predicted,
        feed: Arrivals,
        log: OutcomeLog,
        closes: Callable[[int], int] | None,
        progress: Stored[OutcomeProgress],
        database: Database,
    ) -> None:
        self._target, self._feed, self._log, self._closes = target, feed, log, closes
        self._progress, self._database = progress, database

    def step(self, moment: int) -> None:
        """Record the outcomes that arrived before a moment."""
        progress = self._progress.load()
        if moment <= progress.until:
            return
        outcomes = self._feed.outcomes(progress.until, moment)
        with self._database.transaction():
            if self._progress.load() != progress:
                return  # another process took them meanwhile
            receipt = self._log.record(
                self._target.product, outcomes, closes=self._closes, target=self._target
            )
            # Only the counts: why single outcomes were rejected concerns their sender.
            progress = replace(
                progress,
                until=moment,
                taken=progress.taken + receipt.received - receipt.duplicate,
                received=progress.received + replace(receipt, rejections=()),
            )
            self._progress.save(progress, moment)

    def next(self, moment: int) -> Wake:  # noqa: ARG002 - every agent is asked alike
        """Return a wake that never comes: outcomes are taken whenever another agent acts."""
        return Wake()


def fetched_until(progress: Progress) -> int | None:
    """Return before which moment a source's outcomes were fetched; None if clients report them."""
    reported = progress.intake.load().outcomes is not None
    return None if reported else progress.outcomes.load().until
