"""The parity agent tells what moved: data, implementation or model; quiet days ring nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.production.agents.parity.moves import MOVED, MOVES, UNTIL, Move, Watched

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in MOVED for name in MOVED[kind]])
def test_moves_are_told_apart(operation: Callable[..., Any], kind: str, name: str) -> None:
    """Nothing rings before one moves; then it does, and neither of the others."""
    watched = Watched(operation, MOVED[kind][name]).run()
    assert watched.moved(0, MOVES) == set()
    assert watched.moved(MOVES, UNTIL) == {kind}


@pytest.mark.parametrize("seed", [1, 2])
def test_quiet_days_ring_nothing(operation: Callable[..., Any], seed: int) -> None:
    """More than a month of them, through five refreshes."""
    watched = Watched(operation, Move(), seed=seed).run()
    assert len(watched.looks) > 30
    assert {each.decision for each in watched.looks} == {"quiet"}
