"""Calls with a time limit."""

from __future__ import annotations

from production.serving.bounded import TimeLimit


def test_a_call_that_returned_is_never_in_the_way_of_the_next() -> None:
    """Its thread may live on for a moment: a thousand calls in a row all run."""
    limited = TimeLimit(60)
    assert [limited(lambda at=at: at) for at in range(1_000)] == [*range(1_000)]
