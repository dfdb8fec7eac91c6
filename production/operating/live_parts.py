"""The parts of a product in service: those of a backtest, around its live database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from production.assembly.code import code_digest
from production.assembly.parts import Parts
from production.assembly.product import open_product
from production.registry.manifests import Manifests

if TYPE_CHECKING:
    from production.assembly.state import State
    from production.database.database import Database
    from production.settings import Production


def live_parts(config: Production, state: State, database: Database) -> Parts:
    """Return the parts of a product in service: it starts with its first manifest.

    Raises:
        StateError: Nothing is in service.
    """
    product, manifests = open_product(config), Manifests(database)
    name = product.contract.product
    manifests.require(name)
    first, *_ = manifests.all(name)
    return Parts(
        config,
        replace(product, start=first.created_at),
        state,
        database,
        code=code_digest(),
        attended=not state.clock.exists(),  # nobody is beside a history that is played
    )
