"""The configuration of a product, typed: the same for all three entry points."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from contracts.config.components import component, installed
from contracts.config.settings import Closed, Component
from contracts.contract.terms import MOST_ROWS, ClauseTerm, MetricTerm
from contracts.data.split import Fold, rolling
from contracts.data.stored.feature import StoredFeature, check_features
from contracts.errors import ConfigError
from contracts.kind import Kind, Label, width
from contracts.moment import Duration, PositiveDuration, duration, instant
from contracts.name import Name

#: A number of golden rows.
Rows = Annotated[
    int, msgspec.Meta(ge=1, le=MOST_ROWS, description=f"a golden set has 1 to {MOST_ROWS:,} rows")
]
Count = Annotated[int, msgspec.Meta(ge=1, description="a number from 1 on")]
#: YAML takes 1.1 for a number.
VersionText = Annotated[str, msgspec.Meta(description="a version has three numbers, such as 1.1.0")]


#: An empty path would be the working directory, or the root where another part follows.
Folder = Annotated[
    str, msgspec.Meta(pattern=r"^[^\0]+$", description="a folder's path has at least one character")
]


class Paths(Closed, frozen=True, kw_only=True):
    """Where data is read from and results are written to, relative to the working directory.

    Attributes:
        data: The products' data.
        published: The published contracts.
        draft: Research's draft of one, on which a backtest runs until it is published.
        output: Reports and the state of backtests.
        live: The state of the product in service.
    """

    data: Folder
    published: Folder
    draft: Folder
    output: Folder
    live: Folder


class Side(Closed, frozen=True, kw_only=True):
    """One side's code for a product: what makes models and what reads them back to serve."""

    learner: Component
    model: str

    def __post_init__(self) -> None:
        if self.model and installed(self.model):
            try:
                component(self.model, "model")
            except ConfigError as error:
                raise ValueError(f"{error.message}, {error.hint}") from error


class Liaison(Closed, frozen=True, kw_only=True):
    """Whose code serves: the option's name, and the side it names; None if the product lacks it."""

    name: str
    side: Side | None


class Period(Closed, frozen=True, kw_only=True):
    """A window ``[start, end)``: ISO 8601 times with their offset."""

    start: str
    end: str

    def __post_init__(self) -> None:
        _moment(self, "start"), _moment(self, "end")


class Plan(Closed, frozen=True, kw_only=True):
    """How research learns: the windows, the search, the seed.

    Attributes:
        window: Where the solution explores and trains; nothing that arrived later is used.
        test: Where it is tested once, on data that nothing was tuned on.
        metrics: The names of the metrics; the first one scores the trials.
        folds: Rolling folds that parameters are compared on, the last ending with the window.
        horizon: How much time each fold tests, as a duration.
        trials: How many parameters are tried.
        seed: Of the search, of every fit and of every bootstrap.
        params: The parameters to start from; those that are not in the space keep their value.
        space: What the search varies: name → ``{low, high, log, int}`` or ``{choices}``.
        repeats: How many samples an interval is drawn from.
    """

    window: Period
    test: Period
    metrics: tuple[str, ...]
    folds: Count
    horizon: PositiveDuration
    trials: Annotated[int, msgspec.Meta(ge=0)]
    seed: int
    params: dict[str, Any]
    space: dict[str, dict[str, Any]]
    repeats: Count = 1000

    def __post_init__(self) -> None:
        if not self.start < self.end <= self.test_start < self.test_end:
            raise ValueError("expected window.start < window.end <= test.start < test.end")

    @property
    def start(self) -> int:
        """Where the training window begins, microseconds."""
        return instant(self.window.start)

    @property
    def end(self) -> int:
        """Where it ends, and by when its outcomes had to arrive."""
        return instant(self.window.end)

    @property
    def test_start(self) -> int:
        """Where the test window begins."""
        return instant(self.test.start)

    @property
    def test_end(self) -> int:
        """Where it ends."""
        return instant(self.test.end)

    @property
    def rolling(self) -> tuple[Fold, ...]:
        """The folds that parameters are compared on.

        Raises:
            ConfigError: The first of them has nothing to train on.
        """
        return rolling(self.start, self.end, folds=self.folds, horizon=duration(self.horizon))


