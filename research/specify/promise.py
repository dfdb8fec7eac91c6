"""Holds what was learned to what research means to promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.contract.terms import MetricTerm
from contracts.errors import ContractError
from contracts.moment import iso

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.publication.specification.specification import Intent, Specification
    from research.learn.result import Result

AGAIN = "python -m research task=learn, then specify again"


def kept(specification: Specification, learned: Result) -> tuple[MetricTerm, ...]:
    """Return the promised metrics with what was observed of them.

    Raises:
        ContractError: It was learned in another way than specified, did not score a metric, or
            gained less over the baseline than promised. Thresholds are checked where the draft is
            written.
    """
    _as_meant(specification.learning, learned)
    _check(specification, learned)
    return tuple(
        MetricTerm(
            name=each.name,
            direction=each.direction,
            threshold=each.threshold,
            skill=each.skill,
            observed=learned.scores[each.name].solution,
        )
        for each in specification.metrics
    )


def _as_meant(intent: Intent, learned: Result) -> None:
    """Refuse a result of other windows, seed or parameters: a draft states what is configured."""
    apart = [*_apart(intent, learned)]
    if apart:
        raise ContractError(
            "what was learned is not what is specified now", hint=AGAIN, details=apart
        )


def _apart(intent: Intent, learned: Result) -> Iterator[str]:
    plan = learned.plan
    for name in ("start", "end", "test_start", "test_end"):
        was, now = getattr(plan, name), getattr(intent, name)
        if was != now:
            yield f"{name}: learned with {iso(was)}, specified {iso(now)}"
    for name, was, now in (
        ("seed", plan.seed, intent.seed),
        ("day_offset", learned.day_offset, intent.day_offset),
    ):
        if was != now:
            yield f"{name}: learned with {was}, specified {now}"
    fixed = {name: value for name, value in learned.params.items() if name not in intent.tuned}
    if fixed != intent.params or not {*intent.tuned} <= {*learned.params}:
        yield f"params: learned with {learned.params}, specified {intent.params}"


def _check(specification: Specification, learned: Result) -> None:
    unscored = [each.name for each in specification.metrics if each.name not in learned.scores]
    if unscored:
        raise ContractError(
            f"learning scored {', '.join(learned.scores)}, not {', '.join(unscored)}",
            hint="python -m research task=learn, with these metrics",
        )
    short = [
        f"{each.name}: gained {learned.scores[each.name].gain.value:.4f}, promised {each.skill:g}"
        for each in specification.metrics
        if not learned.scores[each.name].gain.value >= each.skill
    ]
    if short:
        raise ContractError(
            "research gains less over the naive baseline than it promises",
            hint="learn better, or promise less",
            details=short,
        )
