"""Runtime metrics, from what agents recorded: what triggers and selectors decide from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.triggers import Runtime

if TYPE_CHECKING:
    from production.agents.progress import Progress
    from production.evaluation import ScoredWindows


class RuntimeMetrics:
    """Reads the runtime metrics of one product.

    Counts are differences of the agents' running totals, so that no log is scanned.

    Args:
        progress: The agents' progress.
        windows: The evaluation windows.
        start: The first moment of operation.
    """

    def __init__(self, progress: Progress, windows: ScoredWindows, *, start: int) -> None:
        self._progress, self._windows, self._start = progress, windows, start

    def at(self, moment: int) -> Runtime:
        """Return the metrics at a moment that all agents have reached."""
        training = self._progress.training.load()
        promoted = self._progress.promotion.load().promoted
        return Runtime(
            now=moment,
            since=self._start if training.asked is None else training.asked,
            promoted=self._start if promoted is None else promoted,
            requests=self._progress.serving.load().served - training.served,
            outcomes=self._progress.outcomes.load().taken - training.taken,
            windows=self._windows.all(),
        )
