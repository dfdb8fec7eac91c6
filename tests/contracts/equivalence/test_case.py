from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from contracts.equivalence.clauses.golden import Golden
from contracts.equivalence.item import Item
from contracts.equivalence.prove import judge

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    "said", [0.5, None, "0.5", ("0.5",), [[0.5]], np.array([[0.5]]), np.array(0.5)]
)
def test_an_answer_to_one_record_that_is_no_numbers_in_a_row_is_the_candidates_fault(
    looking: Callable[..., Any], altered: Callable[..., Any], said: Any
) -> None:
    """A bare number breaks no proof, and a text that reads as one is no prediction."""
    clause = Golden(absolute=1.0)
    with looking(altered(one=lambda *_: said), pair="recorded") as case:
        verdict = judge(Item(clause=clause, pair="recorded"), case.sides)
    assert verdict.outcome == "different"
    assert "the candidate breaks the protocol: expected a tuple of numbers" in verdict.message


@pytest.mark.parametrize("kind", [tuple, list, np.array])
def test_an_answer_to_one_record_may_be_any_row_of_numbers(
    looking: Callable[..., Any], toy: Any, altered: Callable[..., Any], kind: Any
) -> None:
    """Which sequence holds the figures is nobody's concern."""

    def one(model: Any, record: Any) -> Any:
        return kind(toy.Cells.one(model, record))

    with looking(altered(one=one), pair="recorded") as case:
        verdict = judge(Item(clause=Golden(absolute=0.001), pair="recorded"), case.sides)
    assert verdict.outcome == "equivalent"
