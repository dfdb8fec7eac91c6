"""Asks about the small product's record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.moment import END_OF_TIME
from production.database.database import snapshot
from production.explain.explanation import explain
from production.explain.question import subject
from production.explain.record import Record
from production.registry.decisions import Decisions
from production.service.change_request import ChangeRequest
from production.service.control import Control

if TYPE_CHECKING:
    from production.explain.answer import Explanation


def ask(assembly: Any, of: str | None = None, *, now: int = END_OF_TIME) -> Explanation:
    """Return the answer to a question about what is on record."""
    with snapshot(assembly.database._engine.url) as connection:
        assert connection is not None
        record = Record(connection, "toy")
        return explain(record, subject(record, of, now=now))


def text(answer: Explanation) -> str:
    """Return an answer's sentences."""
    return "\n".join(answer.sentences)


def control(assembly: Any) -> Control:
    """Return what changes what serves."""
    return Control(
        product="toy",
        database=assembly.database,
        manifests=assembly.manifests,
        generations=assembly.generations,
        decisions=Decisions(assembly.database),
        publisher=assembly.agents.promotion._publisher,
        loader=assembly.loader,
        artifacts=assembly.loader._artifacts,
    )


def change(at: int, who: str = "ada", why: str = "errors since noon") -> ChangeRequest:
    """Return who changes what serves, and why."""
    return ChangeRequest(who=who, why=why, at=at)
