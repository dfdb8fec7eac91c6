"""The golden set: a few hundred rows typical of a product's data, with recorded predictions.

It includes rare categories, nulls and extremes on purpose. The same rows, written by the same
version of Arrow, always give the same bytes.
"""

from __future__ import annotations

from contextlib import contextmanager
from reprlib import repr as short
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from contracts.contract.digest import LARGEST
from contracts.contract.terms import MOST_ROWS
from contracts.errors import ContractError
from contracts.host.regular import read_regular

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from types import ModuleType

    from pyarrow.parquet import FileMetaData, ParquetFile

    from contracts.schema.columns import Column

EXPECTED = "expected_"
#: The most bytes of a golden set in memory.
UNPACKED = 256 * 2**20
#: The most entries of one list in the file's description: columns of all its parts.
MOST_CHUNKS = 100_000
#: The types that a column of each kind may have.
TEXTS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_dictionary)
TYPES: dict[str, tuple[Callable[[pa.DataType], bool], ...]] = {
    "int": (pa.types.is_integer,),
    "float": (pa.types.is_floating,),
    "bool": (pa.types.is_boolean,),
    "str": TEXTS,
    "category": TEXTS,
    "datetime": (pa.types.is_timestamp,),
}


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
    _parquet().write_table(
        table.replace_schema_metadata(None), path, compression="zstd", row_group_size=2**20
    )


def read(path: Path, columns: Sequence[Column], *, k: int) -> Golden:
    """Return the golden set in a file, whose size and types are checked before its rows are read.

    Args:
        path: The file.
        columns: The contract's input columns.
        k: How many columns a prediction has.

    Raises:
        ContractError: The file is missing, too large or malformed, its columns are not the
            contract's inputs and predictions, or a prediction is null or not finite.
    """
    texts = [column.name for column in columns if column.kind in {"str", "category"}]
    with _opened(path) as (content, file):
        _check_columns(path, file.schema_arrow, columns, k=k)
        # A long text takes no room in the file to repeat, so each is first read once.
        source = pa.BufferReader(content)
        once = _parquet().read_table(source, partitioning=None, read_dictionary=texts)
        table = _spelled_out(path, once, texts)
    names = [column.name for column in columns]
    values = np.column_stack([table.column(f"{EXPECTED}{at}").to_numpy() for at in range(k)])
    if not np.isfinite(values).all():
        raise ContractError(f"{path}: expected finite predictions, got null, NaN or an infinity")
    return Golden(rows=table.select(names), expected=values)


def count(path: Path) -> int:
    """Return the number of rows of the golden set in a file, without reading them.

    Raises:
        ContractError: There is no golden set.
    """
    with _opened(path) as (_, file):
        return int(file.metadata.num_rows)


def _parquet() -> ModuleType:
    """Return Arrow's module, imported where a golden set is read or written: serving needs none.

    It takes 9 MiB and a twentieth of a second.
    """
    from pyarrow import parquet  # noqa: PLC0415 - as above

    module: ModuleType = parquet
    return module


@contextmanager
def _opened(path: Path) -> Iterator[tuple[bytes, ParquetFile]]:
    """Yield a golden set's bytes and its description, after checking what it states of its size.

    Raises:
        ContractError: It is missing, too large or malformed, also where the block finds it so.
    """
    try:
        content = read_regular(path, largest=LARGEST)
        source = pa.BufferReader(content)
        file = _parquet().ParquetFile(source, thrift_container_size_limit=MOST_CHUNKS)
        _check_size(path, file.metadata)
        yield content, file
    except (OSError, ValueError, pa.ArrowException) as error:
        raise ContractError(f"there is no golden set at {path}: {error}") from error


def _check_size(path: Path, metadata: FileMetaData) -> None:
    groups = [metadata.row_group(at) for at in range(metadata.num_row_groups)]
    size = sum(group.total_byte_size for group in groups)
    if not 0 < metadata.num_rows <= MOST_ROWS or not 0 <= size <= UNPACKED:
        raise ContractError(
            f"{path}: expected 1 to {MOST_ROWS:,} golden rows of {UNPACKED:,} bytes at most, "
            f"got {metadata.num_rows:,} of {size:,}"
        )


def _spelled_out(path: Path, table: pa.Table, texts: Sequence[str]) -> pa.Table:
    """Return a table with the given columns as texts instead of numbers of distinct texts.

    Raises:
        ContractError: They would be too large.
        ArrowInvalid: A value is malformed.
    """
    table.validate(full=True)
    for name in texts:
        chunks = table.column(name).chunks
        lengths = (pc.take(pc.binary_length(each.dictionary), each.indices) for each in chunks)
        size = sum(pc.sum(each).as_py() or 0 for each in lengths)
        if size > UNPACKED:
            raise ContractError(f"{path}: column {name!r} has {size:,} bytes of text")
        at = table.column_names.index(name)
        table = table.set_column(at, name, table.column(name).cast(pa.string()))
    return table


def _check_columns(path: Path, schema: pa.Schema, columns: Sequence[Column], *, k: int) -> None:
    kinds = {column.name: column.kind for column in columns}
    kinds |= {f"{EXPECTED}{at}": "float" for at in range(k)}
    if schema.names != [*kinds]:
        raise ContractError(
            f"{path}: expected the columns {short([*kinds])}",
            details=[f"got {short(schema.names)}"],
        )
    for field in schema:
        if not any(fits(field.type) for fits in TYPES[kinds[field.name]]):
            raise ContractError(
                f"{path}: column {field.name!r}: {field.type} is no type of {kinds[field.name]}"
            )


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
