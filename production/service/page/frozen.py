"""Writes the console as one file: a report that stays as it is, and needs no server."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from contracts.errors import ConfigError, StateError
from contracts.host.clock import WallClock
from contracts.host.durable import disk_errors, write_file
from production.assembly.serving import deployed_contract
from production.database.database import Database
from production.service.page.assets import Assets
from production.service.page.fragments import Fragments
from production.service.page.read import ConsoleReader

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.host.clock import Clock
    from production.assembly.state import State
    from production.settings import Production

#: What a file of ours says near its beginning.
MARK = b'<meta name="generator" content="liaison">'
HEAD = 1_000


def write_frozen(config: Production, state: State, file: Path, *, clock: Clock) -> None:
    """Write the console of a product in service as one HTML file.

    No process is asked, so that rates, latencies and the selector's shares are left out.

    Args:
        config: The configuration.
        state: The product's live state.
        file: The file; an earlier report there is replaced.
        clock: The product's clock.

    Raises:
        ConfigError: Something else is there.
        MissingExtraError: Jinja is not installed.
        StateError: The folder does not exist, or the disk failed.
    """
    _require_ours(file)
    with closing(Database(state.database)) as database:
        contract = deployed_contract(config)
        reader = ConsoleReader(config, contract, database, clock=clock, machine=WallClock())
        page = Fragments(Assets()).frozen(reader.read())
    write_file(file, page.encode())


def _require_ours(file: Path) -> None:
    if not file.parent.is_dir():
        raise StateError(f"{file}: there is no folder {file.parent}", hint="make it first")
    if not file.exists():
        return
    with disk_errors(str(file)), file.open("rb") as there:
        is_ours = MARK in there.read(HEAD)
    if not is_ours:
        raise ConfigError(
            f"task.options.html={file}: something else than a report is there",
            hint="name a file that does not exist yet",
        )
