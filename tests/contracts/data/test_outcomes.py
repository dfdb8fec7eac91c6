"""Outcomes as numbers: labels by name, booleans in the order of a binary product's labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from contracts.data.outcomes import check_outcomes, numeric_outcomes
from contracts.errors import DataError
from tests.suites.target import Target

YES_NO, TEXTS, THREE = (True, False), ("in_time", "late"), ("low", "mid", "high")
BINARY = Target(product="p", kind="binary", labels=TEXTS)
CLOSED = Target(product="p", kind="multiclass", labels=THREE)
OPEN = Target(product="p", kind="multiclass", labels=THREE, labels_open=True)
NUMBER = Target(product="p", kind="regression")
NOT_LISTED = float("nan")


@pytest.mark.parametrize(
    ("target", "outcomes", "expected"),
    [
        (BINARY, [True, False], [1, 0]),
        (BINARY, ["late", "in_time"], [1, 0]),
        (
            Target(product="p", kind="binary", labels=YES_NO),
            [True, True, False, False],
            [0, 0, 1, 1],
        ),
        (Target(product="p", kind="binary", labels=(1, 0)), [1, 0, 0], [0, 1, 1]),
        (Target(product="p", kind="binary", labels=(1, 0)), [True, False], [1, 0]),
        (Target(product="p", kind="multiclass", labels=(3, 1, 2)), [1.0, 2.0, 3.0], [1, 2, 0]),
        (CLOSED, ["high", "low", "mid"], [2, 0, 1]),
        (OPEN, ["huge", "low", "huge"], [NOT_LISTED, 0, NOT_LISTED]),
        (NUMBER, [1, 2], [1, 2]),
        (NUMBER, [0.5, -0.5], [0.5, -0.5]),
        (NUMBER, [True, False], [1, 0]),
        (NUMBER, [2**60], [float(2**60)]),
    ],
)
def test_outcomes_become_numbers_by_kind(
    target: Target, outcomes: list[Any], expected: list[float]
) -> None:
    """Labels become their index in the target's order, an unlisted one NaN; values stay."""
    numbers = numeric_outcomes(target, pa.chunked_array([outcomes]))
    assert numbers.dtype == np.float64
    np.testing.assert_array_equal(numbers, expected)


@pytest.mark.parametrize(
    ("target", "outcomes", "message"),
    [
        (CLOSED, pa.array(["low", "huge", "vast"]), "'low', 'mid', 'high', got 'huge', 'vast'"),
        (CLOSED, pa.array([True, False]), "'low', 'mid', 'high', got True, False"),
        (OPEN, pa.array([True]), "'high' or others of their type, got True"),
        (OPEN, pa.array([0, 2]), "or others of their type, got 0, 2"),
        (BINARY, pa.array([0, 1]), "the labels 'in_time', 'late', got 0, 1"),
        (Target(product="p", kind="binary", labels=YES_NO), pa.array([1]), "True, False, got 1"),
        (Target(product="p", kind="binary", labels=(0, 1)), pa.array([0.5]), "0, 1, got 0.5"),
        (NUMBER, pa.array(["1"]), "float64 holds exactly, got '1'"),
        (NUMBER, pa.array([1.0, np.nan, -np.inf]), "float64 holds exactly, got nan, -inf"),
        (NUMBER, pa.array([2**53, 2**53 + 1]), f"float64 holds exactly, got {2**53 + 1}"),
        (NUMBER, pa.array([2**63 - 1]), f"float64 holds exactly, got {2**63 - 1}"),
    ],
)
def test_what_a_target_cannot_have_is_refused(
    target: Target, outcomes: pa.Array, message: str
) -> None:
    """By column, with what was expected and what came; of events also by their ids."""
    with pytest.raises(DataError, match=rf"^p: column 'outcome': expected .*{message} →"):
        numeric_outcomes(target, outcomes)
    ids = [f"e{at}" for at in range(len(outcomes))]
    events = pa.table({"id": ids, "outcome": outcomes})
    with pytest.raises(DataError, match=message) as caught:
        check_outcomes(target, events)
    last = outcomes[-1].as_py()
    assert caught.value.details[-1] == f"{ids[-1]}: {last!r}"


def test_outcomes_that_have_yet_to_come_pass_the_check_of_events() -> None:
    """Null ones; so does a column without any outcome."""
    for outcomes in (pa.array(["low", None, "huge"]), pa.nulls(3)):
        check_outcomes(OPEN, pa.table({"id": ["a", "b", "c"], "outcome": outcomes}))
    check_outcomes(NUMBER, pa.table({"id": ["a", "b"], "outcome": pa.nulls(2)}))


def test_a_null_outcome_is_no_number() -> None:
    """An outcome that has not come yet is refused."""
    with pytest.raises(DataError, match="1 outcomes are null"):
        numeric_outcomes(BINARY, pa.array([True, None]))
