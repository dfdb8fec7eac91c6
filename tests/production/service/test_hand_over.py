"""When a worker that was told to end does."""

from __future__ import annotations

from production.service.hand_over import HandOver


def test_it_ends_once_its_supervisor_lets_it() -> None:
    """It says that it was told to, and goes on until then."""
    said: list[str] = []
    hand_over = HandOver(lambda: said.append("asked"))
    hand_over(lambda: said.append("ended"))
    assert said == ["asked"]
    hand_over.release()
    assert said == ["asked", "ended"]


def test_it_ends_at_once_if_it_was_let_before() -> None:
    """As when all end: nobody takes its place."""
    said: list[str] = []
    hand_over = HandOver(lambda: said.append("asked"))
    hand_over.release()
    hand_over(lambda: said.append("ended"))
    assert said == ["asked", "ended"]
