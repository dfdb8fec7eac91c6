"""How well one column alone tells the outcome: what tells it almost perfectly may know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import numpy.typing as npt

    from contracts.ports import Floats

#: Into how many parts of equal size numbers are cut.
PARTS = 200


def power(column: pa.ChunkedArray, outcomes: Floats) -> float:
    """Return the share of the outcomes' variance that a column explains on rows it did not see.

    Half of the rows, drawn at random, give the mean outcome of each value, or of each part of the
    numbers; the others are predicted by them. Null is a value of its own.

    Args:
        column: n values.
        outcomes: The outcomes as numbers (n, k); the best explained one counts.

    >>> outcomes = np.arange(100.0)[:, None] % 2
    >>> power(pa.chunked_array([pa.array(outcomes[:, 0])]), outcomes)
    1.0
    """
    parts = _parts(column)
    count = int(parts.max()) + 1
    order = np.random.default_rng(0).permutation(len(parts))
    fit, test = order[::2], order[1::2]
    explained = []
    for y in outcomes.T:
        rows = np.bincount(parts[fit], minlength=count)
        sums = np.bincount(parts[fit], weights=y[fit], minlength=count)
        means = np.where(rows > 0, sums / np.maximum(rows, 1), y[fit].mean())
        variance = float(((y[test] - y[test].mean()) ** 2).sum())
        rest = float(((y[test] - means[parts[test]]) ** 2).sum())
        explained.append(1 - rest / variance if variance else 0.0)
    return max(explained)


def _parts(column: pa.ChunkedArray) -> npt.NDArray[np.intp]:
    """Return the part that each value belongs to, as a number from 0."""
    if not pa.types.is_integer(column.type) and not pa.types.is_floating(column.type):
        codes = column.combine_chunks().dictionary_encode(null_encoding="encode").indices
        return np.asarray(codes, np.intp)
    numbers = np.asarray(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False))
    known = ~np.isnan(numbers)
    if not known.any():
        return np.zeros(len(numbers), np.intp)
    edges = np.unique(np.quantile(numbers[known], np.linspace(0, 1, PARTS)))
    return np.where(known, 1 + np.searchsorted(edges, numbers), 0)
