"""What a configuration says of a product, typed: read alike by all three entry points."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from contracts.config.settings import Closed, Component
from contracts.kind import Kind

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


class Learning(Closed, frozen=True, kw_only=True):
    """How research learns: where it explores and trains, where it tests, what it searches."""

    window: Period
    test: Period
    metrics: list[str]
    folds: int
    horizon: str
    trials: int
    seed: int
    params: dict[str, Any]
    space: dict[str, dict[str, Any]]


class Specification(Closed, frozen=True, kw_only=True):
    """What research means to promise: columns, metrics with thresholds, clauses with tolerances."""

    kind: Kind
    schema: Component
    labels: list[Any]
    labels_open: bool
    metrics: list[dict[str, Any]]
    clauses: list[dict[str, Any]]
    golden: int


class Product(Closed, frozen=True, kw_only=True):
    """One ML-driven data product: its source, features, target and times."""

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
    learning: Learning
    specification: Specification
