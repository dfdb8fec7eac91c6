"""Rows on which two forms of one model are compared before one is served for the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from research.export.values import NAN

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from research.export.values import Values

SIZE = 2_000
#: A text that no training row had.
FOREIGN = "\N{WHITE QUESTION MARK ORNAMENT}"


def spread(rows: pa.Table) -> pa.Table:
    """Return rows spread evenly over a table."""
    every = np.linspace(0, rows.num_rows - 1, min(SIZE, rows.num_rows)).astype(np.int64)
    return rows.take(every)


def harder(values: Mapping[str, Values]) -> dict[str, Values]:
    """Return values as training rows seldom hold them: foreign texts, all that may lack lacking."""
    return {name: _harder(column) for name, column in values.items()}


def _harder(column: Values) -> Values:
    if column.dtype == object:
        return np.full_like(column, FOREIGN)
    return np.full_like(column, NAN) if np.isnan(column).any() else column
