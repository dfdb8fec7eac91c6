"""The rows that two sides are compared on: neither was fitted on them; outcomes are known."""

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
    import numpy.typing as npt

    from contracts.contract import Contract
    from contracts.ports import Source


class HeldOut(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that neither side was fitted on, with their outcomes.

    Attributes:
        ids: The n events.
        rows: Their inputs, in the contract's order.
        y: Their outcomes as numbers, (n,).
        days: The product's day of each, as a running number, (n,).
    """

    ids: pa.ChunkedArray
    rows: pa.Table
    y: Floats
    days: Instants

    def where(self, mask: npt.NDArray[np.bool]) -> HeldOut:
        """Return the rows of a mask, (n,)."""
        ids, rows = (each.filter(pa.array(mask)) for each in (self.ids, self.rows))
        return HeldOut(ids=ids, rows=rows, y=self.y[mask], days=self.days[mask])


def held_out(contract: Contract, source: Source, start: int, end: int) -> HeldOut:
    """Return a window's events with an outcome that a prediction could name.

    Raises:
        DataError: There are none, or the source lacks a column.
    """
    window = labelled_rows(
        source, start, end, known_by=END_OF_TIME, target=contract, inputs=contract.inputs
    )
    y = window.outcomes
    listed = np.isfinite(y)
    if not listed.any():  # any two sides would agree on no row
        raise DataError(
            f"{contract.product}: none of {len(y):,} outcomes from {iso(start)} to {iso(end)} is "
            "one that a prediction could name",
            hint=f"labels: {', '.join(map(str, contract.labels)) or 'finite numbers'}",
        )
    by_day = days(window.times, offset=duration(contract.learning.day_offset))
    return HeldOut(ids=window.events[ID], rows=window.rows, y=y, days=by_day).where(listed)
