"""The log of a product in service, opened in one snapshot with what has served it."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import msgspec

from contracts.contract import Contract
from production.agents.runtime import live_runtime
from production.assembly.serving import deployed_contract
from production.database.database import Database
from production.experiments.history import ArmHistory, arm_history
from production.feedback.choices import ChoiceLog
from production.metrics import Runtime
from production.registry.manifests import Manifests
from production.service.folder import not_deployed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from production.assembly.state import State
    from production.settings import Production


class LiveLog(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a product in service.

    Attributes:
        contract: The contract that is deployed.
        choices: What was served, and what came true.
        history: Which generations its arms had.
        runtime: The runtime metrics.
    """

    contract: Contract
    choices: ChoiceLog
    history: ArmHistory
    runtime: Runtime


@contextmanager
def open_live_log(config: Production, state: State, *, now: int) -> Iterator[LiveLog]:
    """Yield a product's live log.

    Raises:
        StateError: Nothing is deployed.
    """
    contract = deployed_contract(config)
    with closing(Database(state.database)) as database, database.reading():
        manifests = Manifests(database).all(contract.product)
        if not manifests:
            raise not_deployed(config)
        yield LiveLog(
            contract=contract,
            choices=ChoiceLog(database, contract.product),
            history=arm_history(manifests),
            runtime=live_runtime(database, contract.product).at(now),
        )
