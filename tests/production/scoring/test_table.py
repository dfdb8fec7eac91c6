"""Reading tables by parts: what is refused before anything is predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from pyarrow import parquet

from contracts.errors import ConfigError, DataError
from production.scoring.table import TablePart, check_columns, split, table_files
from tests.production.conftest import INPUTS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(requests: pa.Table, tmp_path: Path) -> Path:
    """A file of ten row groups."""
    parquet.write_table(requests, tmp_path / "rows.parquet", row_group_size=100)
    return tmp_path / "rows.parquet"


def test_parts_are_whole_row_groups(file: Path) -> None:
    """As many as the rows of a part allow; a larger group is a part of its own."""
    assert [part.groups for part in split([file], rows=350)] == [(0, 3), (3, 6), (6, 9), (9, 10)]
    assert len(split([file], rows=1)) == 10
    assert split([file], rows=10**9) == [TablePart(file=file, groups=(0, 10))]


def test_a_path_without_a_table_is_named(tmp_path: Path) -> None:
    """There is nothing, or nothing of a format that is read; the message lists those."""
    with pytest.raises(ConfigError, match="no such file"):
        table_files(tmp_path / "none.parquet")
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ConfigError, match="none of a known one") as caught:
        table_files(tmp_path)
    assert ".parquet" in caught.value.hint


def test_files_of_several_formats_are_refused(tmp_path: Path) -> None:
    """Which of them are meant cannot be told."""
    for name in ("a.csv", "b.parquet"):
        (tmp_path / name).touch()
    with pytest.raises(ConfigError, match=r"got \.csv, \.parquet"):
        table_files(tmp_path)


def test_a_column_that_is_missing_is_named_with_the_near_match(file: Path) -> None:
    """Of the contract, or one to keep."""
    table = parquet.read_table(file)
    parquet.write_table(table.rename_columns(["id", "sizes", "colour", "key"]), file)
    with pytest.raises(DataError, match=r"no column 'size'.*sizes"):
        check_columns([file], INPUTS, ())
    parquet.write_table(table, file)
    with pytest.raises(DataError, match="no column 'ids'"):
        check_columns([file], INPUTS, ("ids",))


def test_a_column_that_is_there_twice_is_refused(file: Path) -> None:
    """Which of the two is meant cannot be told: the file is refused."""
    table = parquet.read_table(file)
    parquet.write_table(table.rename_columns(["id", "size", "colour", "size"]), file)
    with pytest.raises(DataError, match=r"rows\.parquet.*duplicate field names"):
        check_columns([file], INPUTS, ())


def test_a_column_of_another_type_is_named(file: Path) -> None:
    """With the type that it is to have."""
    table = parquet.read_table(file)
    other = table.set_column(1, "size", table["size"].cast(pa.string()))
    parquet.write_table(other, file)
    with pytest.raises(DataError, match="column 'size' is string, expected float") as caught:
        check_columns([file], INPUTS, ())
    assert caught.value.hint == "write it as double"


def test_a_file_that_is_no_table_is_named(tmp_path: Path) -> None:
    """Whoever wrote it."""
    broken = tmp_path / "rows.parquet"
    broken.write_bytes(b"PAR1 and nothing more")
    with pytest.raises(DataError, match=r"rows\.parquet"):
        check_columns([broken], INPUTS, ())
    with pytest.raises(DataError, match="not a Parquet file"):
        split([broken], rows=10)
