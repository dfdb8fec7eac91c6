"""The delays of flights that landed: what the reference product's stored features are made of."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import ibis
import msgspec
import pyarrow.parquet as pq

from contracts.errors import DataError
from contracts.host.durable import staged
from contracts.products.flights import ingest as flights

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

LANDINGS, RECEIPT = "landings.parquet", "landings.json"


class LandingsReceipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of ``landings.json``.

    Attributes:
        events: How many flights there are.
        landings: How many of them landed where they should.
        recipe: The digest of the raw tables and the SQL they are made with.
        sha256: The digest of the landings' file.
    """

    events: int
    landings: int
    recipe: str
    sha256: str


def ingest(folder: Path | str) -> LandingsReceipt:
    """Make the events of flights, and ``landings.parquet`` beside them, unless both are there.

    Args:
        folder: Where the files go; made if it does not exist.

    Raises:
        LiaisonError: As the ingest of flights.
    """
    folder = Path(folder)
    made = flights.ingest(folder)
    recipe = hashlib.sha256(f"{made.recipe}\n{_sql()}".encode()).hexdigest()
    intact = _intact_receipt(folder, recipe)
    if intact is not None:
        return intact
    landings = landed(flights.raw_tables(flights.raw_files()))
    with staged(folder / LANDINGS) as stage:
        pq.write_table(landings, stage, compression="zstd")
    receipt = LandingsReceipt(
        events=made.traps.events,
        landings=landings.num_rows,
        recipe=recipe,
        sha256=flights.file_digest(folder / LANDINGS),
    )
    with staged(folder / RECEIPT) as stage:
        stage.write_bytes(msgspec.json.format(msgspec.json.encode(receipt), indent=2) + b"\n")
    return receipt


def landed(tables: dict[str, pa.Table]) -> pa.Table:
    """Return the landings of raw tables: id, when it was known, minutes, carrier, origin."""
    with duckdb.connect() as connection:
        flights.run_recipe(connection, tables)
        return connection.sql(_sql()).to_arrow_table()


def query(path: str | Path) -> ir.Table:
    """Return the landings of an ingested Parquet file, on a connection of their own.

    Raises:
        DataError: The file does not exist.
    """
    if not Path(path).is_file():
        raise DataError(
            f"expected the landings of flights at {path}, found no file",
            hint="python -m contracts task=ingest product=flights_delays",
        )
    return ibis.duckdb.connect().read_parquet(str(path))


def _sql() -> str:
    return Path(__file__).with_name("landings.sql").read_text(encoding="utf-8")


def _intact_receipt(folder: Path, recipe: str) -> LandingsReceipt | None:
    """Return the receipt of a file that is there, intact, and made of these raw tables."""
    try:
        receipt = msgspec.json.decode((folder / RECEIPT).read_bytes(), type=LandingsReceipt)
        intact = flights.file_digest(folder / LANDINGS) == receipt.sha256
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return receipt if intact and receipt.recipe == recipe else None
