"""The configuration of `python -m production`, typed, and the lifecycle that it declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from contracts.config.product import Liaison, Paths, Product, Side
from contracts.config.settings import Closed, Component, Task
from contracts.errors import ConfigError, LifecycleError
from contracts.lifecycle import (
    ATTRIBUTES,
    Lifecycle,
    check_combination,
    check_evaluation,
    check_parts,
    check_trigger,
    declare,
)
from contracts.moment import Duration, PositiveDuration
from production.feedback_settings import HttpFeedback, SourceFeedback
from production.strategy_settings import (
    AutoStrategy,
    FullStrategy,
    IncrementalStrategy,
    TuningStrategy,
)

if TYPE_CHECKING:
    from contracts.config.entry import Request


#: The tasks that may suppose other feedback than there was.
BACKTESTS = ("run", "compare")
#: The group of presets over the attributes.
PRESET = "lifecycle"


class AttributeOption(Closed, frozen=True, kw_only=True):
    """An attribute's option, by name."""

    name: str


class Updating(Closed, frozen=True, kw_only=True):
    """How models are updated: the option's name, and how often a person re-releases."""

    name: str
    release_every: PositiveDuration | None = None


class DatabaseSettings(Closed, frozen=True, kw_only=True):
    """The database of all records: an SQLAlchemy URL; ``{state}`` is a run's state folder."""

    name: str
    url: str


class ServingLimits(Closed, frozen=True, kw_only=True):
    """The bounds of a request: sizes as numbers, times as durations."""

    body: Annotated[int, msgspec.Meta(ge=1)]
    rows: Annotated[int, msgspec.Meta(ge=1)]
    headers: PositiveDuration
    receive: PositiveDuration
    answer: PositiveDuration
    idle: PositiveDuration
    drain: PositiveDuration


class WallClockSettings(Closed, frozen=True, kw_only=True, tag_field="name", tag="wall"):
    """The product's time is the machine's."""


class AcceleratedClockSettings(
    Closed, frozen=True, kw_only=True, tag_field="name", tag="accelerated"
):
    """The product's time is that of the history that is played.

    Attributes:
        speed: How many times as fast as the machine's time it runs at most.
    """

    speed: Annotated[float, msgspec.Meta(gt=0)]


class NoTraffic(Closed, frozen=True, kw_only=True, tag_field="name", tag="none"):
    """Requests come from clients."""


class ReplayTraffic(Closed, frozen=True, kw_only=True, tag_field="name", tag="replay"):
    """The product's history is played to it.

    Attributes:
        rows: How many requests are sent at once at most.
        then: What is done at its end: ``end``, or ``serve`` until told to end; none for ``serve``
            on a terminal and ``end`` elsewhere.
    """

    rows: Annotated[int, msgspec.Meta(ge=1)]
    then: Literal["end", "serve"] | None


class AlarmSettings(Closed, frozen=True, kw_only=True):
    """The alarms for a generation that is new in its arm; a limit of none is no such alarm."""

    during: Duration
    last: Annotated[int, msgspec.Meta(ge=1)]
    least: Annotated[int, msgspec.Meta(ge=1)]
    errors: Annotated[float, msgspec.Meta(ge=0, lt=1)] | None
    nonfinite: Annotated[float, msgspec.Meta(ge=0, lt=1)] | None
    stalled: PositiveDuration | None
    latency: Annotated[float, msgspec.Meta(ge=1)] | None
    drift: Annotated[float, msgspec.Meta(gt=0)] | None


class RetentionSettings(Closed, frozen=True, kw_only=True):
    """How long logged events are kept, and how many; none keeps all."""

    age: PositiveDuration | None
    count: Annotated[int, msgspec.Meta(ge=1)] | None


class ServingSettings(Closed, frozen=True, kw_only=True):
    """How a product is served over HTTP."""

    name: str
    host: str
    port: Annotated[int, msgspec.Meta(ge=0, le=65_535)]
    workers: Annotated[int, msgspec.Meta(ge=1, le=256)]
    hosts: tuple[str, ...]
    require_token: bool
    durability: Literal["queued", "acknowledged", "none"]
    queue: Annotated[int, msgspec.Meta(ge=1)]
    spool: Annotated[int, msgspec.Meta(ge=0)]
    features: Literal["value", "reference", "none"]
    redact: tuple[str, ...]
    poll: PositiveDuration
    limits: ServingLimits
    alarms: AlarmSettings
    evaluate: PositiveDuration | None
    retention: RetentionSettings


class AgentSettings(Closed, frozen=True, kw_only=True):
    """How the agents of a product in service work; durations by the clock of the machine.

    Attributes:
        lease: How long a process that stops keeps its work from others.
        poll: How often an agent looks whether there is something to do.
        patience: How long the others wait for an agent that is gone. A moment that is missed by
            more is not made up for: agents act for the present one.
        processors: The share of the supervisor's processors that agents and what they train run on.
            The engine runs on the others; with 1 all run on all. At least one is left to each.
    """

    name: str
    lease: PositiveDuration
    poll: PositiveDuration
    patience: PositiveDuration
    processors: Annotated[float, msgspec.Meta(gt=0, le=1)]


class NoParity(Closed, frozen=True, kw_only=True, tag_field="name", tag="none"):
    """No live traffic is held against the reference."""


