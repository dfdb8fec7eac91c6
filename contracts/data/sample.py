"""A small sample of labelled rows, to try on them what takes long on all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from contracts.data.labelled import LabelledRows
    from contracts.ports import Instants

#: Rows of each label at least, so that a learner which divides them into folds can.
LEAST = 10


def sample(rows: LabelledRows, size: int) -> LabelledRows:
    """Return about ``size`` of some rows, in their order, evenly spread over them.

    Where outcomes are labels, as many rows of each, if there are so many: a rare one would be
    missing from an even sample. All labels that an open set does not list count as one.

    Args:
        rows: The rows.
        size: How many; all of them if there are no more.
    """
    if len(rows) <= size:
        return rows
    if rows.target.kind == "regression":
        return rows.take(_spread(np.arange(len(rows)), size))
    codes = np.nan_to_num(rows.outcomes, nan=-1)
    distinct = np.unique(codes)
    each = max(LEAST, size // len(distinct))
    parts = [_spread(np.flatnonzero(codes == code), each) for code in distinct]
    return rows.take(np.sort(np.concatenate(parts)))


def _spread(places: Instants, size: int) -> Instants:
    """Return at most so many of some places, the first and the last among them."""
    chosen = np.linspace(0, len(places) - 1, min(size, len(places))).astype(np.int64)
    return np.asarray(places[np.unique(chosen)], np.int64)
