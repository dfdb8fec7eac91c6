"""The source over a file that was cut at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from contracts.data.dump import Dump
from contracts.data.memory import Memory
from contracts.errors import DataError
from contracts.moment import DAY, END_OF_TIME
from tests.suites.source import LAST, SourceSuite, events

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

CUT = 5 * DAY


class TestDump(SourceSuite):
    """Within its span it satisfies the suite of every source."""

    @classmethod
    def make(cls, table: pa.Table, folder: Path) -> Dump:
        """Cut it after the last arrival."""
        return Dump.cut(Memory(table), folder / "dump.parquet", start=0, moment=LAST)


@pytest.fixture
def dump(tmp_path: Path) -> Dump:
    """A dump of what was known on the fifth day."""
    return Dump.cut(Memory(events()), tmp_path / "dump.parquet", start=DAY, moment=CUT)


def test_cut(dump: Dump) -> None:
    """A dump holds what its source knew at the moment, and no outcome that came later."""
    expected = Memory(events()).window(DAY, CUT, known_by=CUT)
    assert dump.window(DAY, CUT, known_by=CUT).equals(expected)
    assert expected["outcome"].null_count > events()["outcome"].null_count / 2


def test_read_again(dump: Dump, tmp_path: Path) -> None:
    """The file alone states what it contains."""
    again = Dump(tmp_path / "dump.parquet")
    assert again.span == dump.span
    assert again.window(DAY, CUT, known_by=CUT).equals(dump.window(DAY, CUT, known_by=CUT))


@pytest.mark.parametrize(
    ("end", "known_by"), [(CUT + 1, CUT), (CUT, CUT + 1), (END_OF_TIME, END_OF_TIME)]
)
def test_no_increments(dump: Dump, end: int, known_by: int) -> None:
    """A question about what came after the cut is refused, with the reason and what can answer."""
    reason = "no increments, hence no serving evaluation and no autonomous update"
    with pytest.raises(DataError, match=reason) as caught:
        dump.window(DAY, end, known_by=known_by)
    assert caught.value.hint == "data_access=programmatic"
    assert not dump.increments


def test_before_start(dump: Dump) -> None:
    """A question about what lies before its start is refused, with where the dump starts."""
    with pytest.raises(DataError, match="starts at 1970-01-02T00:00:00Z"):
        dump.window(0, CUT, known_by=CUT)


def test_no_file(tmp_path: Path) -> None:
    """A file that is missing is named, with the next step."""
    with pytest.raises(DataError, match=r"no file(?s:.*)cut one from a programmatic source"):
        Dump(tmp_path / "dump.parquet").window(0, 1, known_by=1)


def test_no_dump(tmp_path: Path) -> None:
    """A Parquet file that does not state when it was cut is not a dump."""
    pq.write_table(events(), tmp_path / "events.parquet")
    with pytest.raises(DataError, match="does not state when it was cut"):
        Dump(tmp_path / "events.parquet").window(0, 1, known_by=1)