class SampledParity(Closed, frozen=True, kw_only=True, tag_field="name", tag="sampled"):
    """A sampled share of live traffic is held against the reference.

    Attributes:
        share: The share of the events.
        rows: The most of them, of one look.
        every: How often to look.
        over: How long the window is that is looked at.
        least: With fewer rows nobody can tell of inputs and of steps.
        level: The least stability index of a column that matters.
        times: How many times the usual step a refresh may move predictions.
        alpha: The probability of a false alarm, of each rule, over all looks at a generation.
    """

    share: Annotated[float, msgspec.Meta(gt=0, le=1)]
    rows: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    every: PositiveDuration
    over: PositiveDuration
    least: Annotated[int, msgspec.Meta(ge=1)]
    level: Annotated[float, msgspec.Meta(gt=0)]
    times: Annotated[float, msgspec.Meta(gt=1)]
    alpha: Annotated[float, msgspec.Meta(gt=0, lt=0.5)]


#: The agents that act by themselves, in the order of acting at one moment; the last one for itself.
AgentName = Literal["outcomes", "evaluation", "training", "integration", "promotion", "parity"]


class Production(Closed, frozen=True, kw_only=True):
    """The whole configuration of `python -m production`."""

    paths: Paths
    task: Task
    product: Product
    database: DatabaseSettings
    artifacts: Component
    signing: Component
    tracking: Component
    evaluation: Component
    gate: Component
    trigger: Component
    strategy: FullStrategy | IncrementalStrategy | TuningStrategy | AutoStrategy
    selector: Component
    compute: Component
    data_access: AttributeOption
    model_sourcing: AttributeOption
    model_updating: Updating
    deployment: AttributeOption
    liaison: Liaison
    invalid: Literal["refuse", "fallback"]
    feedback: HttpFeedback | SourceFeedback
    clock: WallClockSettings | AcceleratedClockSettings
    traffic: NoTraffic | ReplayTraffic
    serving: ServingSettings
    server: Component
    agents: AgentSettings
    parity: NoParity | SampledParity
    agent: AgentName | None
    training_takes: Duration
    seed: int

    @property
    def served_side(self) -> Side:
        """The side whose code serves.

        Raises:
            ConfigError: The product has no such side.
        """
        if self.liaison.side is None:
            raise ConfigError(
                f"liaison={self.liaison.name} serves production's own implementation, and "
                f"product={self.product.name} has none",
                hint="add product.implementation, or serve research's solution: lifecycle=adaptive",
            )
        return self.liaison.side


def declared_lifecycle(config: Production) -> Lifecycle:
    """Return the lifecycle that the five attribute groups declare."""
    return declare({name: getattr(config, name).name for name in ATTRIBUTES})


def chosen_attributes(request: Request) -> frozenset[str]:
    """Return the names of the attributes that a person set one by one."""
    return request.overridden & frozenset(ATTRIBUTES)


def check_lifecycle(request: Request, config: Production) -> tuple[Lifecycle, tuple[str, ...]]:
    """Return the declared lifecycle and its warnings.

    Raises:
        ConfigError: The product lacks the side that is to serve.
        LifecycleError: The combination, or a part of it, cannot work.
    """
    lifecycle = declared_lifecycle(config)
    check_combination(lifecycle, chosen_attributes(request))
    _check_supposed(config)
    try:
        _ = config.served_side
    except ConfigError as error:
        words = [w for w in request.overrides if w.partition("=")[0] not in {*ATTRIBUTES, PRESET}]
        working = "adaptive" if config.product.timed else "open"  # without time none refreshes
        command = request.command_for(request.entry, *words, f"{PRESET}={working}")
        raise ConfigError(error.message, hint=f"{command}, or add product.implementation") from None
    return lifecycle, part_warnings(lifecycle, config)


def _check_supposed(config: Production) -> None:
    """Refuse to suppose feedback of a product in service.

    Raises:
        ConfigError: It is supposed outside of a backtest.
    """
    if config.feedback.supposed and config.task.name not in BACKTESTS:
        raise ConfigError(
            f"{config.feedback.supposed}: task={config.task.name} is of a product in service, "
            "which has the feedback that it has",
            hint="task=run or task=compare; traffic=replay plays outcomes as they arrived",
        )


def part_warnings(lifecycle: Lifecycle, config: Production) -> tuple[str, ...]:
    """Return the warnings about the selector, the trigger and the evaluation of a lifecycle.

    Raises:
        LifecycleError: One of them cannot work in it.
    """
    check_evaluation(config.evaluation, data_access=config.data_access.name)
    if config.data_access.name == "ad_hoc_dump" and isinstance(config.feedback, SourceFeedback):
        raise LifecycleError(
            "feedback=source cannot work with data_access=ad_hoc_dump: a dump gives no increments, "
            "so no outcome ever arrives in it",
            hint="feedback=http, or data_access=programmatic",
        )
    if not isinstance(config.strategy, FullStrategy) and lifecycle.model_updating != "autonomous":
        name = type(config.strategy).__struct_config__.tag
        raise LifecycleError(
            f"strategy={name} cannot work with model_updating={lifecycle.model_updating}: "
            "only autonomous has generations to go on from",
            hint="strategy=full, or model_updating=autonomous",
        )
    selector, trigger = (str(port["name"]) for port in (config.selector, config.trigger))
    check_trigger(config.trigger, config.evaluation)
    return check_parts(
        lifecycle,
        selector=selector,
        trigger=trigger,
        feature_store=config.product.features is not None,
    )
