"""The golden set: which rows are picked, and that the file is reproducible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from contracts.contract.golden import Golden, pick, read, write
from contracts.errors import ContractError
from contracts.schema.columns import Column
from tests.suites import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODES = [f"c{index}" for index in range(40)]
COLUMNS = (
    Column(name="code", kind="category", checks=(check.isin(CODES),)),
    Column(name="temp", kind="float", nullable=True, checks=(check.finite(),)),
    Column(name="late", kind="bool"),
)


def rows(n: int = 5000) -> pa.Table:
    """Return rows with one null, one high, one low and 38 categories that occur once."""
    draw = np.random.default_rng(7)
    code = draw.choice(CODES[:2], n).astype(object)
    code[100:138] = CODES[2:]
    temp = draw.normal(size=n).astype(object)
    temp[200], temp[201], temp[202] = None, 99.0, -99.0
    return pa.table({"id": range(n), "code": code, "temp": temp, "late": np.arange(n) == 300})


def test_rare_values_nulls_and_extremes_are_picked() -> None:
    """Each category, a null, both extremes and both booleans are among the rows picked."""
    golden = pick(rows(), COLUMNS, seed=1, n=100)
    assert len(golden) == 100
    assert golden.column_names == ["code", "temp", "late"]
    assert {*golden["code"].to_pylist()} == {*CODES}
    assert golden["temp"].null_count == 1
    assert pc.min_max(golden["temp"]).as_py() == {"min": -99.0, "max": 99.0}
    assert {*golden["late"].to_pylist()} == {True, False}


def test_the_same_seed_picks_the_same_rows() -> None:
    """The rows depend on the table and the seed alone."""
    assert pick(rows(), COLUMNS, seed=1).equals(pick(rows(), COLUMNS, seed=1))
    assert not pick(rows(), COLUMNS, seed=1).equals(pick(rows(), COLUMNS, seed=2))


@pytest.mark.parametrize("n", [0, 3, 5000, 9999])
def test_at_most_n_rows_are_picked(n: int) -> None:
    """The limit holds for rare rows too, and a small table is taken whole."""
    assert len(pick(rows(), COLUMNS, seed=1, n=n)) == min(n, 5000)


def test_the_file_reads_back_and_its_bytes_are_stable(tmp_path: Path) -> None:
    """Metadata and chunks of the table do not change the bytes."""
    picked = pick(rows(), COLUMNS, seed=1)
    expected = np.random.default_rng(3).random((len(picked), 2))
    marked = pa.concat_tables([picked[:7], picked[7:]]).replace_schema_metadata({"made": "now"})
    for name, table in (("one", picked), ("two", marked)):
        write(tmp_path / name, Golden(rows=table, expected=expected))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    back = read(tmp_path / "two", COLUMNS, k=2)
    assert back.rows.equals(picked)
    assert np.array_equal(back.expected, expected)


def test_malformed_predictions_are_refused(tmp_path: Path) -> None:
    """A golden set needs a finite prediction of two dimensions for each row."""
    picked = pick(rows(), COLUMNS, seed=1, n=5)
    for expected in (np.zeros(5), np.zeros((4, 1)), np.full((5, 1), np.nan)):
        with pytest.raises(ContractError, match="finite predictions"):
            write(tmp_path / "golden", Golden(rows=picked, expected=expected))


def test_other_columns_are_refused(tmp_path: Path) -> None:
    """A file with the columns of another contract is refused, and so is a missing file."""
    picked = pick(rows(), COLUMNS, seed=1, n=5)
    write(tmp_path / "golden", Golden(rows=picked, expected=np.zeros((5, 1))))
    with pytest.raises(ContractError, match="expected the columns"):
        read(tmp_path / "golden", COLUMNS[:2], k=1)
    with pytest.raises(ContractError, match="no golden set"):
        read(tmp_path / "nothing", COLUMNS, k=1)


def last(table: pa.Table, values: list[Any]) -> pa.Table:
    """Return a table with other values expected."""
    return table.set_column(table.num_columns - 1, "expected_0", pa.array(values))


def long_text(table: pa.Table) -> pa.Table:
    """Return 100,000 rows of one text of a million letters, which the file has once."""
    numbers = pa.array(np.zeros(100_000, np.int32))
    text = pa.DictionaryArray.from_arrays(numbers, pa.array(["x" * 10**6]))
    return pa.concat_tables([table] * 20_000).set_column(0, "code", text)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda table: table[:0], "expected 1 to 100,000 golden rows"),
        (lambda table: pa.concat_tables([table] * 30_000), "got 150,000"),
        (lambda table: last(table, [0.5, None, 0.5, 0.5, 0.5]), "finite predictions"),
        (lambda table: last(table, [0.5, np.inf, 0.5, 0.5, 0.5]), "finite predictions"),
        (lambda table: last(table, ["a"] * 5), "string is no type of float"),
        (lambda table: table.append_column("expected_1", table["expected_0"]), "the columns"),
        (lambda table: table.set_column(0, "code", pa.array([[1]] * 5)), "no type of category"),
        (long_text, r"100,000,000,000 bytes of text"),
    ],
)
def test_a_file_with_anything_else_is_refused(
    tmp_path: Path, change: Callable[[pa.Table], pa.Table], says: str
) -> None:
    """Rows, types, texts and predictions are checked, and what would not fit is never read."""
    path = tmp_path / "golden"
    write(path, Golden(rows=pick(rows(), COLUMNS, seed=1, n=5), expected=np.full((5, 1), 0.5)))
    pq.write_table(change(pq.read_table(path)), path)
    with pytest.raises(ContractError, match=says):
        read(path, COLUMNS, k=1)
