"""Data that a package ships beside its code, read without importing it; and events, written."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from contracts.errors import DataError, MissingExtraError
from contracts.host.durable import staged
from contracts.host.owned import claim

EVENTS = "events.parquet"
INSTANT = pa.timestamp("us", tz="UTC")


def shipped(package: str, path: str) -> bytes:
    """Return a data file of an installed package.

    Args:
        package: Its name; it is found, and never imported.
        path: The file, under the package's folder.

    Raises:
        MissingExtraError: The package is not installed.
        DataError: It has no such file.
    """
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise MissingExtraError(package, extra="train", purpose="making this product's events")
    file = Path(spec.origin).parent / path
    if not file.is_file():
        raise DataError(
            f"{package} lacks its file {path}", hint=f"pip install --force-reinstall {package}"
        )
    return file.read_bytes()


def write_events(events: pa.Table, folder: Path | str) -> Path:
    """Write events as ``events.parquet`` into a folder of ours; the same events, the same bytes.

    Raises:
        StateError: The folder has files that are not ours, or the disk failed.
    """
    folder = Path(folder)
    claim(folder)
    with staged(folder / EVENTS) as stage:
        pq.write_table(events, stage, compression="zstd")
    return folder / EVENTS
