"""The golden set: a few hundred rows typical of a product's data, with recorded predictions.

It includes rare categories, nulls and extremes on purpose. The same rows, written by the same
version of Arrow, always give the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from contracts.schema.columns import Column

EXPECTED = "expected_"


class Golden(msgspec.Struct, frozen=True, kw_only=True):
    """Inputs and the predictions expected for them.

    Attributes:
        rows: n rows of the contract's input columns, in their order.
        expected: float64 predictions, (n, k).
    """

    rows: pa.Table
    expected: npt.NDArray[np.float64]


def pick(rows: pa.Table, columns: Sequence[Column], *, seed: int, n: int = 300) -> pa.Table:
    """Return at most n rows, in the table's order, with the given columns only.

    Picks first a row with null and the rows with both extremes of each column, then a row for each
    value of each closed set or boolean, and fills up with random rows.

    Args:
        rows: The table to pick from.
        columns: The contract's input columns.
        seed: Of the random rows.
        n: How many rows.
    """
    rows = rows.select([column.name for column in columns]).combine_chunks()
    chosen: dict[int, None] = {}
    for column in columns:
        chosen.update(dict.fromkeys(_edges(rows.column(column.name), column)))
    for column in columns:
        if column.kind in {"category", "bool"}:
            chosen.update(dict.fromkeys(_values(rows.column(column.name), [*chosen])))
    for row in np.random.default_rng(seed).permutation(len(rows)).tolist():
        if len(chosen) >= n:
            break
        chosen.setdefault(row)
    return rows.take(pa.array(sorted([*chosen][:n]), type=pa.int64()))


def write(path: Path, golden: Golden) -> None:
    """Write a golden set as Parquet: the input columns, then ``expected_0`` and so on.

    Raises:
        ContractError: There is not one finite prediction for each row.
    """
    expected = golden.expected
    if expected.ndim != 2 or len(expected) != len(golden.rows) or not np.isfinite(expected).all():
        raise ContractError(
            f"expected finite predictions (n, k) for {len(golden.rows)} rows, "
            f"got the shape {expected.shape}"
        )
    table = golden.rows
    for index, values in enumerate(expected.T):
        table = table.append_column(f"{EXPECTED}{index}", pa.array(values, type=pa.float64()))
    # Metadata names what made the table, and would differ although the rows do not.
    pq.write_table(
        table.replace_schema_metadata(None), path, compression="zstd", row_group_size=2**20
    )


def read(path: Path, columns: Iterable[Column]) -> Golden:
    """Return the golden set in a file.

    Raises:
        ContractError: The file is missing, or its columns are not the contract's inputs and
            predictions.
    """
    names = [column.name for column in columns]
    try:
        table = pq.read_table(path, partitioning=None)
    except (OSError, pa.ArrowInvalid) as error:
        raise ContractError(f"there is no golden set at {path}: {error}") from error
    k = table.num_columns - len(names)
    expected = [f"{EXPECTED}{index}" for index in range(k)]
    if k < 1 or table.column_names != [*names, *expected]:
        raise ContractError(
            f"{path}: expected the columns {[*names, f'{EXPECTED}0', '…']}",
            details=[f"got {table.column_names}"],
        )
    values = np.column_stack([table.column(name).to_numpy() for name in expected])
    return Golden(rows=table.select(names), expected=values)


def count(path: Path) -> int:
    """Return the number of rows of the golden set in a file, without reading them.

    Raises:
        ContractError: There is no golden set.
    """
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowInvalid) as error:
        raise ContractError(f"there is no golden set at {path}: {error}") from error


def _edges(array: pa.ChunkedArray, column: Column) -> Iterator[int]:
    """Yield the first row with null and the first with each extreme."""
    if array.null_count:
        yield pc.index(pc.is_null(array), True).as_py()
    if column.kind in {"int", "float", "datetime"} and array.null_count < len(array):
        for extreme in pc.min_max(array).values():
            yield pc.index(array, extreme).as_py()


def _values(array: pa.ChunkedArray, chosen: list[int]) -> Iterator[int]:
    """Yield the first row of each value that no chosen row has."""
    covered = {*array.take(pa.array(chosen, type=pa.int64())).to_pylist(), None}
    for value in pc.unique(array):
        if value.as_py() not in covered:
            yield pc.index(array, value).as_py()
