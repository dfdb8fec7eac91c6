"""Data that packages ship: found without an import, and written as events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contracts.data.shipped import EVENTS, shipped, write_events
from contracts.errors import DataError, MissingExtraError, StateError

if TYPE_CHECKING:
    from pathlib import Path

ROWS = pa.table({"id": ["a", "b"], "size": [1.5, 2.5]})


def test_a_file_of_a_package_is_read() -> None:
    """It comes back byte for byte."""
    assert shipped("numpy", "__init__.py").startswith(b'"""')


def test_a_package_that_is_not_there_is_named_with_the_extra() -> None:
    """The hint says what to install."""
    with pytest.raises(MissingExtraError, match="no_such_package") as raised:
        shipped("no_such_package", "a.csv")
    assert "[train]" in raised.value.hint


def test_a_file_that_is_not_there_is_named() -> None:
    """Its package is, too."""
    with pytest.raises(DataError, match=r"numpy lacks its file data/none\.csv"):
        shipped("numpy", "data/none.csv")


def test_the_same_events_are_the_same_bytes(tmp_path: Path) -> None:
    """Written twice, a tool that watches the file sees no change."""
    first = write_events(ROWS, tmp_path / "one").read_bytes()
    assert write_events(ROWS, tmp_path / "one").read_bytes() == first
    assert pq.read_table(tmp_path / "one" / EVENTS).equals(ROWS)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """Nothing is written beside files that are not ours."""
    (tmp_path / "theirs.txt").write_text("theirs")
    with pytest.raises(StateError):
        write_events(ROWS, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["theirs.txt"]
