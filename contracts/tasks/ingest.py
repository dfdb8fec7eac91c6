"""The task `ingest`: a product's events from its raw data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.config import instantiate
from contracts.config.instantiate import TARGET
from contracts.errors import ConfigError, DataError
from contracts.report.terminal import console
from contracts.tasks.receipt import receipt
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from contracts.config.entry import Request


def ingest(request: Request) -> None:
    """Build a product's events from its raw data.

    Raises:
        ConfigError: The product has nothing to ingest.
        DataError: What the ingest returned is nothing that could be shown; its work is done.
    """
    config = request.settings(Contracts)
    if config.product.ingest is None:
        raise ConfigError(
            f"{config.product.name} has nothing to ingest: its source answers as it is",
            hint=request.command_for("research", "task=explore", f"product={config.product.name}"),
        )
    with console().status(f"ingesting {config.product.name}"):
        done = instantiate(config.product.ingest)
    made = _shown(done, str(config.product.ingest[TARGET]))
    receipt(request, config, f"The events of {config.product.name}", made)


def _shown(done: Any, by: str) -> dict[str, Any]:
    """Return names and values of what an ingest returned; see `contracts.ports.Ingest`."""
    if done is None:
        return {"made by": by}
    try:
        made = msgspec.to_builtins(done, str_keys=True)
    except TypeError:
        made = None
    if not isinstance(made, dict):
        raise DataError(
            f"{by} has run, but returned a {type(done).__name__}: expected names and values",
            hint="return a struct or a dictionary of plain values, or nothing",
        )
    return made
