"""What research means to promise: given by a person, in configuration, before it is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from contracts.contract.terms import ClauseTerm, MetricTerm
from contracts.errors import ContractError
from contracts.metric.port import Direction

if TYPE_CHECKING:
    from research.learn.result import Result


class Promised(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One metric.

    Args:
        name: One of `contracts.metric.registry.METRICS`, or of a package's.
        direction: Which values are better.
        threshold: The worst value allowed on the contract's own test window.
        skill: The least gain over the naive baseline on rolling data.
    """

    name: str
    direction: Direction
    threshold: float
    skill: float = 0.0


class Promise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The part of a contract that is decided, not measured.

    Args:
        version: The contract's semantic version.
        metrics: What predictions are held to.
        clauses: What makes an implementation equivalent.
        golden: How many rows the golden set has.
    """

    version: str
    metrics: tuple[Promised, ...]
    clauses: tuple[ClauseTerm, ...]
    golden: int = 300


def kept(promise: Promise, learned: Result) -> tuple[MetricTerm, ...]:
    """Return the promised metrics with what was observed of them.

    Raises:
        ContractError: Learning did not score one, or gained less over the baseline than promised.
            Thresholds are checked where the draft is written.
    """
    _check(promise, learned)
    return tuple(
        MetricTerm(
            name=each.name,
            direction=each.direction,
            threshold=each.threshold,
            skill=each.skill,
            observed=learned.scores[each.name].solution,
        )
        for each in promise.metrics
    )


def _check(promise: Promise, learned: Result) -> None:
    unscored = [each.name for each in promise.metrics if each.name not in learned.scores]
    if unscored:
        raise ContractError(
            f"learning scored {', '.join(learned.scores)}, not {', '.join(unscored)}",
            hint="python -m research task=learn, with these metrics",
        )
    short = [
        f"{each.name}: gained {learned.scores[each.name].gain.value:.4f}, promised {each.skill:g}"
        for each in promise.metrics
        if not learned.scores[each.name].gain.value >= each.skill
    ]
    if short:
        raise ContractError(
            "research gains less over the naive baseline than it promises",
            hint="learn better, or promise less",
            details=short,
        )
