"""How processes share the processors of a machine."""

from __future__ import annotations

import os

import pytest

from production.operating.priority import apart


@pytest.mark.parametrize(
    ("processors", "share", "others", "agents"),
    [
        ({0, 1}, 0.5, {0}, {1}),
        ({2, 5, 7}, 0.5, {2, 5}, {7}),
        ({0, 1, 2, 3, 4, 5, 6, 7}, 0.25, {0, 1, 2, 3, 4, 5}, {6, 7}),
        ({0, 1, 2, 3}, 0.01, {0, 1, 2}, {3}),
        ({0, 1, 2, 3}, 0.99, {0}, {1, 2, 3}),
        ({0, 1}, 1, set(), set()),
        ({3}, 0.5, set(), set()),
    ],
)
def test_each_side_has_its_own(
    processors: set[int],
    share: float,
    others: set[int],
    agents: set[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At least one each, of those that this process may use; all share all where that cannot be."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: processors)
    assert apart(share) == (others, agents)


def test_a_system_that_cannot_keep_processes_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """All share all there."""
    monkeypatch.delattr(os, "sched_getaffinity")
    assert apart(0.5) == (frozenset(), frozenset())
