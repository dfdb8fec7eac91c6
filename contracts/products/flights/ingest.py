"""Makes the reference product's events: one Parquet file and a receipt of the traps met.

The SQL beside this module is the recipe; here it is run, checked, and its result put in place.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from contracts.errors import DataError
from contracts.host.durable import staged
from contracts.products.flights import files

EVENTS, RECEIPT = "events.parquet", "ingest.json"
HERE = Path(__file__).parent


class Traps(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the raw tables hold, and how often each of their traps was met; see ``traps.sql``.

    ``arrival_clocks_differing`` counts the arrivals whose computed moment, on the destination's
    clock, is not the clock time the table records. One does: a flight that landed in the hour
    that summer time skips, recorded as if the clock had not moved.
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


class Ingested(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The receipt of an ingest: what was made from what."""

    format: int = 1
    file: str = EVENTS
    #: SHA-256 of the file made, and of the raw tables and SQL it was made from.
    sha256: str
    recipe: str
    traps: Traps


def ingest(folder: Path | str, *, force: bool = False) -> Ingested:
    """Make ``events.parquet`` and ``ingest.json`` in a folder, or keep them if they are as made.

    The same raw tables give the same bytes, so whatever watches the file by digest sees no change.

    Args:
        folder: Where the files go; made if need be.
        force: Make them even if they are there and intact.

    Raises:
        MissingExtraError: The package that ships the raw tables is not installed.
        DataError: The raw tables are not the ones this recipe was written for.
    """
    folder = Path(folder)
    raw = files.content()
    recipe = _recipe(raw)
    kept = None if force else _kept(folder, recipe)
    if kept is not None:
        return kept
    events, traps = _run(files.tables(raw))
    _check(traps)
    with staged(folder / EVENTS) as stage:
        pq.write_table(events, stage, compression="zstd")
    made = Ingested(sha256=_sha256(folder / EVENTS), recipe=recipe, traps=traps)
    with staged(folder / RECEIPT) as stage:
        stage.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n")
    return made


def _run(tables: dict[str, pa.Table]) -> tuple[pa.Table, Traps]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name, table in tables.items():
            connection.register(f"raw_{name}", table)
            # Copied, because the planner knows nothing of the size of an Arrow table and would
            # run the ASOF joins as nested loops: minutes instead of a second.
            connection.execute(f"CREATE TEMP TABLE {name} AS FROM raw_{name}")
        connection.execute(_sql("events"))
        events = connection.sql("FROM events ORDER BY time, id").to_arrow_table()
        traps = connection.sql(_sql("traps")).to_arrow_table().to_pylist()[0]
    return events, msgspec.convert(traps, Traps)


def _check(traps: Traps) -> None:
    broken = [
        f"{name}: {getattr(traps, name)}"
        for name in ("without_zone", "arrived_before_departure")
        if getattr(traps, name)
    ]
    if traps.arrival_clocks_differing > 1:
        broken.append(f"arrival_clocks_differing: {traps.arrival_clocks_differing}, expected 1")
    if broken:
        raise DataError(
            "the raw flights do not have the times and places this ingest expects",
            hint=f"pip install {files.PACKAGE}==0.0.3",
            details=broken,
        )


def _kept(folder: Path, recipe: str) -> Ingested | None:
    """Return the receipt of files that are there, intact, and made by this recipe."""
    try:
        receipt = msgspec.json.decode((folder / RECEIPT).read_bytes(), type=Ingested)
        intact = _sha256(folder / EVENTS) == receipt.sha256
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return receipt if intact and receipt.recipe == recipe else None


def _recipe(raw: dict[str, bytes]) -> str:
    parts = [files.digest(raw), _sql("events"), _sql("traps")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _sql(name: str) -> str:
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
