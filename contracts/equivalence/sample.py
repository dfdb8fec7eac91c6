"""The rows of a contract's windows: inputs, outcomes as numbers, days to resample by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.data.outcome import numbers
from contracts.errors import DataError, LeakError
from contracts.moment import EVER, duration, iso
from contracts.ports import ARRIVED, ID, OUTCOME, TIME, Floats, Instants
from contracts.score.bootstrap import days

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
    table = _with_outcome(contract, source, start, end, known_by=known_by)
    latest = pc.max(table[ARRIVED].cast(pa.int64())).as_py()
    if latest is not None and latest >= known_by:
        raise LeakError(
            f"{contract.product}: an outcome of {iso(latest)} is not known by {iso(known_by)}"
        )
    return table.select([*contract.inputs, OUTCOME])


def held_out(contract: Contract, source: Source, start: int, end: int) -> Sample:
    """Return a window's events whose outcome ever came and which a prediction could name.

    Raises:
        DataError: There are none, or the source lacks a column.
    """
    table = _with_outcome(contract, source, start, end, known_by=EVER)
    y = numbers(contract, table[OUTCOME])
    listed = np.isfinite(y)
    if not listed.any():  # on no row any two sides agree
        raise DataError(
            f"{contract.product}: none of {len(y):,} outcomes from {iso(start)} to {iso(end)} is "
            "one that a prediction could name",
            hint=f"labels: {', '.join(map(str, contract.labels)) or 'finite numbers'}",
        )
    table = table.filter(pa.array(listed))
    times = table[TIME].cast(pa.int64()).to_numpy()
    return Sample(
        ids=table[ID],
        rows=table.select(list(contract.inputs)),
        y=y[listed],
        days=days(times, offset=duration(contract.learning.day_offset)),
    )


def _with_outcome(
    contract: Contract, source: Source, start: int, end: int, *, known_by: int
) -> pa.Table:
    table = source.window(start, end, known_by=known_by)
    wanted = (ID, TIME, OUTCOME, ARRIVED, *contract.inputs)
    missing = [name for name in wanted if name not in table.column_names]
    if missing:
        raise DataError(
            f"{contract.product}: the source lacks columns of contract {contract.version}",
            details=missing,
        )
    kept = table.filter(pc.is_valid(table[OUTCOME]))
    if not kept.num_rows:
        raise DataError(
            f"{contract.product}: none of {table.num_rows:,} events from {iso(start)} to "
            f"{iso(end)} has an outcome",
            hint="python -m contracts task=ingest builds the data",
        )
    return kept
