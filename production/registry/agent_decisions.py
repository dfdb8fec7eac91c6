"""What agents decided, a "no" too, with the metrics that they saw; append-only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select

from production.database.tables import AGENT_DECISIONS
from production.registry.row import read_all, write

if TYPE_CHECKING:
    from production.database.database import Database

#: What an agent decides where it does nothing.
WAIT = "wait"
#: What the training agent decides where a person is to confirm what its trigger asks for.
PROPOSE = "propose"
#: What the parity agent decides where nothing moved.
QUIET = "quiet"


class AgentDecision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision of an agent.

    Attributes:
        product: The product.
        at: The moment it was decided for, microseconds.
        agent: Which agent decided: ``training``, ``promotion`` or ``parity``.
        decision: What was decided, one word: ``train``, ``propose`` or ``wait`` by the training
            agent; ``promote``, ``wait`` or ``refuse`` by the promotion agent; ``quiet``,
            ``implementation_moved``, ``data_moved`` or ``model_moved`` by the parity agent.
        why: The reason, in words.
        seen: What it was decided from: the runtime metrics, or the generation.
    """

    product: str
    at: int
    agent: str
    decision: str
    why: str
    seen: Mapping[str, Any]


class AgentDecisions:
    """The agents' decisions in a database.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, decision: AgentDecision) -> None:
        """Record a decision, in the caller's transaction if there is one."""
        with self._database.transaction() as connection:
            write(connection, AGENT_DECISIONS, decision)

    def between(self, product: str, start: int, end: int) -> list[AgentDecision]:
        """Return the decisions for the moments of a window ``[start, end)``, oldest first."""
        at = AGENT_DECISIONS.c.at
        query = (
            select(AGENT_DECISIONS)
            .where(AGENT_DECISIONS.c.product == product, at >= start, at < end)
            .order_by(at, AGENT_DECISIONS.c.row)
        )
        return read_all(self._database, AgentDecision, query)

    def last(self, product: str, count: int) -> list[AgentDecision]:
        """Return the decisions recorded last, newest first."""
        query = (
            select(AGENT_DECISIONS)
            .where(AGENT_DECISIONS.c.product == product)
            .order_by(AGENT_DECISIONS.c.at.desc(), AGENT_DECISIONS.c.row.desc())
            .limit(count)
        )
        return read_all(self._database, AgentDecision, query)


class DecisionLog:
    """Records what one agent decides for one product.

    Args:
        decisions: Where it is recorded.
        product: The product.
        agent: The agent's name.
    """

    def __init__(self, decisions: AgentDecisions, *, product: str, agent: str) -> None:
        self._decisions, self._product, self._agent = decisions, product, agent

    def record(self, moment: int, decision: str, why: str, seen: Mapping[str, Any]) -> None:
        """Record what was decided for a moment, in the caller's transaction if there is one."""
        self._decisions.record(
            AgentDecision(
                product=self._product,
                at=moment,
                agent=self._agent,
                decision=decision,
                why=why,
                seen=seen,
            )
        )
