"""The configuration of a product, typed: the same for all three entry points."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from contracts.config.settings import Closed, Component
from contracts.contract.terms import ClauseTerm, MetricTerm
from contracts.kind import Kind, Label, width

#: A number of golden rows.
Rows = Annotated[
    int, msgspec.Meta(ge=1, description="any model would reproduce an empty golden set")
]
#: YAML takes 1.1 for a number.
VersionText = Annotated[str, msgspec.Meta(description="a version has three numbers, such as 1.1.0")]


class Paths(Closed, frozen=True, kw_only=True):
    """Where data is read from and results are written to, relative to the working directory."""

    data: str
    published: str
    output: str


class Side(Closed, frozen=True, kw_only=True):
    """One side's code for a product: what makes models and what reads them back to serve."""

    learner: Component
    model: str


class Liaison(Closed, frozen=True, kw_only=True):
    """Whose code serves: the option's name, and the side it names."""

    name: str
    side: Side


class Period(Closed, frozen=True, kw_only=True):
    """Instants, ISO 8601 with an offset, of a window ``[start, end)``."""

    start: str
    end: str


class Plan(Closed, frozen=True, kw_only=True):
    """How research learns: where it explores and trains, where it tests, what it searches."""

    window: Period
    test: Period
    metrics: tuple[str, ...]
    folds: int
    horizon: str
    trials: int
    seed: int
    params: dict[str, Any]
    space: dict[str, dict[str, Any]]


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
    """

    name: str
    contract: VersionText
    history: str
    start: str
    until: str
    day_offset: str
    ingest: Component | None = None
    source: Component
    baseline: Component
    solution: Side
    implementation: Side | None = None
    learning: Plan
    specification: Promise

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
