"""The task `ingest`: a product's events from its raw data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from contracts.config import instantiate
from contracts.config.instantiate import TARGET
from contracts.errors import ConfigError, DataError
from contracts.report.terminal import console
from contracts.tasks.report import report_facts
from contracts.tasks.settings import Contracts

if TYPE_CHECKING:
    from contracts.config.entry import Request


def ingest(request: Request) -> None:
    """Build a product's events from its raw data.

    Raises:
        ConfigError: The product has nothing to ingest.
        DataError: The ingest ran, but returned something that cannot be shown.
    """
    config = request.settings(Contracts)
    product = config.product
    if product.ingest is None:
        raise ConfigError(
            f"{product.name} has nothing to ingest: its source reads the data as they are",
            hint=request.command_for("research", "task=explore", f"product={product.name}"),
        )
    with console().status(f"ingesting {product.name}"):
        returned = instantiate(product.ingest, "product.ingest")
    facts = _facts(returned, str(product.ingest[TARGET]))
    report_facts(request, config, f"The events of {product.name}", facts)


def _facts(returned: Any, function: str) -> dict[str, Any]:
    """Return the names and values that an ingest returned; see `contracts.ports.Ingest`."""
    if returned is None:
        return {"made by": function}
    try:
        facts = msgspec.to_builtins(returned, str_keys=True)
    except TypeError:
        facts = None
    if not isinstance(facts, dict):
        raise DataError(
            f"{function} has run, but returned a {type(returned).__name__}: expected names and "
            "values",
            hint="return a struct or a dictionary of plain values, or nothing",
        )
    return facts