class Features(Closed, frozen=True, kw_only=True):
    """The input columns that no request carries: they are looked up for each.

    Attributes:
        values: What they are made of, a component.
        stored: Each of them.
        every: How often a product in service takes what became known.
        overlap: How long after it became known a value may become visible where it comes from.
        kept: How far in the past an event may be to be answered from the memory of its engine.
    """

    values: Component
    stored: Annotated[tuple[StoredFeature, ...], msgspec.Meta(min_length=1)]
    every: PositiveDuration = "1m"
    overlap: Duration = "1h"
    kept: PositiveDuration = "1h"

    def __post_init__(self) -> None:
        check_features(self.stored)


class Promise(Closed, frozen=True, kw_only=True):
    """What research intends to promise: schema, metric thresholds, clauses with tolerances."""

    kind: Kind
    schema: Component
    labels: tuple[Label, ...]
    labels_open: bool
    metrics: tuple[MetricTerm, ...]
    clauses: tuple[ClauseTerm, ...]
    golden: Rows

    def __post_init__(self) -> None:
        if any(term.observed is not None for term in self.metrics):
            raise ValueError("metrics: `observed` is measured by research, not configured")


class Product(Closed, frozen=True, kw_only=True):
    """One ML-driven data product: its source, features, target and times.

    It is `contracts.kind.Predicted`: it states what is predicted before there is a contract.

    Attributes:
        revises: Whether the source revises rows of the past by design: the gate then reports how
            many it revised, and refuses nothing for it.
        timed: Whether the events have times. Without them they come in an order without meaning: no
            refresh can be worth anything, and a comparison leaves out lifecycles that refresh.
        refresh: How often a schedule refreshes the model, unless ``trigger.every`` says it.
        features: The stored features, if there are any: the source joins them to its events.
        holdout: The last outcomes that the gate judges by, unless ``gate.holdout`` says it.
    """

    name: Name
    contract: VersionText
    history: str
    start: str
    until: str
    day_offset: Duration
    ingest: Component | None = None
    source: Component
    features: Features | None = None
    revises: bool = False
    timed: bool = True
    refresh: PositiveDuration | None = None
    holdout: PositiveDuration | None = None
    baseline: Component
    solution: Side
    implementation: Side | None = None
    learning: Plan
    specification: Promise

    def __post_init__(self) -> None:
        history, start, until = (_moment(self, name) for name in ("history", "start", "until"))
        if not history <= start < until:
            raise ValueError("expected history <= start < until")

    @property
    def product(self) -> str:
        """The product's name."""
        return self.name

    @property
    def kind(self) -> Kind:
        """What is predicted: one probability, one per label, or one number."""
        return self.specification.kind

    @property
    def labels(self) -> tuple[Label, ...]:
        """binary: the negative and the positive label; multiclass: one per output column."""
        return self.specification.labels

    @property
    def labels_open(self) -> bool:
        """Whether outcomes may carry labels that are not listed."""
        return self.specification.labels_open

    @property
    def k(self) -> int:
        """How many columns a prediction has."""
        return width(self.kind, self.labels)

    def key_of(self, side: Side, part: Literal["learner", "model"]) -> str:
        """Return the dotted key of a side's part; the part alone if the side is no product's."""
        if side == self.solution:
            return f"product.solution.{part}"
        return f"product.implementation.{part}" if side == self.implementation else part


def _moment(settings: Closed, name: str) -> int:
    """Return the instant of a field. Raises ValueError, which msgspec reports with its place."""
    try:
        return instant(getattr(settings, name))
    except ConfigError as error:
        raise ValueError(f"{name}: {error.message}, {error.hint}") from error
