"""Which generation predicts a table: the champion, or one by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.errors import UnknownNameError, did_you_mean
from production.agents.records import candidate_of
from production.registry.generations import Generations
from production.registry.manifests import not_in_service
from production.serving.manifest import read

if TYPE_CHECKING:
    from production.assembly.serving import Serving
    from production.generation.description import Candidate


def named_candidate(serving: Serving, name: str | None) -> Candidate:
    """Return a generation by its name, or the champion.

    Raises:
        StateError: Nothing is in service.
        UnknownNameError: There is no such generation.
    """
    product = serving.contract.product
    newest = serving.manifests.current(product)
    if newest is None:
        raise not_in_service(product, "nothing is deployed")
    if name is None:
        return read(newest.document).champion
    generation = Generations(serving.database).named(product, name)
    if generation is None:
        known = [candidate_of(each).name for each in Generations(serving.database).all(product)]
        raise UnknownNameError(
            f"task.options.generation={name}: no generation of {product} is called so"
            f"{did_you_mean(name, known)}",
            hint=f"one of {', '.join(known[-5:])}",
        )
    return candidate_of(generation)
