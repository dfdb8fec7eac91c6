"""Checks what was learned against the specification, and fills in what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from contracts.errors import ContractError
from contracts.publication.change.compare import learning
from contracts.publication.specification import learning_of

if TYPE_CHECKING:
    from contracts.contract.terms import Specification
    from research.learn.result import LearningResult


def measured(specification: Specification, learned: LearningResult) -> Specification:
    """Return a specification with the figures that learning observed and the parameters it chose.

    Raises:
        ContractError: Windows, seed or parameters differ from what is specified now, a metric was
            not scored, or the gain over the baseline is less than promised. Thresholds are checked
            when the draft is written.
    """
    stated = learning_of(learned.plan, day_offset=learned.day_offset)
    stated = replace(stated, params=learned.params, tuned=())
    differences = [*learning(stated, specification.learning)]
    if differences:
        raise ContractError(
            "what was learned is not what is specified now (learned → specified)",
            hint="python -m research task=learn, then specify again",
            details=[f"{each.where}: {each.detail}" for each in differences],
        )
    _check_scored(specification, learned)
    return replace(
        specification,
        metrics=tuple(
            replace(term, observed=learned.scores[term.name].solution)
            for term in specification.metrics
        ),
        learning=stated,
    )


def _check_scored(specification: Specification, learned: LearningResult) -> None:
    unscored = [term.name for term in specification.metrics if term.name not in learned.scores]
    if unscored:
        raise ContractError(
            f"learning scored {', '.join(learned.scores)}, not {', '.join(unscored)}",
            hint="python -m research task=learn, with these metrics",
        )
    gains = {name: score.gain.value for name, score in learned.scores.items()}
    short = [
        f"{term.name}: gained {gains[term.name]:.4f}, promised {term.skill:g}"
        for term in specification.metrics
        if not gains[term.name] >= term.skill
    ]
    if short:
        raise ContractError(
            "research gains less over the naive baseline than it promises",
            hint="learn better, or promise less",
            details=short,
        )
