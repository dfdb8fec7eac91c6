"""Opens a table as it is stored: files of Parquet or CSV, or a table or query of a database."""

from __future__ import annotations

import gzip
import re
import shlex
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.common.exceptions import TableNotFound

from contracts.errors import ConfigError, DataError, MissingExtraError, did_you_mean
from contracts.host.password import without_password

if TYPE_CHECKING:
    from collections.abc import Iterator

    import ibis.expr.types as ir

#: How the files of each format end.
FORMATS = {
    "parquet": (".parquet", ".pq"),
    "csv": (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt"),
}
#: The databases that are read, by the scheme of their URL.
SCHEMES = ("duckdb", "postgres", "postgresql", "sqlite")
#: Those of them that lie in a file.
OF_FILES = ("duckdb", "sqlite")
#: What to look at where a database answers otherwise than with rows.
OF_QUERY = "try the same query with the database's own client"
OF_SERVER = (
    "the server, user and database are those of data=postgresql://user@host:5432/database, the "
    "password of PGPASSWORD or ~/.pgpass; try the same with psql"
)
#: What colours a message on a terminal.
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
#: The column that numbers the rows of files, from 0, in the order of the files' names.
ROW = "liaison_row"
#: What a query calls the rows of files.
FILES = "data"
ALL_ROWS = 'query="SELECT * FROM data"'


def duckdb_engine() -> Any:
    """Return a connection to a DuckDB of its own, whose clocks are UTC's."""
    engine = ibis.duckdb.connect()
    engine.raw_sql("SET TimeZone = 'UTC'")
    return engine


@contextmanager
def _deprecated() -> Iterator[None]:
    """Bear that Ibis calls what DuckDB and pandas have deprecated."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def is_database(data: str) -> bool:
    """Return whether a text is the URL of a database, and not a path."""
    return "://" in data


def open_table(data: str, *, table: str | None = None, query: str | None = None) -> ir.Table:
    """Return stored data as an Ibis table: the columns of the data, and for files `ROW` too.

    Args:
        data: A file, a folder of files of one format, or the URL of a database.
        table: The table of the database, with its schema in front where it is not the default one.
        query: Or a SELECT there; of files one in DuckDB's SQL, which calls their rows `FILES`.

    Raises:
        ConfigError: A URL without table or query, or with a password; a path with a table.
        DataError: There is nothing, or nothing that can be read.
        MissingExtraError: The database's driver is not installed.
    """
    if is_database(data):
        return _of_database(data, table, query)
    if table:
        raise ConfigError(
            f"table: {data} is a file or a folder, not a database",
            hint="leave it out, or give the URL of a database: data=postgresql://host/database",
        )
    rows = _of_files(data)
    return _queried(rows, query, data) if query else rows


def files(data: str) -> tuple[str, list[Path]]:
    """Return the format of a file or folder, and its files in the order of their names.

    Raises:
        DataError: There is none, or files of several formats are mixed.
    """
    path = Path(data)
    if not path.exists():
        near = sorted(str(each) for each in path.parent.glob("*") if _format(each))
        raise DataError(
            f"data: there is no file or folder {data!r}",
            hint=f"near it: {', '.join(near[:5])}" if near else "paths are relative to here",
        )
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    by_format: dict[str, list[Path]] = {}
    for each in found:
        if each.is_file() and (name := _format(each)):
            by_format.setdefault(name, []).append(each)
    if len(by_format) != 1:
        seen = " and ".join(f"{len(each)} {name}" for name, each in by_format.items())
        raise DataError(
            f"data: {data}: expected files of one format, found {seen or 'none'}",
            hint=f"files end with {', '.join(end for ends in FORMATS.values() for end in ends)}",
        )
    return next(iter(by_format.items()))


def check_files(kind: str, paths: list[Path]) -> None:
    """Check that no file is empty, and that all have the columns of the first one.

    Raises:
        DataError: One is empty or has others.
    """
    for path in paths:
        if not path.stat().st_size:
            raise DataError(f"data: {path} is empty", hint="remove it, or write rows to it")
    first, *others = [(path, _schema(kind, path)) for path in paths]
    for path, schema in others:
        if schema != first[1]:
            differing = sorted({*schema} ^ {*first[1]}) or ["their order"]
            raise DataError(
                f"data: expected files of one schema: {path} differs from {first[0]} in "
                f"{', '.join(differing)}",
                hint="write them alike, or read them by a query of your own (docs/product.md)",
            )


def _schema(kind: str, path: Path) -> list[str]:
    """Return the columns of a file in their order, those of Parquet with their types."""
    if kind == "parquet":
        try:
            return [f"{field.name} {field.type}" for field in pq.read_schema(path)]
        except (OSError, pa.ArrowException) as error:
            raise unreadable(str(path), error) from error
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        return [lines.readline().decode("utf-8", "replace").strip("\ufeff\r\n")]


def unreadable(
    data: str, error: Exception, *, query: str | None = None, brief: bool = False
) -> DataError:
    """Return the refusal of data that an engine cannot read.

    Args:
        data: A file, a folder or the URL of a database.
        error: What the engine raised.
        query: What was asked of a database that answered, if it was a query.
        brief: Whether its first line says it: no line after it points at a place.
    """
    text = COLOURS.sub("", str(error)).strip()
    lines = text.splitlines() or [type(error).__name__]
    hint = "expected Parquet, or CSV with a header line, and of a query that it fits every row"
    if "utf-8" in text:
        hint = f"write it as UTF-8: iconv -f LATIN1 -t UTF-8 {shlex.quote(data)} > copy.csv"
    if is_database(data):
        scheme = urlsplit(data).scheme
        of_file = (
            f"expected a file that {scheme} wrote; CSV and Parquet are read without {scheme}://"
        )
        hint = OF_QUERY if query else of_file if scheme in OF_FILES else OF_SERVER
    return DataError(
        f"{'query' if query else 'data'}: {without_password(data)}: cannot be read: {lines[0]}",
        hint=hint,
        details=() if brief else lines[1:4],
    )


def _format(path: Path) -> str | None:
    name = path.name.lower()
    return next((each for each, ends in FORMATS.items() if name.endswith(ends)), None)


def _of_files(data: str) -> ir.Table:
    kind, paths = files(data)
    check_files(kind, paths)
    engine = duckdb_engine()
    names = [str(path) for path in paths]
    try:
        with _deprecated():
            if kind == "parquet":
                rows = engine.read_parquet(names)
            else:
                rows = engine.read_csv(names, header=True, sample_size=-1)
    except Exception as error:  # whatever an engine raises
        raise unreadable(data, error) from error
    return rows.mutate(**{ROW: ibis.row_number()})


def _queried(rows: ir.Table, query: str, data: str) -> ir.Table:
    """Return what a query makes of the rows of files.

    Raises:
        DataError: The query cannot be run.
    """
    engine = rows.get_backend()
    engine.create_view(FILES, rows)
    try:
        with _deprecated():
            return engine.sql(query)
    except Exception as error:  # whatever an engine raises
        first, *more = str(error).strip().splitlines()
        raise DataError(
            f"query: {data}: {first}",
            hint=f"rows of files are called {FILES}, and names that are no words stand in double "
            f"quotes: {ALL_ROWS}",
            details=[line for line in more if line.strip()],
        ) from error


def _of_database(url: str, table: str | None, query: str | None) -> ir.Table:
    shown, parts = without_password(url), urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ConfigError(
            f"data: {shown}: no database of the scheme {parts.scheme!r}",
            hint=f"schemes: {', '.join(SCHEMES)}; for another, write a query of your own "
            "(docs/product.md)",
        )
    if shown != url:
        raise ConfigError(
            f"data: {shown}: the URL has a password, which would stand in the product's file",
            hint="leave it out: PGPASSWORD or ~/.pgpass give it to the driver",
        )
    if bool(table) == bool(query):
        raise ConfigError(
            f"data: {shown}: expected a table or a query of the database, got "
            + ("both" if table else "neither"),
            hint="table=events, or query='SELECT …'",
        )
    if parts.scheme in OF_FILES and not Path(path := _path(url)).is_file():
        raise DataError(
            f"data: {shown}: there is no file {path!r}",
            hint=f"{parts.scheme}:///events.db is a file of the root, {parts.scheme}://events.db "
            "one of this folder",
        )
    try:
        engine = ibis.connect(url.replace("postgresql://", "postgres://", 1))
    except ImportError as error:
        raise MissingExtraError("psycopg", extra="postgres", purpose=shown) from error
    except Exception as error:  # whatever a driver raises
        raise unreadable(url, error, brief=True) from error
    try:
        if query:
            rows = engine.sql(query)
        else:
            schema, _, name = str(table).rpartition(".")
            rows = engine.table(name, database=schema or None)
        # SQLite has no instants to compute with: what it holds is read once, and computed here.
        return _in_memory(rows) if parts.scheme == "sqlite" else rows
    except TableNotFound as error:
        refusal = _no_table(engine, str(table), shown)
        engine.disconnect()
        raise refusal from error
    except Exception as error:  # whatever a driver raises
        engine.disconnect()
        raise unreadable(url, error, query=query) from error


def _path(url: str) -> str:
    """Return the path of a database that lies in a file: absolute after three slashes."""
    return url.partition("://")[2]


def _no_table(engine: Any, table: str, shown: str) -> DataError:
    """Return the refusal of a table that a database lacks, with those that its schema has."""
    schema, _, name = table.rpartition(".")
    try:
        names = sorted(engine.list_tables(database=schema or None))
    except Exception:  # noqa: BLE001 - the schema is not there either, and engines differ
        names = []
    place = f"tables of {schema or 'the default schema'}"
    return DataError(
        f"table: {shown}: there is no table {table!r}{did_you_mean(name, names)}",
        hint=f"{place}: {', '.join(names[:10]) or 'none'}; table=schema.name reads another's",
    )


def _in_memory(rows: ir.Table) -> ir.Table:
    with _deprecated():
        return duckdb_engine().create_table("events", rows.to_pyarrow())


def read_table(rows: ir.Table, data: str) -> pa.Table:
    """Return all rows of a table, without `ROW`, and close what it was read from.

    Decimals, whose places a database need not state, are floats.

    Raises:
        DataError: The engine cannot read them.
    """
    plain = rows.drop(*({ROW} & {*rows.columns}))
    decimals = [name for name, kind in plain.schema().items() if kind.is_decimal()]
    plain = plain.mutate(**{name: plain[name].cast("float64") for name in decimals})
    try:
        with _deprecated():
            return plain.to_pyarrow()
    except Exception as error:  # whatever an engine raises
        raise unreadable(data, error) from error
    finally:
        plain.get_backend().disconnect()
