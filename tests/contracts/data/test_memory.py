"""The source over a table in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from contracts.data.memory import Memory
from contracts.errors import DataError
from contracts.moment import END_OF_TIME
from tests.suites.source import SourceSuite, events

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


class TestMemory(SourceSuite):
    """It satisfies the suite of every source."""

    @classmethod
    def make(cls, table: pa.Table, folder: Path) -> Memory:  # noqa: ARG003 - needs no file
        """Build it from the table itself."""
        return Memory(table)


def test_ever() -> None:
    """The widest window, known by the end of time, has every event with its outcome."""
    table = events()
    window = Memory(table).window(-(2**63), END_OF_TIME, known_by=END_OF_TIME)
    assert window.num_rows == table.num_rows
    assert window["outcome"].null_count == table["outcome"].null_count


def test_missing_column() -> None:
    """A table without the standard columns is refused, with the columns it should have."""
    with pytest.raises(DataError, match="expected the columns id, key, time"):
        Memory(events().drop_columns(["known"]))
