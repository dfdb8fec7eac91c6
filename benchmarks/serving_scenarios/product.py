"""A product in service for scenarios: the contract of flights, and generations that are crafted.

Each generation is a tree of two leaves with values of its own, so that a prediction tells which
one computed it; no data and no training are needed.
"""

from __future__ import annotations

import random
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
import pyarrow.parquet as pq

from contracts.config.compose import compose
from contracts.config.settings import settings
from contracts.contract import Contract
from production.agents.records import candidate_of
from production.assembly.serving import Serving, deployed_contract, open_serving
from production.assembly.state import State
from production.registry.generations import Generations, Trained
from production.registry.releases import Release, Releases
from production.service.asks import AskDecoder
from production.service.change_request import ChangeRequest
from production.service.folder import make_live_state
from production.settings import Production
from tests.suites.hostile import republish, sound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from contracts.ports import Model
    from production.generation.description import Candidate
    from tests.suites.hostile_graphs import Craft

RELEASE = "1.0.0"
#: How many of the contract's golden records are asked for.
RECORDS = 200


class ScenarioProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product in service.

    Attributes:
        words: The overrides of its configuration.
        config: The configuration.
        contract: Its contract.
        state: Its live state.
        records: Records to ask for, as JSON.
    """

    words: tuple[str, ...]
    config: Production
    contract: Contract
    state: State
    records: list[str]

    @contextmanager
    def open(self) -> Iterator[Serving]:
        """Yield the parts that serve it, in this process."""
        with open_serving(self.config, self.contract, state=self.state) as serving:
            yield serving

    def predictions(self, model: Model) -> list[float]:
        """Return what a model predicts for each record."""
        decoder = AskDecoder(self.contract.input_columns, rows=1)
        bodies = (f'{{"record":{record}}}'.encode() for record in self.records)
        return [model.one(decoder.one(body).record)[0] for body in bodies]


def make_product(folder: Path, *words: str, generations: int = 1) -> ScenarioProduct:
    """Bring the product into service with some generations, the first one as its champion."""
    words = (*words, f"paths.live={folder / 'live'}")
    config = settings(compose("production", words), Production)
    contract = deployed_contract(config)
    golden = pq.read_table(contract.folder / "golden.parquet").select([*contract.inputs])
    product = ScenarioProduct(
        words=words,
        config=config,
        contract=contract,
        state=make_live_state(config),
        records=[msgspec.json.encode(row).decode() for row in golden.slice(0, RECORDS).to_pylist()],
    )
    with product.open() as serving:
        Releases(serving.database).add(
            Release(
                product=contract.product,
                version=RELEASE,
                code_digest="0" * 64,
                contract_version=contract.version,
                created_at=now(),
            )
        )
        for number in range(generations):
            candidate = add_generation(product, serving, folder / "made", weight=0.5 + number / 1e4)
            if not number:
                serving.publisher.publish(candidate, now())
    return product


def add_generation(
    product: ScenarioProduct,
    serving: Serving,
    room: Path,
    *,
    weight: float = 0.5,
    craft: Craft | None = None,
) -> Candidate:
    """Register a generation, damaged if a craft is given.

    Args:
        product: The product.
        serving: Its parts.
        room: A folder to work in.
        weight: The value of its second leaf.
        craft: What damages it, under a digest of its own.
    """
    sound(room, product.contract, target_weights=[-1.0, weight])
    if craft is None:
        digest = serving.artifacts.publish(room)
        shutil.rmtree(room)
    else:
        listing = craft(room, random.Random(0))  # noqa: S311 - a change to make, not a secret
        digest = republish(product.state.artifacts, room, listing)
    trained = Trained(
        product=product.contract.product,
        release=RELEASE,
        artifact=digest,
        contract_version=product.contract.version,
        created_at=now(),
        start=0,
        end=0,
        known_by=0,
        rows=0,
        seed=0,
        params={},
        reason="a scenario",
        scores={},
    )
    return candidate_of(Generations(serving.database).add(trained))


def now() -> int:
    """Return the time in microseconds."""
    return time.time_ns() // 1_000


def change() -> ChangeRequest:
    """Return a change of what serves, asked for now."""
    return ChangeRequest(who="scenario", why="a scenario", at=now())
