"""The task `ingest`: a product's events from its raw data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.config import instantiate, settings
from contracts.errors import ConfigError
from contracts.report.terminal import console
from contracts.settings import Contracts
from contracts.tasks.receipt import receipt

if TYPE_CHECKING:
    from contracts.config.entry import Request


def ingest(request: Request) -> None:
    """Build a product's events from its raw data.

    Raises:
        ConfigError: The product has nothing to ingest.
    """
    config = settings(request.config, Contracts, added=request.added)
    if config.product.ingest is None:
        raise ConfigError(
            f"{config.product.name} has nothing to ingest: its source answers as it is",
            hint=f"python -m research task=explore product={config.product.name}",
        )
    with console().status(f"ingesting {config.product.name}"):
        done = instantiate(config.product.ingest)
    receipt(request, config, f"The events of {config.product.name}", msgspec.to_builtins(done))
