"""When each agent acts: all act for one moment, one after the other, then for the next.

The order is that of virtual time: outcomes, evaluation, training, promotion. The first of those
that are alive says what the next moment is: the earliest that any of them asked for. An agent that
is gone keeps nobody waiting for longer than the patience in the configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from production.agents.progress import STAGES, StageProgress

if TYPE_CHECKING:
    from collections.abc import Sequence


class CountsArrivals(Protocol):
    """Says when so many requests or outcomes had come, and when something was recorded."""

    def after_requests(self, start: int, count: int) -> int | None:
        """Return the first moment by which ``count`` requests from ``start`` on had come."""

    def after_outcomes(self, start: int, count: int) -> int | None:
        """Return the first moment by which ``count`` outcomes from ``start`` on had arrived."""

    def after_record(self, start: int) -> int | None:
        """Return the first moment by which a word on refreshes, or a release, was recorded."""


class AgentStage(msgspec.Struct, frozen=True, kw_only=True):
    """One agent as the others see it.

    Attributes:
        name: Its name.
        progress: How far it has come.
        alive: Whether to wait for it.
    """

    name: str
    progress: StageProgress
    alive: bool

    @property
    def at(self) -> int:
        """The last moment it acted for, before all others if it never did."""
        return -1 if self.progress.at is None else self.progress.at


def due(
    name: str, stages: Sequence[AgentStage], *, now: int, counted: CountsArrivals, patience: int
) -> int | None:
    """Return the moment that an agent is to act for now; none if there is nothing to do yet.

    Args:
        name: The agent.
        stages: All agents, itself included, in their order.
        now: The time.
        counted: Says when so many requests or outcomes had come.
        patience: The next moment, if it is past by more than that, is the present one.
    """
    mine = next(each for each in stages if each.name == name)
    others = [each for each in stages if each.alive and each is not mine]
    before = [each for each in others if STAGES.index(each.name) < STAGES.index(name)]
    if before:
        return before[-1].at if before[-1].at > mine.at else None
    newest = max((each.at for each in others), default=-1)
    if newest > mine.at:
        return newest
    if any(each.at < mine.at for each in others):
        return None
    moment = next_wake([mine, *others], counted)
    if moment is None or moment > now:
        return None
    return moment if now - moment <= patience else now


def next_wake(stages: Sequence[AgentStage], counted: CountsArrivals) -> int | None:
    """Return the earliest moment that agents which acted for one moment ask for, none if none.

    It may lie in the future; one that depends on how much comes is known once it has come.
    """
    at = stages[0].at
    return min((m for each in stages for m in _moments(each, at, counted)), default=None)


def _moments(stage: AgentStage, at: int, counted: CountsArrivals) -> list[int]:
    wake = stage.progress.wake
    moments = [
        wake.at,
        counted.after_requests(at, wake.requests) if wake.requests else None,
        counted.after_outcomes(at, wake.outcomes) if wake.outcomes else None,
        counted.after_record(at) if wake.recorded else None,
    ]
    return [moment for moment in moments if moment is not None and moment > at]
