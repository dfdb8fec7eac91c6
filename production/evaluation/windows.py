"""Windows as the database keeps them: a record for each side and metric, and back."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from production.registry.evaluations import Source, WindowMetric
from production.triggers import ScoredWindow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


def records(
    product: str, window: ScoredWindow, metrics: Sequence[str], moment: int
) -> Iterator[WindowMetric]:
    """Yield what is kept of a window scored at a moment: also that a metric is undefined now."""
    sides: dict[Source, Mapping[str, float]] = {
        "served": window.served,
        "baseline": window.baseline,
    }
    for source, scores in sides.items():
        for metric in metrics:
            yield WindowMetric(
                product=product,
                start=window.start,
                end=window.end,
                source=source,
                metric=metric,
                value=scores.get(metric),
                rows=window.rows,
                computed_at=moment,
            )


def windows(kept: Iterable[WindowMetric]) -> Iterator[ScoredWindow]:
    """Yield the windows that kept evaluations, in order of their start, are of."""
    for (start, end), group in groupby(kept, key=lambda each: (each.start, each.end)):
        scores: dict[str, dict[str, float]] = {"served": {}, "baseline": {}}
        rows = 0
        for each in group:
            rows = each.rows
            if each.value is not None:
                scores[each.source][each.metric] = each.value
        yield ScoredWindow(start=start, end=end, rows=rows, **scores)
