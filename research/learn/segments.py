"""What parts of the test window score: one value of a text at a time, or a third of a number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.contract.card import SegmentScore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.data.labelled import LabelledRows
    from contracts.score.metric.port import Metric
    from research.learn.evaluation import ScoredPredictions

#: Rows below which a segment's score says little, and the most values of one text that are scored.
LEAST, MOST = 30, 8
THIRDS = (1 / 3, 2 / 3)


def segment_scores(
    train: LabelledRows, test: LabelledRows, scored: ScoredPredictions, metric: Metric
) -> tuple[tuple[SegmentScore, ...], int]:
    """Return what each segment of the test window scores, and how many have too few rows for it.

    Args:
        train: The training window, whose thirds cut the numbers.
        test: The test window, n rows.
        scored: The predictions for it.
        metric: What scores them.
    """
    scores, small, sides = [], 0, (scored.p, scored.q)
    for column, value, inside in _segments(train, test):
        rows = int(inside.sum())
        if rows < LEAST:
            small += 1
            continue
        solution, baseline = (metric.value(scored.y[inside], side[inside]) for side in sides)
        if not (math.isfinite(solution) and math.isfinite(baseline)):
            small += 1
            continue
        scores.append(
            SegmentScore(
                column=column,
                value=value,
                rows=rows,
                solution=solution,
                baseline=baseline,
            )
        )
    return tuple(scores), small


def _segments(train: LabelledRows, test: LabelledRows) -> Iterator[tuple[str, str, Any]]:
    """Yield column, value and which rows of the test window have it."""
    for name in test.inputs:
        column = test.events[name].combine_chunks()
        if is_number(column.type):
            yield from _ranges(name, numbers(train.events[name].combine_chunks()), numbers(column))
            continue
        texts = column.cast(pa.string())
        counts = sorted(
            (pair for pair in pc.value_counts(texts).to_pylist() if pair["values"] is not None),
            key=lambda pair: (-pair["counts"], pair["values"]),
        )
        for pair in counts[:MOST]:
            yield name, pair["values"], _where(pc.equal(texts, pair["values"]))


def _ranges(name: str, trained: Any, tested: Any) -> Iterator[tuple[str, str, Any]]:
    present = trained[~np.isnan(trained)]
    cuts = np.unique(np.quantile(present, THIRDS)) if len(present) else np.zeros(0)
    if not len(cuts):
        return
    low, high = float(cuts[0]), float(cuts[-1])
    yield name, f"up to {low:.4g}", tested <= low
    if high > low:
        yield name, f"{low:.4g} to {high:.4g}", (tested > low) & (tested <= high)
    yield name, f"above {high:.4g}", tested > high


def is_number(kind: pa.DataType) -> bool:
    """Return whether a column holds numbers."""
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def numbers(column: pa.Array) -> Any:
    """Return a column of numbers, (n,), NaN for null."""
    values = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return np.asarray(values, np.float64)


def _where(mask: pa.Array) -> Any:
    return np.asarray(pc.fill_null(mask, fill_value=False).to_numpy(zero_copy_only=False))
