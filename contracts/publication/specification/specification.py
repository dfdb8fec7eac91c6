"""What a contract says before anything is fitted: research's intent, and what a contract states.

The draft of a contract is made from it, and what is published is compared with it: one value for
both, so that a difference between the two is a change of the code and nothing else.
"""

from __future__ import annotations

from typing import Any

import msgspec

from contracts.contract.terms import ClauseTerm
from contracts.kind import Kind, Label
from contracts.schema.columns import Columns
from contracts.score.metric.port import Direction


class Promised(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One metric.

    Attributes:
        name: One of `contracts.score.metric.registry.METRICS`, or of a package's.
        direction: Which values are better.
        threshold: The worst value allowed on the contract's own test window.
        skill: The least gain over the naive baseline on rolling data.
    """

    name: str
    direction: Direction
    threshold: float
    skill: float = 0.0


class Intent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the recorded state is to be learned. Instants are UTC microseconds.

    Attributes:
        params: The learner's parameters that no search varies.
        tuned: The names of those that one does: their values are measured.
        seed: The learner's seed, and that of every draw a clause makes.
        start: Where the training window begins.
        end: Where it ends.
        known_by: Training sees the outcomes that arrive before this moment.
        test_start: Where the contract's own test window begins.
        test_end: Where it ends.
        day_offset: When the product's day begins, after midnight UTC.
    """

    params: dict[str, Any]
    tuned: tuple[str, ...] = ()
    seed: int
    start: int
    end: int
    known_by: int
    test_start: int
    test_end: int
    day_offset: str


class Specification(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The decided part of one version of one product's contract.

    Attributes:
        product: The product's name.
        version: The contract's semantic version.
        kind: What is predicted: one probability, one per label, or one number.
        labels: binary: the negative and the positive label; multiclass: one per output column.
        labels_open: Whether outcomes may carry labels that are not listed.
        inputs: The columns of a row to predict, in order.
        outputs: The columns of a prediction, in order.
        metrics: What the predictions are held to.
        clauses: What makes an implementation equivalent.
        learning: How the recorded state is learned.
        golden: How many rows the golden set has.
    """

    product: str
    version: str
    kind: Kind
    labels: tuple[Label, ...]
    labels_open: bool
    inputs: Columns
    outputs: Columns
    metrics: tuple[Promised, ...]
    clauses: tuple[ClauseTerm, ...]
    learning: Intent
    golden: int

    @property
    def k(self) -> int:
        """How many columns a prediction has."""
        return len(self.outputs)
