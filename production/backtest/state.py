"""The state of one backtest: an equal run resumes from it, another one clears it.

A run's database and artifacts lie in a folder of their own, never in the live registry. A file
beside them states the digest of everything that the run depends on.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.errors import ConfigError, ConflictError, StateError
from contracts.host.durable import disk_errors, write_file
from contracts.host.owned import claim, clear
from production.assembly.code import code_digest
from production.assembly.state import State
from production.database.url import in_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from production.backtest.history import History
    from production.settings import Production

RECORD, LOCK, STATE = "run.json", "state.lock", "state"


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What ``run.json`` says of the state beside it: the digest of all that its run depends on."""

    digest: str


@contextmanager
def run_folder(output: Path, digest: str) -> Iterator[Path]:
    """Lock an output folder, and yield the run's state folder: as an equal run left it, or empty.

    Args:
        output: The folder that the run writes to.
        digest: The digest of everything that the run depends on.

    Raises:
        ConflictError: Another process is running there.
        StateError: The folder, or its state, is not ours; or the disk failed.
    """
    claim(output)
    with _lock_file(output / LOCK) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConflictError(
                f"another process is running in {output}",
                hint="wait for it, or set paths.output to another folder",
            ) from error
        yield _prepare(output / STATE, digest)


@contextmanager
def _lock_file(path: Path) -> Iterator[int]:
    """Yield the handle of a file to lock; a link is not followed, nor is a file changed."""
    with disk_errors(str(path)):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        yield handle
    finally:
        os.close(handle)


def _prepare(folder: Path, digest: str) -> Path:
    """Return a state folder, cleared unless a run of this digest left it."""
    if folder.is_symlink():  # the lock beside it would not keep others from what it leads to
        raise StateError(f"{folder} is a link, expected a folder", hint="remove the link")
    claim(folder)
    record = folder / RECORD
    if not record.is_file() or _read(record).digest != digest:
        # The record first: a folder that is half cleared must not pass for the earlier run's.
        record.unlink(missing_ok=True)
        clear(folder)
        write_file(record, msgspec.json.encode(RunRecord(digest=digest)))
    return folder


def _read(path: Path) -> RunRecord:
    try:
        return msgspec.json.decode(path.read_bytes(), type=RunRecord)
    except msgspec.MsgspecError as error:
        raise StateError(
            f"{path} is broken, so it does not say which run left the state beside it: {error}",
            hint=f"delete {path} to start anew, or set paths.output to another folder",
        ) from error


def run_state(config: Production, folder: Path) -> State:
    """Return where a run keeps its state: all of it in its own folder, never in a live database.

    Raises:
        ConfigError: The database's URL, or the artifacts', names another place.
    """
    if config.artifacts.get("url"):
        raise ConfigError(
            f"artifacts={config.artifacts['name']}: a run in virtual time keeps its artifacts in "
            "a folder of its own",
            hint="artifacts=local",
        )
    return State(database=in_folder(config.database.url, folder), folder=folder)


def run_digest(config: Production, history: History) -> str:
    """Return the digest of what a run depends on: configuration, data, contract and code.

    The task, the paths and research's own settings are not part of it.
    """
    return _digest(
        [_settings(config), history.digest, history.product.contract.digest, code_digest()]
    )


def digest_but_liaison(config: Production) -> str:
    """Return the digest of a run's configuration, whichever of the product's two sides serves.

    A side that is neither the product's solution nor its implementation is part of it: no proof is
    of that one.
    """
    settings = _settings(config)
    product, side = settings["product"], settings.pop("liaison")["side"]
    own = side in (product["solution"], product["implementation"])
    return _digest([settings, None if own else side])


def _settings(config: Production) -> dict[str, Any]:
    """Return the configuration without what changes no run: where it runs, research's own."""
    settings: dict[str, Any] = msgspec.to_builtins(config)
    for key in (
        "task",
        "paths",
        "clock",
        "traffic",
        "agents",
        "serving",
        "server",
        "compute",
        "tracking",
    ):
        settings.pop(key, None)
    for key in ("ingest", "learning", "specification"):
        del settings["product"][key]
    return settings


def _digest(parts: list[Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()
