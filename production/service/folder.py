"""Where a product in service keeps its state: a folder of its own, never a backtest's.

It is not claimed as `contracts.host.owned` claims a task's output, because whoever writes to a
claimed folder may clear it: its own marker keeps every other task out.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import ConfigError, StateError
from contracts.host.durable import disk_errors, make_folder, write_file
from production.assembly.state import State
from production.database.url import PLACE, in_folder, parse
from production.registry.manifests import not_in_service

if TYPE_CHECKING:
    from production.settings import Production

MARKER = "live.json"


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """What says that a folder is the live state of a product.

    Attributes:
        format: The format of the folder.
        product: The product.
    """

    format: int = 1
    product: str


def make_live_state(config: Production) -> State:
    """Return the live state of a product; its folder is made if it is missing.

    Raises:
        ConfigError: ``paths.live`` is empty.
        StateError: The folder holds something else, or the state of another product.
    """
    folder, product = _folder(config), config.product.name
    if not (folder / MARKER).exists():
        with disk_errors(f"the live state of {product}"):
            make_folder(folder)
            if any(folder.iterdir()):
                raise StateError(
                    f"{folder} holds something else than the live state of {product}",
                    hint="set paths.live to a folder that is empty or does not exist",
                )
        write_file(folder / MARKER, msgspec.json.encode(Marker(product=product)))
    return live_state(config)


def live_state(config: Production) -> State:
    """Return the live state of a product that is in service.

    Raises:
        ConfigError: ``paths.live`` is empty.
        StateError: Nothing was deployed there, or another product was.
    """
    folder, product = _folder(config), config.product.name
    try:
        marker = msgspec.json.decode((folder / MARKER).read_bytes(), type=Marker)
    except FileNotFoundError:
        raise not_deployed(config) from None
    except (OSError, msgspec.DecodeError) as error:
        raise StateError(
            f"{folder / MARKER}: not readable as the marker of a live state: {error}",
            hint="set paths.live to the folder that task=deploy made",
        ) from error
    if marker.product != product:
        raise StateError(
            f"{folder} is the live state of {marker.product}, not of {product}",
            hint=f"python -m production task=status product={marker.product}, or set paths.live",
        )
    url = config.database.url
    database = in_folder(url, folder) if PLACE in url else parse(url)
    return State(database=database, folder=folder)


def chosen_state(config: Production, folder: str | None) -> State:
    """Return the state that a task was told to read: that of a run, or the live one.

    Args:
        config: The configuration.
        folder: What ``task.options.state`` says: the folder of a run's state; None for the live
            state.

    Raises:
        ConfigError: There is no such folder.
        StateError: As `live_state`.
    """
    if folder is None:
        return live_state(config)
    place = Path(folder)
    if not place.is_dir():
        raise ConfigError(
            f"task.options.state={folder}: there is no such folder",
            hint=f"a run's state is in its paths.output: outputs/run/{config.product.name}/state",
        )
    return State(database=in_folder(config.database.url, place), folder=place)


def not_deployed(config: Production) -> StateError:
    """Return the error for a product that is not in service yet."""
    return not_in_service(config.product.name, f"nothing is deployed in {_folder(config)}")


def _folder(config: Production) -> Path:
    if not config.paths.live.strip():
        raise ConfigError(
            "paths.live is empty", hint="name a folder, or leave the default: live/<product>"
        )
    return Path(config.paths.live)
