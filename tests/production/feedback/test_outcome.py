"""Which outcome of an event stands, in whatever order a database returns them."""

from __future__ import annotations

import itertools

from production.feedback.outcome import Outcome, settle

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
