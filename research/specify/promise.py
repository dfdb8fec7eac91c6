"""Holds what was learned to what research means to promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from contracts.errors import ContractError
from contracts.moment import iso

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.contract.terms import Learning, Specification
    from research.learn.result import LearningResult

AGAIN = "python -m research task=learn, then specify again"


def measured(specification: Specification, learned: LearningResult) -> Specification:
    """Return the specification with what learning observed and the parameters it chose.

    Raises:
        ContractError: It was learned in another way than specified, did not score a metric, or
            gained less over the baseline than promised. Thresholds are checked where the draft is
            written.
    """
    _as_meant(specification.learning, learned)
    _check(specification, learned)
    return structs.replace(
        specification,
        metrics=tuple(
            structs.replace(term, observed=learned.scores[term.name].solution)
            for term in specification.metrics
        ),
        learning=structs.replace(specification.learning, params=learned.params, tuned=()),
    )


def _as_meant(intent: Learning, learned: LearningResult) -> None:
    """Refuse a result of other windows, seed or parameters: a draft states what is configured."""
    apart = [*_apart(intent, learned)]
    if apart:
        raise ContractError(
            "what was learned is not what is specified now", hint=AGAIN, details=apart
        )


def _apart(intent: Learning, learned: LearningResult) -> Iterator[str]:
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


def _check(specification: Specification, learned: LearningResult) -> None:
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
