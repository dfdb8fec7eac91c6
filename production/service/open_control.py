"""Opens the control of what serves a product: from its state, or beside the parts that serve it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from production.assembly.serving import deployed_contract, open_serving
from production.generation.loader import Loader
from production.registry.decisions import Decisions
from production.registry.generations import Generations
from production.service.control import Control

if TYPE_CHECKING:
    from collections.abc import Iterator

    from production.assembly.serving import Serving
    from production.assembly.state import State
    from production.settings import Production


@contextmanager
def open_control(config: Production, state: State) -> Iterator[Control]:
    """Yield the control of what serves a product; its database is closed at the end.

    Args:
        config: The configuration.
        state: The product's live state.
    """
    with open_serving(config, deployed_contract(config), state=state) as serving:
        yield control_of(serving)


def control_of(serving: Serving) -> Control:
    """Return the control of what serves a product.

    It loads what it verifies beside the models that serve, and keeps none of it in memory after.

    Args:
        serving: The parts that serve the product.
    """
    return Control(
        product=serving.contract.product,
        database=serving.database,
        manifests=serving.manifests,
        generations=Generations(serving.database),
        decisions=Decisions(serving.database),
        publisher=serving.publisher,
        loader=Loader(
            artifacts=serving.artifacts,
            kind=serving.kind,
            contract=serving.contract,
            probe=serving.probe,
        ),
        artifacts=serving.artifacts,
    )
