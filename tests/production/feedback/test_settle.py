"""What a heap of outcomes says of each event, whatever order a database hands them over in."""

from __future__ import annotations

import itertools

from production.feedback.settle import Claim, settle

CLAIMS = [
    Claim("a", 0, "true", 5, 5),
    Claim("a", 1, "false", 8, 3),
    Claim("a", 1, "false", 7, 7),
    Claim("b", 2, "1", 6, 6),
    Claim("b", 2, "2", 6, 6),
    Claim("b", 1, "3", 9, 9),
]


def test_any_order() -> None:
    """The highest revision at its earliest arrival stands, in all orders; conflicts are apart."""
    for order in itertools.permutations(CLAIMS):
        stands, conflicts = settle(order)
        assert stands == {"a": Claim("a", 1, "false", 7, 7)}
        assert conflicts == {"b": {"1", "2"}}
