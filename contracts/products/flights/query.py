"""The reference product's source descriptor: its events as an Ibis table on DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from contracts.errors import DataError

if TYPE_CHECKING:
    import ibis.expr.types as ir


def query(path: str | Path) -> ir.Table:
    """Return the events of an ingested Parquet file, on a connection of their own.

    Raises:
        DataError: The file does not exist.
    """
    if not Path(path).is_file():
        raise DataError(
            f"expected the events of flights at {path}, found no file",
            hint="python -m contracts task=ingest product=flights",
        )
    return ibis.duckdb.connect().read_parquet(str(path))
