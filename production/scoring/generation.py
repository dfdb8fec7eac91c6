"""Which generation predicts a table: the champion, or one by its name, in service or of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts.errors import ConfigError, UnknownNameError, did_you_mean
from production.agents.records import candidate_of
from production.assembly.state import State
from production.database.url import in_folder
from production.registry.generations import Generations
from production.registry.manifests import not_in_service
from production.service.folder import live_state
from production.serving.manifest import read

if TYPE_CHECKING:
    from production.assembly.serving import Serving
    from production.generation.description import Candidate
    from production.settings import Production


def state_of(config: Production, folder: str | None) -> State:
    """Return the state of the product in service, or of a run."""
    if folder is None:
        return live_state(config)
    if not Path(folder).is_dir():
        raise ConfigError(
            f"task.options.state={folder}: there is no such folder",
            hint=f"a run's state is in its paths.output: outputs/run/{config.product.name}/state",
        )
    return State(database=in_folder(config.database.url, Path(folder)), folder=Path(folder))


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
