"""Serving evaluation: the scores of each window, and the outcomes that a baseline predicts from."""

from __future__ import annotations

import math
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from contracts.data.outcomes import numeric_outcomes
from contracts.data.rows import instants, with_outcome
from contracts.ports import ARRIVED, OUTCOME
from contracts.score.metric.registry import metric
from production.registry.evaluations import Source, WindowMetric
from production.triggers import ScoredWindow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from contracts import ports
    from contracts.contract.terms import Terms
    from contracts.ports import Floats, Instants
    from production.feedback.outcomes import OutcomeLog
    from production.registry.evaluations import Evaluations


def scores(names: Iterable[str], truth: Floats, predicted: Floats) -> dict[str, float]:
    """Return each metric that the rows define: an area needs both classes.

    Args:
        names: Names of metrics.
        truth: Outcomes as numbers, (n,).
        predicted: Predictions, (n, k).
    """
    if not len(truth):
        return {}
    values = {name: metric(name).value(truth, predicted) for name in names}
    return {name: value for name, value in values.items() if not math.isnan(value)}


class ScoredWindows:
    """The evaluation windows of a product, as they were last scored.

    It reads from the database only what was recorded since it last read.

    Args:
        product: The product.
        evaluations: Where scores are recorded.
    """

    def __init__(self, *, product: str, evaluations: Evaluations) -> None:
        self._product, self._evaluations = product, evaluations
        self._windows: dict[int, ScoredWindow] = {}
        self._read = 0

    def all(self) -> tuple[ScoredWindow, ...]:
        """Return the windows, oldest first."""
        metrics, self._read = self._evaluations.after(self._product, self._read)
        self._windows |= {window.start: window for window in windows(metrics)}
        return tuple(self._windows[start] for start in sorted(self._windows))

    def record(self, scored: Iterable[ScoredWindow], metrics: Sequence[str], moment: int) -> None:
        """Record windows as they were scored at a moment."""
        self._evaluations.record(
            row
            for window in scored
            for row in window_metrics(self._product, window, metrics, moment)
        )


def window_metrics(
    product: str, window: ScoredWindow, metrics: Sequence[str], moment: int
) -> Iterator[WindowMetric]:
    """Yield one record for each side and metric, also for a metric that is undefined now."""
    sides: dict[Source, Mapping[str, float]] = {
        "served": window.served,
        "baseline": window.baseline,
    }
    for source, values in sides.items():
        for name in metrics:
            yield WindowMetric(
                product=product,
                start=window.start,
                end=window.end,
                source=source,
                metric=name,
                value=values.get(name),
                rows=window.rows,
                computed_at=moment,
            )


def windows(metrics: Iterable[WindowMetric]) -> Iterator[ScoredWindow]:
    """Yield the windows that records are of, in their order, as often as they were scored."""
    for (start, end, _), group in groupby(metrics, attrgetter("start", "end", "computed_at")):
        values: dict[str, dict[str, float]] = {"served": {}, "baseline": {}}
        rows = 0
        for each in group:
            rows = each.rows
            if each.value is not None:
                values[each.source][each.metric] = each.value
        yield ScoredWindow(start=start, end=end, rows=rows, **values)


class KnownOutcomes:
    """Outcomes as numbers with their arrivals, in order of arrival: a naive baseline's data.

    What a window's baseline predicts from depends on the window alone: neither on when the window
    is scored nor on which process scores it. So nothing is forgotten; an outcome takes 16 bytes.

    Args:
        source: Where the outcomes known at the start come from.
        log: Where later ones are read from.
        terms: What an outcome is, as a number.
        start: The first moment of operation.
        memory: How far back from a window a baseline looks, microseconds.
    """

    def __init__(
        self, source: ports.Source, log: OutcomeLog, terms: Terms, *, start: int, memory: int
    ) -> None:
        self._log, self._terms, self._memory = log, terms, memory
        rows = with_outcome(source.window(start - memory, start, known_by=start))
        rows = rows.sort_by(ARRIVED)
        self._arrived = instants(rows[ARRIVED])
        self._outcomes = numeric_outcomes(terms, rows[OUTCOME])
        self._until = start

    def before(self, window: int, moment: int) -> tuple[Instants, Floats]:
        """Return arrivals and outcomes, parallel, that the baseline of a window predicts from.

        Args:
            window: The window's first moment.
            moment: The outcomes that arrived before this moment are known.
        """
        self._read(moment)
        first = int(np.searchsorted(self._arrived, window - self._memory))
        return self._arrived[first:], self._outcomes[first:]

    def _read(self, moment: int) -> None:
        """Read the outcomes that arrived since the last time."""
        if moment <= self._until:
            return
        arrived, values = self._log.arrived(self._terms.product, self._until, moment)
        self._until = moment
        if len(arrived):
            self._arrived = np.concatenate([self._arrived, arrived])
            self._outcomes = np.concatenate([self._outcomes, numeric_outcomes(self._terms, values)])
