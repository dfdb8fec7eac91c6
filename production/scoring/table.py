"""A table on disk that is read by parts: Parquet, CSV or Arrow, one file or a folder of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow import csv

from contracts.data.records import TYPES
from contracts.errors import ConfigError, DataError, did_you_mean
from contracts.schema.refusals import HOLDS, plain_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.schema.columns import Columns

#: The formats by the suffix of a file.
FORMATS = {".parquet": "parquet", ".csv": "csv", ".arrow": "ipc", ".feather": "ipc"}


class TablePart(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of one file that are read together.

    Attributes:
        file: The file.
        groups: Its row groups, from one number up to another; none reads the whole file.
    """

    file: Path
    groups: tuple[int, int] | None = None


def table_files(path: Path) -> list[Path]:
    """Return the files of a table in the order of their names.

    Raises:
        ConfigError: There is no such path, no file that can be read, or files of several formats.
    """
    if not path.exists():
        raise ConfigError(f"task.options.rows={path}: there is no such file or folder")
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    files = [each for each in found if each.suffix in FORMATS and each.is_file()]
    if len({FORMATS[file.suffix] for file in files}) != 1:
        raise ConfigError(
            f"task.options.rows={path}: expected files of one format, "
            f"got {', '.join(sorted({file.suffix for file in files})) or 'none of a known one'}",
            hint=f"one of {', '.join(FORMATS)}",
        )
    return files


def split(files: Sequence[Path], *, rows: int) -> list[TablePart]:
    """Return the parts of a table, in its order: of Parquet by row groups, else by files.

    Args:
        files: Its files.
        rows: A part of several row groups has at most so many rows.

    Raises:
        DataError: A file cannot be read.
    """
    return [part for file in files for part in _parts(file, rows)]


def table_schema(file: Path, columns: Columns) -> pa.Schema:
    """Return the columns of one file with their types.

    Raises:
        DataError: It cannot be read.
    """
    return _dataset(file, columns).schema


def check_columns(files: Sequence[Path], columns: Columns, extra: Sequence[str]) -> None:
    """Check that each file has the contract's columns in types that hold their kinds.

    Args:
        files: The files.
        columns: The contract's input columns.
        extra: Other columns that are asked for.

    Raises:
        DataError: One is missing, or is of a type that holds no value of its kind.
    """
    for file in files:
        schema = _dataset(file, columns).schema
        missing = [name for name in (*columns.names, *extra) if name not in schema.names]
        if missing:
            raise DataError(
                f"{file}: no column {missing[0]!r}{did_you_mean(missing[0], schema.names)}",
                hint=f"the contract takes {', '.join(columns.names)}",
                details=missing,
            )
        for column in columns:
            kind = plain_type(schema.field(column.name).type)
            if not HOLDS[column.kind](kind) and not pa.types.is_null(kind):
                raise DataError(
                    f"{file}: column {column.name!r} is {kind}, expected {column.kind}",
                    hint=f"write it as {TYPES[column.kind]}",
                )


def read_part(
    part: TablePart, columns: Columns, *, extra: Sequence[str], rows: int
) -> Iterator[pa.Table]:
    """Yield the rows of a part, some at a time, in their order; first none, so that one is yielded.

    Args:
        part: The part.
        columns: The contract's input columns: they are read in its types.
        extra: Other columns, which are read as they are.
        rows: How many rows at most are yielded at a time.

    Raises:
        DataError: The file cannot be read.
    """
    names = list(dict.fromkeys((*columns.names, *extra)))
    try:
        for fragment in _dataset(part.file, columns).get_fragments():
            chosen = fragment
            if part.groups is not None:
                chosen = fragment.subset(row_group_ids=range(*part.groups))
            batches = chosen.to_batches(
                columns=names, batch_size=rows, use_threads=False,
                batch_readahead=1, fragment_readahead=1,
            )  # fmt: skip
            schema = pa.schema([chosen.physical_schema.field(name) for name in names])
            yield _in_contract_types(schema.empty_table(), columns)
            for batch in batches:
                yield _in_contract_types(pa.table(batch), columns)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{part.file}: cannot be read: {error}") from error


def _parts(file: Path, rows: int) -> Iterator[TablePart]:
    """Yield the parts of one file."""
    if FORMATS[file.suffix] != "parquet":
        yield TablePart(file=file)
        return
    from pyarrow import parquet  # noqa: PLC0415 - slow to load, and of Parquet alone

    try:
        described = parquet.read_metadata(file)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{file}: not a Parquet file: {error}") from error
    first, count = 0, 0
    for group in range(described.num_row_groups):
        size = described.row_group(group).num_rows
        if count and count + size > rows:
            yield TablePart(file=file, groups=(first, group))
            first, count = group, 0
        count += size
    yield TablePart(file=file, groups=(first, described.num_row_groups))


def _dataset(file: Path, columns: Columns) -> ds.Dataset:
    """Return one file as a dataset; in text the contract says which types its columns have."""
    form: ds.FileFormat | str = FORMATS[file.suffix]
    if form == "csv":
        types = {column.name: TYPES[column.kind] for column in columns}
        form = ds.CsvFileFormat(
            convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=True)
        )
    try:
        return ds.dataset(file, format=form)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{file}: cannot be read: {error}") from error


def _in_contract_types(table: pa.Table, columns: Columns) -> pa.Table:
    """Return a table with the contract's columns in its types: a finer instant loses its rest."""
    for column in columns:
        at, kind = table.column_names.index(column.name), TYPES[column.kind]
        if table.schema.field(at).type != kind:
            cast = table.column(at).cast(kind, safe=column.kind != "datetime")
            table = table.set_column(at, column.name, cast)
    return table
