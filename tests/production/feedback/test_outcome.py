"""Which outcome of an event stands, in whatever order a database returns them."""

from __future__ import annotations

import itertools

import pytest

from contracts.errors import DataError
from production.feedback.outcome import Outcome, encode_value, encode_values, settle

OUTCOMES = [
    Outcome("a", 0, "true", 5, 5),
    Outcome("a", 1, "false", 8, 3),
    Outcome("a", 1, "false", 7, 7),
    Outcome("b", 2, "1", 6, 6),
    Outcome("b", 2, "2", 6, 6),
    Outcome("b", 1, "3", 9, 9),
]


def test_any_order() -> None:
    """In all orders the highest revision stands, at its earliest arrival; conflicts do not."""
    for order in itertools.permutations(OUTCOMES):
        stands, conflicts = settle(order)
        assert stands == {"a": Outcome("a", 1, "false", 7, 7)}
        assert conflicts == {"b": {"1", "2"}}


def test_values_together() -> None:
    """Values are encoded together as one by one, also those that Python takes for equal."""
    values = [True, 1, 1.0, "1", 0.0, -0.0, False, 2.5, "true"]
    assert encode_values(values) == [encode_value(value) for value in values]


@pytest.mark.parametrize("value", [None, float("nan"), [1], {}])
def test_no_value_among_others(value: object) -> None:
    """One that is no value is refused, also one without a hash."""
    with pytest.raises(DataError):
        encode_values([True, value])
