"""The state of one run in virtual time: kept to resume the same run, cleared for another.

A run's database and artifacts live in a folder of their own, never in the live registry. A file
beside them holds the digest of what was asked for; the same digest resumes, another starts clean.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.config.packages import registered, source_digest
from contracts.errors import ConfigError, ConflictError
from contracts.host.durable import make_folder, write_file
from contracts.report.page import installed_versions
from production.assembly.assemble import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from production.settings import Production

MARKER, LOCK = "run.json", "state.lock"
#: Libraries whose version decides what a training gives.
LIBRARIES = ("numpy", "onnxruntime", "scikit-learn")


@contextmanager
def held(output: Path, asked: str) -> Iterator[Path]:
    """Yield a run's state folder: as an equal run left it, or empty.

    Args:
        output: The folder the run writes to.
        asked: The digest of everything the run depends on.

    Raises:
        ConflictError: Another process is running there.
    """
    make_folder(output)
    with (output / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConflictError(
                f"another process is running in {output}",
                hint="wait for it, or set paths.output to another folder",
            ) from error
        yield _ready(output / "state", asked)


def run_state(config: Production, folder: Path) -> State:
    """Return where a run keeps its state: all of it in its own folder, never in a live database.

    Raises:
        ConfigError: The database's URL names another place.
    """
    url = config.database.url
    if "{state}" not in url:
        raise ConfigError(
            f"database.url={url}: expected {{state}} in it, the run's own folder",
            hint="for example database.url=sqlite:///{state}/liaison.db",
        )
    return State(
        database=url.format(state=folder),
        artifacts=folder / "artifacts",
        signatures=folder / "signatures",
        dump=folder / "dump.parquet",
    )


def run_digest(config: Mapping[str, Any], *, data: str, contract: str) -> str:
    """Return the digest of what a run depends on: configuration, data, contract and code."""
    parts = msgspec.json.encode([config, data, contract, code_digest()], order="sorted")
    return hashlib.sha256(parts).hexdigest()


def _ready(state: Path, asked: str) -> Path:
    marker = state / MARKER
    if not marker.is_file() or msgspec.json.decode(marker.read_bytes()).get("digest") != asked:
        # First the marker: a half-cleared folder must not pass for the run it was.
        marker.unlink(missing_ok=True)
        if state.exists():
            shutil.rmtree(state)
        make_folder(state)
        write_file(marker, msgspec.json.encode({"digest": asked}))
    return state


@cache
def code_digest() -> str:
    """Return the digest of the code that runs: other code is another run.

    Ours, that of registered packages, and the versions of the libraries they train with.
    """
    total = hashlib.sha256(repr(sorted(installed_versions(LIBRARIES).items())).encode())
    total.update(source_digest(registered()).encode())
    return total.hexdigest()
