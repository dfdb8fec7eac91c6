"""The evaluation agent: scores what was served, window by window, as outcomes arrive.

It never predicts anew: the event log holds what was said, and outcomes say what was true. It is
generic: metrics and baseline are the contract's and the product's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa

from contracts.data.labelled import numeric_outcomes
from contracts.errors import ConfigError
from contracts.moment import duration
from production.evaluation.metrics import score
from production.evaluation.windows import records, windows
from production.triggers import ScoredWindow

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.ports import Baseline
    from production.evaluation.known import Known
    from production.feedback.batch import Outcomes
    from production.feedback.feedback import Feedback
    from production.registry.evaluations import Evaluations


class Evaluation(Protocol):
    """What the loop asks of whoever evaluates, or does not."""

    def close(self, moment: int, arrivals: Outcomes, *, since: int) -> None:
        """Score the windows that closed since, and those that late outcomes reopened."""

    def windows(self) -> tuple[ScoredWindow, ...]:
        """Return the windows that have closed, oldest first, as they were last scored."""

    def next_close(self, moment: int) -> int | None:
        """Return the first close after a moment, none where nothing is evaluated."""


class NoEvaluation:
    """Scores nothing: what a product without increments is left with."""

    def close(self, moment: int, arrivals: Outcomes, *, since: int) -> None:
        """Do nothing."""

    def windows(self) -> tuple[ScoredWindow, ...]:
        """Return no window."""
        return ()

    def next_close(self, moment: int) -> int | None:  # noqa: ARG002 - the port's signature
        """Return none."""
        return None


class EvaluationAgent:
    """Scores served predictions by the contract's metrics, beside the naive baseline.

    Args:
        every: The length of a window, such as ``1d``; windows follow each other from ``start``.
        start: The first window's start.
        contract: Names the metrics.
        baseline: The naive baseline.
        known: The outcomes known so far, which the baseline predicts from.
        feedback: What was served, and what came back.
        evaluations: Where scores are kept.
    """

    def __init__(
        self,
        *,
        every: str,
        start: int,
        contract: Contract,
        baseline: Baseline,
        known: Known,
        feedback: Feedback,
        evaluations: Evaluations,
    ) -> None:
        self._every, self._start = duration(every), start
        if not self._every:
            raise ConfigError("evaluation.every: expected a duration above 0", hint="1d, say")
        self._contract, self._baseline, self._known = contract, baseline, known
        self._feedback, self._evaluations = feedback, evaluations
        self._names = tuple(term.name for term in contract.metrics)
        self._scored = {w.start: w for w in windows(evaluations.latest(contract.product))}

    def close(self, moment: int, arrivals: Outcomes, *, since: int) -> None:
        """Score the windows that closed since, and those that late outcomes reopened."""
        self._known.take(np.asarray(arrivals.arrived), pa.array(arrivals.value))
        scored = [self._score(start, moment) for start in self._due(moment, since)]
        # A window in which nothing was ever scored has nothing to say.
        told = [window for window in scored if window.rows or window.start in self._scored]
        self._scored |= {window.start: window for window in told}
        self._evaluations.record(
            record
            for window in told
            for record in records(self._contract.product, window, self._names, moment)
        )

    def windows(self) -> tuple[ScoredWindow, ...]:
        """Return the windows that have closed, oldest first, as they were last scored."""
        return tuple(self._scored[start] for start in sorted(self._scored))

    def next_close(self, moment: int) -> int | None:
        """Return the first close after a moment."""
        return self._window(moment) + self._every

    def _window(self, moment: int) -> int:
        """Return the start of the window a moment lies in."""
        return moment - (moment - self._start) % self._every

    def _due(self, moment: int, since: int) -> list[int]:
        """Return the starts of the windows to score: newly closed, and reopened by late outcomes.

        A window that is still open is scored when it closes, whatever arrives before.
        """
        open_at = self._window(moment)
        closed = range(self._window(since), open_at, self._every)
        late = self._feedback.arrived(self._contract.product, since, moment)
        reopened = {self._window(int(time)) for time in np.unique(late)}
        return sorted(start for start in {*closed, *reopened} if start < open_at)

    def _score(self, start: int, moment: int) -> ScoredWindow:
        end = start + self._every
        seen = self._feedback.scored(self._contract.product, start, end, known_by=moment)
        if not len(seen.time):
            return ScoredWindow(start=start, end=end, rows=0, served={}, baseline={})
        truth = numeric_outcomes(self._contract, seen.outcome)
        arrived, outcomes = self._known.arrays(start)
        naive = self._baseline.predict(seen.time, arrived=arrived, outcomes=outcomes)
        return ScoredWindow(
            start=start,
            end=end,
            rows=len(seen.time),
            served=score(self._names, truth, seen.prediction),
            baseline=score(self._names, truth, naive),
        )
