"""The strategy of refreshing, by its configuration."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from contracts.errors import ConfigError
from contracts.moment import duration
from contracts.ports import Resumes
from production.agents.strategies.full import FullRefit
from production.agents.strategies.incremental import Incremental
from production.strategy_settings import IncrementalStrategy

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.ports import Learner
    from production.agents.builder import ModelBuilder
    from production.agents.champion import CurrentChampion
    from production.agents.strategies.port import Strategy
    from production.settings import Production


def configured_strategy(
    config: Production,
    contract: Contract,
    learner: Learner,
    *,
    builder: ModelBuilder,
    champion: CurrentChampion,
) -> Strategy:
    """Return how refreshes make their models.

    Raises:
        ConfigError: The learner cannot go on from a model, as the strategy needs it, or the gate
            asks for what only models fitted anew can do.
    """
    strategy = config.strategy
    if not isinstance(strategy, IncrementalStrategy):
        return FullRefit(builder=builder, champion=champion)
    if not isinstance(learner, Resumes):
        raise ConfigError(
            f"strategy=incremental goes on from the model before, and {type(learner).__name__} has "
            "no method `resume`",
            hint="strategy=full, or a learner with resume(model, rows): see docs/refreshing.md",
        )
    if config.gate.get("reproduction") is not None:
        raise ConfigError(
            "gate.reproduction fits the champion anew to its own rows, which gives another model "
            "than one that strategy=incremental resumed",
            hint="gate.reproduction=null, or strategy=full",
        )
    identity = (config.served_side, contract.learning.params, contract.learning.seed)
    encoded = msgspec.json.encode(identity, order="sorted")
    return Incremental(
        builder=builder,
        champion=champion,
        learner=hashlib.sha256(encoded).hexdigest(),
        full_every=duration(strategy.full_every) if strategy.full_every else None,
    )
