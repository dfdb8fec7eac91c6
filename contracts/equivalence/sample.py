"""The rows of a contract's windows: inputs, outcomes as numbers, days to resample by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from contracts.data.calendar import days
from contracts.data.labelled import labelled_rows
from contracts.errors import DataError
from contracts.moment import END_OF_TIME, duration, iso
from contracts.ports import ID, Floats, Instants

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.ports import Source


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that no side was fitted on, and what became of them.

    Attributes:
        ids: The n events.
        rows: Their inputs, in the contract's order.
        y: Their outcomes as numbers, shape (n,).
        days: The product's day of each, as a running number.
    """

    ids: pa.ChunkedArray
    rows: pa.Table
    y: Floats
    days: Instants


def learning_rows(
    contract: Contract, source: Source, start: int, end: int, *, known_by: int
) -> pa.Table:
    """Return what a side is fitted on: input columns and outcome, as known at the moment.

    Raises:
        DataError: The source hands over no row with an outcome, or lacks a column.
        LeakError: The source hands over an outcome that had not arrived.
    """
    return labelled_rows(source, start, end, known_by=known_by, inputs=contract.inputs).examples


def held_out(contract: Contract, source: Source, start: int, end: int) -> Sample:
    """Return a window's events whose outcome ever came and which a prediction could name.

    Raises:
        DataError: There are none, or the source lacks a column.
    """
    rows = labelled_rows(source, start, end, known_by=END_OF_TIME, inputs=contract.inputs)
    y = rows.outcomes(contract)
    listed = np.isfinite(y)
    if not listed.any():  # on no row any two sides agree
        raise DataError(
            f"{contract.product}: none of {len(y):,} outcomes from {iso(start)} to {iso(end)} is "
            "one that a prediction could name",
            hint=f"labels: {', '.join(map(str, contract.labels)) or 'finite numbers'}",
        )
    rows = rows.take(np.flatnonzero(listed))
    return Sample(
        ids=rows.events[ID],
        rows=rows.rows,
        y=y[listed],
        days=days(rows.times, offset=duration(contract.learning.day_offset)),
    )
