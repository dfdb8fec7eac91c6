"""The parts that serve a product: all that a serving process needs, nothing that trains.

What is imported here is all that such a process loads, so no learner, source or data frame.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from contracts.config import instantiate, locate
from contracts.contract import Contract
from contracts.contract.signature import load_trusted
from contracts.ports import Model
from contracts.schema.columns import Columns
from production.artifacts.signed import with_signatures
from production.artifacts.store import Artifacts
from production.assembly.features import asked_columns, feature_lookup
from production.database.database import Database
from production.features.lookup import CachedLookup
from production.feedback.events import EventLog
from production.feedback.feedback import Feedback
from production.feedback.outcomes import OutcomeLog
from production.generation.loader import Loader
from production.generation.probe import Probe
from production.registry.aliases import Aliases
from production.registry.manifests import Manifests
from production.serving.engine import Engine
from production.serving.publisher import Publisher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from contracts.ports import Learner
    from production.assembly.state import State
    from production.selectors.port import Selector
    from production.settings import Production


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """The parts that serve one product from its state.

    Attributes:
        contract: The contract that is deployed.
        database: The open database of the records below.
        artifacts: The store of generations.
        kind: The class that reads a generation's model.
        probe: Loads each generation in another process first.
        loader: Loads generations.
        engine: Predicts; nothing is deployed in it yet.
        manifests: The inventory of manifests.
        publisher: Publishes manifests.
        events: The log of served requests.
        outcomes: The log of outcomes.
        feedback: The two logs joined.
        asked: The columns that a client sends: the contract's, without the stored features.
        lookup: Looks the stored features up, if there are any; it is empty until it is refreshed.
    """

    contract: Contract
    database: Database
    artifacts: Artifacts
    kind: type[Model]
    probe: Probe
    loader: Loader
    engine: Engine
    manifests: Manifests
    publisher: Publisher
    events: EventLog
    outcomes: OutcomeLog
    feedback: Feedback
    asked: Columns
    lookup: CachedLookup | None


@contextmanager
def open_serving(config: Production, contract: Contract, *, state: State) -> Iterator[Serving]:
    """Yield the parts that serve a product; its database is closed at the end.

    Args:
        config: The configuration.
        contract: The contract that is deployed, see `deployed_contract`.
        state: Where the operation keeps what it knows.
    """
    with closing(Database(state.database)) as database:
        yield serving_parts(config, contract, state, database)


def deployed_contract(config: Production) -> Contract:
    """Return the published contract that a configuration names.

    Raises:
        ContractError: It is not published.
        SignatureError: A signature is required, and the contract has none by the configured key.
    """
    product = config.product
    signing = instantiate(config.signing, "signing")
    return load_trusted(Path(config.paths.published), product.name, product.contract, signing)


def serving_parts(
    config: Production, contract: Contract, state: State, database: Database
) -> Serving:
    """Return the parts that serve a product around an open database."""
    artifacts = with_signatures(
        instantiate(config.artifacts, "artifacts", folder=state.artifacts),
        folder=state.signatures,
        signing=instantiate(config.signing, "signing"),
    )
    manifests = Manifests(database)
    publisher = Publisher(
        product=contract.product,
        contract=contract.version,
        selector=config.selector,
        aliases=Aliases(database),
        manifests=manifests,
        database=database,
        seed=config.seed,
    )
    side = config.served_side
    kind = locate(side.model, "model", key=config.product.key_of(side, "model"))
    probe = Probe(kind, contract)
    loader = Loader(artifacts=artifacts, kind=kind, contract=contract, probe=probe)
    return Serving(
        contract=contract,
        database=database,
        artifacts=artifacts,
        kind=kind,
        probe=probe,
        loader=loader,
        engine=Engine(
            loader=loader,
            selector=instantiate(config.selector, "selector"),
            contract=contract,
            build=stated_selector,
        ),
        manifests=manifests,
        publisher=publisher,
        events=EventLog(database),
        outcomes=OutcomeLog(database),
        feedback=Feedback(database),
        asked=asked_columns(contract.input_columns, config.product.features),
        lookup=feature_lookup(config.product, database),
    )


def served_learner(config: Production) -> Learner:
    """Return the learner of the side whose code serves.

    Raises:
        ConfigError: The product has no such side, or its learner is not declared, or lacks a key.
    """
    side = config.served_side
    learner: Learner = instantiate(side.learner, config.product.key_of(side, "learner"))
    return learner


def stated_selector(component: Mapping[str, Any]) -> Selector:
    """Return the selector that a manifest states.

    Raises:
        ConfigError: It is not declared as a selector, or does not take its options.
    """
    selector: Selector = instantiate(component, "selector")
    return selector
