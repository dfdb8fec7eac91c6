"""The rows of a window in the two forms a learner takes, and their outcomes as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from contracts.data.guard import guarded
from contracts.data.rows import STANDARD, instants, with_outcome
from contracts.errors import DataError
from contracts.moment import iso
from contracts.ports import ARRIVED, OUTCOME, TIME

if TYPE_CHECKING:
    from contracts.ports import Floats, Instants, Source
    from research.target import Target


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The events of a window whose outcome is known.

    Args:
        table: The source's columns, no outcome null.
    """

    table: pa.Table

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the input columns, in the source's order."""
        return tuple(name for name in self.table.column_names if name not in STANDARD)

    @property
    def rows(self) -> pa.Table:
        """The rows to predict."""
        return self.table.select([*self.inputs])

    @property
    def examples(self) -> pa.Table:
        """The rows to fit: with the outcome as their last column."""
        return self.table.select([*self.inputs, OUTCOME])

    @property
    def times(self) -> Instants:
        """When each event happened."""
        return instants(self.table[TIME])

    @property
    def arrived(self) -> Instants:
        """When each outcome arrived."""
        return instants(self.table[ARRIVED])

    def y(self, target: Target) -> Floats:
        """Return the outcomes as numbers."""
        return target.numbers(self.table[OUTCOME])


def window(source: Source, start: int, end: int, *, known_by: int) -> Window:
    """Return the events of a window whose outcome was known by a moment.

    Raises:
        DataError: There is none.
        LeakError: The source hands over more than was known.
    """
    table = with_outcome(guarded(source, start, end, known_by=known_by))
    if not table.num_rows:
        raise DataError(
            f"no outcome between {iso(start)} and {iso(end)} had arrived by {iso(known_by)}",
            hint="move the window, or wait",
        )
    return Window(table=table)
