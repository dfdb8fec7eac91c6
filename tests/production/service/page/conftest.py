"""The records that the console reads, made by hand; and its state, read from a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.moment import DAY
from production.generation.description import Candidate
from production.registry.agent_decisions import AgentDecision
from production.registry.decisions import RecordedDecision
from production.registry.manifests import Inventoried
from production.registry.trainings import Training

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.service.page.state import ConsoleState
    from tests.production.service.conftest import InService

#: What a page must show, never run, and in the order in which it is written.
HOSTILE = '<script>alert("1")</script>\u202e'


def manifest(revision: int, champion: int, *, at: int | None = None, **arms: int) -> Inventoried:
    """Return a manifest whose arms point to generations of one release."""
    numbers = {"champion": champion, **arms}
    candidates = {
        name: Candidate(release="1.0.0", generation=number, artifact="a" * 64, contract="1.0.0")
        for name, number in numbers.items()
    }
    document: dict[str, Any] = {
        "format": 3,
        "product": "toy",
        "contract": "1.0.0",
        "arms": candidates,
        "selector": "champion",
        "salt": "s",
    }
    made = revision * DAY if at is None else at
    return Inventoried(product="toy", revision=revision, document=document, created_at=made)


def training(at: int, verdict: str, generation: int | None = None, **detail: Any) -> Training:
    """Return a training that was asked for at a moment."""
    return Training(
        product="toy",
        release="1.0.0",
        requested_at=at,
        reason="schedule: every 7d",
        known_by=at,
        rows=100,
        seconds=1.5,
        verdict=verdict,  # type: ignore[arg-type]
        detail={"why": "log_loss 0.4, champion 0.5", **detail},
        generation=generation,
    )


def decision(at: int, action: str, *, who: str = "ada", **detail: Any) -> RecordedDecision:
    """Return a decision of a person, or of an alarm by its name."""
    return RecordedDecision(
        product="toy",
        at=at,
        who=who,
        action=action,  # type: ignore[arg-type]
        why="errors since noon",
        detail=detail,
    )


def agent(at: int, what: str, *, who: str = "training") -> AgentDecision:
    """Return a decision of an agent."""
    return AgentDecision(
        product="toy", at=at, agent=who, decision=what, why="not due", seen={"outcomes": 3}
    )


@pytest.fixture
def state(serve: Callable[..., InService]) -> Callable[[], ConsoleState]:
    """Reads the console's state of the small product in service."""
    from msgspec.json import decode  # noqa: PLC0415 - beside its use

    from production.service.page.state import ConsoleState  # noqa: PLC0415

    service = serve()

    def read() -> ConsoleState:
        return decode(service.ask("/console/state.json").body, type=ConsoleState)

    return read
