"""All that is on record of one product, read from one snapshot of a database that is only read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from sqlalchemy import select

from production.database.tables import (
    AGENT_DECISIONS,
    DECISIONS,
    GENERATIONS,
    MANIFESTS,
    TRAININGS,
)
from production.registry.agent_decisions import QUIET, WAIT, AgentDecision
from production.registry.decisions import RecordedDecision
from production.registry.generations import Generation
from production.registry.manifests import Inventoried
from production.registry.row import read
from production.registry.trainings import Training

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select, Table

Row = TypeVar("Row", bound=msgspec.Struct)


class Recorded:
    """All that is on record of one product.

    Args:
        connection: A snapshot of its database.
        product: The product.
    """

    def __init__(self, connection: Connection, product: str) -> None:
        self._connection, self.product = connection, product

    @cached_property
    def inventory(self) -> list[Inventoried]:
        """Every revision of the manifest, oldest first."""
        return self._read(Inventoried, self._of(MANIFESTS))

    @cached_property
    def registered(self) -> list[Generation]:
        """Every generation, in the order they were registered."""
        return self._read(Generation, self._of(GENERATIONS))

    @cached_property
    def trainings(self) -> list[Training]:
        """Every training, in the order they were recorded."""
        return self._read(Training, self._of(TRAININGS))

    @cached_property
    def people(self) -> list[RecordedDecision]:
        """Every decision of a person or an alarm, oldest first."""
        return self._read(RecordedDecision, self._of(DECISIONS))

    @cached_property
    def actions(self) -> list[AgentDecision]:
        """Every decision of an agent to do something, or that something moved, oldest first."""
        acts = AGENT_DECISIONS.c.decision.not_in((WAIT, QUIET))
        return self._read(AgentDecision, self._of(AGENT_DECISIONS, acts))

    def last(self, agent: str, moment: int) -> AgentDecision | None:
        """Return an agent's last decision for a moment or before it; none before its first."""
        at, row = AGENT_DECISIONS.c.at, AGENT_DECISIONS.c.row
        return self._one(agent, at <= moment, at.desc(), row.desc())

    def next(self, agent: str, moment: int) -> AgentDecision | None:
        """Return an agent's first decision after a moment; none if that was its last."""
        at, row = AGENT_DECISIONS.c.at, AGENT_DECISIONS.c.row
        return self._one(agent, at > moment, at, row)

    def _one(
        self, agent: str, when: ColumnElement[bool], *order: ColumnElement[Any]
    ) -> AgentDecision | None:
        query = self._of(AGENT_DECISIONS, AGENT_DECISIONS.c.agent == agent, when)
        first = query.order_by(None).order_by(*order).limit(1)
        return next(iter(self._read(AgentDecision, first)), None)

    def _read(self, kind: type[Row], query: Select[Any]) -> list[Row]:
        return read(self._connection, kind, query)

    def _of(self, table: Table, *conditions: ColumnElement[bool]) -> Select[Any]:
        query = select(table).where(table.c.product == self.product, *conditions)
        return query.order_by(table.c.row)
