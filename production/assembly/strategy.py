"""The strategy of refreshing, by its configuration."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from contracts.config import instantiate
from contracts.errors import ConfigError
from contracts.moment import SECOND, duration
from contracts.ports import Resumes
from contracts.score.metric.registry import metric, one_of
from contracts.tune import check, library
from production.agents.strategies.auto import Auto, AutoFull, RefreshWorth
from production.agents.strategies.full import FullRefit
from production.agents.strategies.incremental import Incremental
from production.agents.strategies.search import ParameterSearch, SearchPlan
from production.agents.strategies.study import StoredStudy
from production.agents.strategies.tuning import Tuning
from production.agents.worth import RefreshCosts
from production.registry.trainings import Trainings
from production.strategy_settings import AutoStrategy, IncrementalStrategy, TuningStrategy

if TYPE_CHECKING:
    from contracts.contract import Contract
    from contracts.ports import Learner
    from production.agents.builder import ModelBuilder
    from production.agents.champion import CurrentChampion
    from production.agents.runtime import RuntimeMetrics
    from production.agents.strategies.port import Strategy
    from production.database.database import Database
    from production.settings import Production


def configured_strategy(
    config: Production,
    contract: Contract,
    learner: Learner,
    *,
    builder: ModelBuilder,
    champion: CurrentChampion,
    database: Database,
    worth: RefreshWorth | None,
) -> Strategy:
    """Return how refreshes make their models.

    Args:
        config: The configuration.
        contract: The product's contract.
        learner: What fits, and resumes if it can.
        builder: Builds models.
        champion: The generation that serves.
        database: Where a search of parameters has its trials.
        worth: What says whether a refresh is worth its cost; none where each is made.

    Raises:
        ConfigError: The learner cannot go on from a model, as the strategy needs it, or the gate
            asks for what only models fitted anew can do; or the product declares nothing to search.
        MissingExtraError: What searches parameters is not installed.
    """
    strategy, full = config.strategy, FullRefit(builder=builder, champion=champion)
    if isinstance(strategy, TuningStrategy):
        identity = _identity(config, contract)
        return Tuning(
            full=full,
            builder=builder,
            champion=champion,
            search=_search(config, strategy, contract, learner, database=database),
            learner=identity,
            every=duration(strategy.every) if strategy.every else None,
            when=strategy.when,
            margin=strategy.margin,
        )
    if worth is not None and not isinstance(learner, Resumes):
        return AutoFull(full=full, worth=worth)
    if not isinstance(strategy, IncrementalStrategy | AutoStrategy):
        return full
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
    make = partial(
        Incremental, builder=builder, champion=champion, learner=_identity(config, contract)
    )
    if worth is not None:
        return Auto(
            builder=builder,
            worth=worth,
            make=lambda anew: make(full_every=None, anew=anew),
        )
    assert isinstance(strategy, IncrementalStrategy)
    return make(
        full_every=duration(strategy.full_every) if strategy.full_every else None,
    )


def refresh_worth(
    config: Production,
    contract: Contract,
    learner: Learner,
    *,
    champion: CurrentChampion,
    database: Database,
    runtime: RuntimeMetrics,
) -> RefreshWorth | None:
    """Return what says whether a refresh is worth its cost; none where each is made."""
    strategy = config.strategy
    if not isinstance(strategy, AutoStrategy):
        return None
    holdout = duration(str(config.gate["holdout"]))
    if not holdout:
        raise ConfigError(
            "strategy=auto learns from the gate's holdout what a refresh is worth: there is none",
            hint="gate=challenger, or gate.holdout=3d",
        )
    names = [term.name for term in contract.metrics]
    return RefreshWorth(
        product=contract.product,
        trainings=Trainings(database),
        champion=champion,
        runtime=runtime,
        metric=one_of(names, config.gate.get("metric"), key="gate.metric"),
        holdout=holdout,
        costs=RefreshCosts(
            second=strategy.second,
            unit=strategy.unit,
            compare=duration(strategy.compare),
            longest=duration(strategy.longest),
        ),
        resumes=isinstance(learner, Resumes),
    )


def _search(
    config: Production,
    strategy: TuningStrategy,
    contract: Contract,
    learner: Learner,
    *,
    database: Database,
) -> ParameterSearch:
    """Return what searches parameters in the space that the product declares."""
    space, name = config.product.learning.space, contract.product
    if not space:
        raise ConfigError(
            f"strategy=tuning searches product.learning.space, and that of {name} is empty",
            hint="declare low and high, or choices, of a parameter there, or set strategy=full",
        )
    check(space, contract.learning.params)
    library()  # optuna, which is an extra: missing, it is missed before anything runs
    return ParameterSearch(
        learner=learner,
        contract=contract,
        metric=metric(contract.metrics[0].name),
        compute=instantiate(config.compute, "compute"),
        plan=SearchPlan(
            space=space,
            trials=strategy.trials,
            together=strategy.together,
            seconds=duration(strategy.timeout) / SECOND if strategy.timeout else None,
            folds=strategy.folds,
            horizon=duration(strategy.horizon),
        ),
        study=StoredStudy(database, name, _identity(config, contract)),
    )


def _identity(config: Production, contract: Contract) -> str:
    """Return the digest of the learner's configuration, its parameters and its seed."""
    identity = (config.served_side, contract.learning.params, contract.learning.seed)
    return hashlib.sha256(msgspec.json.encode(identity, order="sorted")).hexdigest()
