"""Finds the rows on which a model fails: it raises, or predicts a number that is not finite."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from contracts.ports import Floats

#: After so many failing rows all that is not known to succeed counts as failing: a model that fails
#: everywhere is not asked for each row alone.
MOST = 1_000


class Failing(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a table on which a model fails.

    Attributes:
        rows: Whether it fails on each row, (n,).
        reasons: How many rows it fails on, by the kind of failure.
    """

    rows: npt.NDArray[np.bool_]
    reasons: dict[str, int]


def failing_rows(predict: Callable[[pa.Table], Floats], rows: pa.Table) -> Failing:
    """Return on which rows a model fails, found by halving a table on which it does.

    Args:
        predict: Returns predictions for a table, (n, k); it may raise anything.
        rows: The table.
    """
    failing, reasons = np.zeros(rows.num_rows, dtype=bool), Counter[str]()
    parts = [(0, rows.num_rows)] if rows.num_rows else []
    while parts:
        start, count = parts.pop()
        reason = _failure(predict, rows.slice(start, count))
        if reason and (count == 1 or failing.sum() >= MOST):
            failing[start : start + count] = True
            reasons[reason] += count
        elif reason:
            half = count // 2
            parts += [(start + half, count - half), (start, half)]
    return Failing(rows=failing, reasons=dict(reasons))


def _failure(predict: Callable[[pa.Table], Floats], rows: pa.Table) -> str:
    """Return how a model fails on a table, empty if it does not."""
    try:
        finite = np.isfinite(predict(rows)).all()
    except Exception as error:  # noqa: BLE001 - a model may raise anything; the others are served
        return f"model: {type(error.__cause__ or error).__name__}"  # a loaded model wraps its own
    return "" if finite else "model: a number that is not finite"
