"""A small sample of labelled rows, to try on them what takes long on all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.ports import OUTCOME

if TYPE_CHECKING:
    from contracts.data.labelled import LabelledRows
    from contracts.ports import Instants

#: Rows of each label at least, so that a learner which divides them into folds can.
LEAST = 10


def sample(rows: LabelledRows, size: int, *, labels: bool) -> LabelledRows:
    """Return about ``size`` of some rows, in their order, evenly spread over them.

    Args:
        rows: The rows.
        size: How many; all of them if there are no more.
        labels: Whether outcomes are labels: then as many rows of each, where there are, as a rare
            one would be missing from an even sample.
    """
    if len(rows) <= size:
        return rows
    if not labels:
        return rows.take(_spread(np.arange(len(rows)), size))
    codes = rows.events[OUTCOME].combine_chunks().dictionary_encode().indices.to_numpy()
    each = max(LEAST, size // (codes.max() + 1))
    parts = [_spread(np.flatnonzero(codes == code), each) for code in range(codes.max() + 1)]
    return rows.take(np.sort(np.concatenate(parts)))


def _spread(places: Instants, size: int) -> Instants:
    """Return at most so many of some places, the first and the last among them."""
    chosen = np.linspace(0, len(places) - 1, min(size, len(places))).astype(np.int64)
    return np.asarray(places[np.unique(chosen)], np.int64)
