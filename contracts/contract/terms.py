"""What a contract decides, as values: from configuration through the draft to what is published.

`Terms` is the content of `contract.yaml`. Configuration is read into the same structs, where what
research measures is not known yet: a metric has no ``observed``, a searched parameter no value.
"""

from __future__ import annotations

from math import isfinite
from typing import Any, Literal

import msgspec

from contracts.errors import ConfigError
from contracts.kind import Kind, Label, width
from contracts.moment import DAY, duration
from contracts.name import Name
from contracts.schema.columns import Columns
from contracts.score.bootstrap import Interval
from contracts.score.metric.port import Direction
from contracts.version import Version

#: The format of contract folders that this code writes, and the newest it reads.
FORMAT = 1

#: The most rows of a golden set.
MOST_ROWS = 100_000

#: What numpy and scikit-learn take for a seed.
SEEDS = range(2**32)

#: The fields of `Learning` that are instants: microseconds here, ISO 8601 in the file.
INSTANTS = ("start", "end", "known_by", "test_start", "test_end")

Pair = Literal["same_state", "same_data", "recorded"]


class MetricTerm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One metric and the values of it that the predictions have to reach.

    Attributes:
        name: The metric, one of `contracts.score.metric.registry.METRICS`, or of a package's.
        direction: Which values are better.
        threshold: The worst value allowed on the contract's own test window.
        skill: The least gain over the naive baseline on rolling data, in the metric's unit,
            positive where the model is better.
        observed: What research measured on the test window, with its bootstrap interval.
    """

    name: str
    direction: Direction
    threshold: float
    skill: float = 0.0
    observed: Interval | None = None  # in a specification: nothing is measured yet

    def __post_init__(self) -> None:
        observed = {} if self.observed is None else msgspec.structs.asdict(self.observed)
        for name, figure in {"threshold": self.threshold, "skill": self.skill, **observed}.items():
            if not isfinite(figure):
                raise ValueError(f"{self.name}: {name}: expected a finite number, got {figure}")

    def meets(self, value: float) -> bool:
        """Return whether a value on the contract's own test window meets the threshold."""
        return value <= self.threshold if self.direction == "lower" else value >= self.threshold


class ClauseTerm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One equivalence clause: its name, what it compares, and how far the sides may differ.

    Attributes:
        name: The clause, built in or registered by a package.
        pair: What is compared: the candidate with the reference's exported state, with a reference
            fitted on the same rows and seed, or with what the contract recorded.
        tolerance: The clause's own fields; checked by the clause.
    """

    name: str
    pair: Pair
    tolerance: dict[str, Any] = {}


class Learning(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the recorded state was learned: enough to learn it again.

    Instants are UTC microseconds here and ISO 8601 in the file; windows are ``[start, end)``.

    Attributes:
        params: The learner's parameters.
        tuned: The names of parameters that a search chooses, before it has: not in ``params`` yet,
            and never in a contract.
        seed: The learner's seed, and that of every draw a clause makes.
        start: Where the training window begins.
        end: Where it ends.
        known_by: Training saw the outcomes that had arrived before this moment.
        test_start: Where the contract's own test window begins.
        test_end: Where it ends.
        day_offset: When the product's day begins, after midnight UTC: days are the blocks that
            intervals resample.
    """

    params: dict[str, Any]
    tuned: tuple[str, ...] = ()
    seed: int
    start: int
    end: int
    known_by: int
    test_start: int
    test_end: int
    day_offset: str = "0"

    def __post_init__(self) -> None:
        if not self.start < self.end <= self.test_start < self.test_end:
            raise ValueError("learning: expected start < end <= test_start < test_end")
        if self.known_by > self.test_start:
            raise ValueError("learning: known_by lies after test_start, so training saw the test")
        if self.seed not in SEEDS:
            raise ValueError(f"learning: seed: expected 0 to {SEEDS[-1]}, got {self.seed}")
        try:
            late = duration(self.day_offset) >= DAY
        except ConfigError as error:
            raise ValueError(f"learning: day_offset: {error.message}, {error.hint}") from error
        if late:
            raise ValueError("learning: day_offset: expected less than a day")


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The terms of one version of one product's contract.

    Attributes:
        format: The format of the contract folder.
        product: The product's name.
        version: The contract's semantic version, ``1.0.0``.
        kind: What is predicted: one probability, one per label, or one number.
        labels: binary: the negative and the positive label; multiclass: one per output column.
        labels_open: Whether outcomes may carry labels that are not listed.
        metrics: The metrics that predictions have to reach.
        clauses: The clauses that an equivalent implementation has to pass.
        learning: How the recorded state was learned.
    """

    format: int = FORMAT
    product: Name
    version: str
    kind: Kind
    labels: tuple[Label, ...] = ()
    labels_open: bool = False
    metrics: tuple[MetricTerm, ...]
    clauses: tuple[ClauseTerm, ...]
    learning: Learning

    def __post_init__(self) -> None:
        Version.parse(self.version)
        _check_labels(self)
        for what, names in (
            ("metrics", [term.name for term in self.metrics]),
            ("clauses", [term.name for term in self.clauses]),
            ("labels", [*self.labels]),
        ):
            if len(set(names)) < len(names):
                raise ValueError(f"{what}: expected each once, got {names}")

    @property
    def k(self) -> int:
        """How many columns a prediction has."""
        return width(self.kind, self.labels)


class Specification(Terms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that is decided about a contract: terms, schemas, the size of the golden set.

    Attributes:
        input_columns: The columns of a row to predict, in order, and the checks between them.
        output_columns: The columns of a prediction, in order, and the checks between them.
        golden_rows: How many rows the golden set is to have. A contract that is read has 0 here,
            as serving never opens the file: `contracts.contract.golden.count` counts them.
    """

    input_columns: Columns
    output_columns: Columns
    golden_rows: int = 0

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the input columns, in order."""
        return self.input_columns.names

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the output columns, in order."""
        return self.output_columns.names


def _check_labels(terms: Terms) -> None:
    count = len(terms.labels)
    if terms.kind == "binary" and (count != 2 or terms.labels_open):
        raise ValueError(f"labels: binary has two, closed: [negative, positive]; got {count}")
    if terms.kind == "multiclass" and count < 2:
        raise ValueError(f"labels: multiclass has two or more, got {count}")
    if terms.kind == "regression" and (count or terms.labels_open):
        raise ValueError(f"labels: regression has none, got {count}")
