"""The source whose events of one window were read already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.data.memory import Memory
from contracts.data.read_ahead import ReadAhead
from contracts.data.rows import instants
from contracts.moment import END_OF_TIME
from contracts.ports import TIME
from tests.suites.source import SourceSuite, events

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


def read(table: pa.Table, start: int = -(2**63), end: int = END_OF_TIME) -> ReadAhead:
    """Return a source of which a window was read already."""
    source = Memory(table)
    rows = source.window(start, end, known_by=END_OF_TIME)
    return ReadAhead(source, rows, start=start, end=end)


class TestReadAhead(SourceSuite):
    """It satisfies the suite of every source."""

    @classmethod
    def make(cls, table: pa.Table, folder: Path) -> ReadAhead:  # noqa: ARG003 - needs no file
        """Build it from all events of a table."""
        return read(table)


@pytest.mark.parametrize(("before", "after"), [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_outside(before: int, after: int) -> None:
    """A window that reaches further than what was read has what the source itself answers."""
    table = events()
    times = sorted(instants(table[TIME]).tolist())
    start, end = times[1], times[-1]
    source = read(table, start, end)
    first, last = start - before, end + after
    assert source.window(first, last, known_by=last) == Memory(table).window(
        first, last, known_by=last
    )
