from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

from contracts.equivalence.proof import judge_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


def test_a_reference_that_fails_is_asked_once_and_says_nothing_of_the_candidate(
    looking: Callable[..., Any], toy: ModuleType, altered: Callable[..., Any]
) -> None:
    """What compares with it is undecided, not different."""
    reference = altered()
    reference.fit = Mock(side_effect=ValueError("one class alone"))
    with looking(toy.Learner(), reference=reference) as case:
        found = judge_all(case.sides)
    assert [verdict.status for verdict in found] == [
        "equivalent",
        "equivalent",
        "inconclusive",
        "inconclusive",
    ]
    assert found[3].message == "the reference fails at fitting: ValueError: one class alone"
    assert reference.fit.call_count == 1


def test_a_candidate_that_cannot_be_fitted_is_asked_once(
    looking: Callable[..., Any], altered: Callable[..., Any]
) -> None:
    """A fit that fails after minutes is not begun anew for every clause."""
    candidate = altered()
    candidate.fit = Mock(side_effect=ValueError("no convergence"))
    with looking(candidate) as case:
        found = judge_all(case.sides)
    assert {verdict.status for verdict in found} == {"different"}
    assert candidate.fit.call_count == 1
