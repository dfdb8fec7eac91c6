"""The small product of the tests, in service on the wall clock, for scenarios.

A training of it takes less than a second, and its windows and schedules are seconds long.
"""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from contracts.host.clock import WallClock
from production.agents.runtime import live_progress
from production.assembly.code import code_digest
from production.assembly.product import open_product
from production.assembly.state import State
from production.database.database import Database
from production.operating.operation import with_port
from production.service.change_request import ChangeRequest
from production.service.deployment import bring_into_service
from production.service.folder import make_live_state
from production.settings import Production
from tests.production.conftest import TOY, events, small_contract
from tests.production.operating.small import small_config

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

NAME = "toy"
#: What it is asked for.
RECORDS = ['{"colour":"red","size":0.5}', '{"colour":"blue","size":0.1}']
WORDS = ("task=operate", "gate=open", "evaluation.every=5s", "agents.poll=200ms")
OFTEN = ("trigger.every=4s",)


class LiveProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product in service.

    Attributes:
        config: Its configuration, with the port it is served at.
        state: Its live state.
        start: When it went into service, or just before, microseconds.
        records: Records to ask for, as JSON.
    """

    config: Production
    state: State
    start: int
    records: list[str]

    @contextmanager
    def open(self) -> Iterator[Database]:
        """Yield its database."""
        with closing(Database(self.state.database)) as database:
            yield database


def make_product(
    folder: Path, *words: str, trigger: Sequence[str] = OFTEN, **learner: float
) -> LiveProduct:
    """Bring the product into service.

    Args:
        folder: Where everything is.
        words: Overrides of its configuration.
        trigger: Those of its trigger.
        learner: Options of its learner, once it is in service.
    """
    if str(TOY) not in sys.path:
        sys.path.insert(0, str(TOY))
    history = events()
    contract = small_contract(import_module("production_toy"), history, folder / "contract")
    port = ("serving.port=0",) if not any("serving.port" in word for word in words) else ()
    config = with_port(small_config(folder, contract, history, *WORDS, *trigger, *port, *words))
    state, start = make_live_state(config), WallClock().now()
    bring_into_service(
        config,
        open_product(config),
        state,
        code=code_digest(),
        known_by=start,
        change=ChangeRequest(who="scenario", why="a scenario", at=start),
        prove=lambda: None,
    )
    if learner:
        config = with_learner(config, **learner)
    return LiveProduct(config=config, state=state, start=start, records=RECORDS)


def is_training(database: Database) -> bool:
    """Return whether a training was asked for and is not on record yet."""
    return live_progress(database, NAME).training.load().request is not None


def with_learner(config: Production, **options: float) -> Production:
    """Return a configuration whose learner has other options."""
    side = replace(config.liaison.side, learner={"_target_": "production_toy.Learner", **options})
    return replace(
        config,
        liaison=replace(config.liaison, side=side),
        product=replace(config.product, solution=side),
    )
