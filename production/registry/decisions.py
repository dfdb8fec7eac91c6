"""Decisions of people about what serves: who, when and why; append-only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from sqlalchemy import select

from production.database.tables import DECISIONS
from production.registry.row import read_all, write

if TYPE_CHECKING:
    from production.database.database import Database

Action = Literal[
    "deploy", "promote", "rollback", "pin", "unpin", "quarantine", "select", "retire",
    "refresh", "approve", "reject",
]  # fmt: skip
#: What people say about refreshes.
SAID = ("refresh", "approve", "reject")


class RecordedDecision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision of a person.

    Attributes:
        product: The product.
        at: When, microseconds.
        who: Who decided.
        action: What was decided.
        why: The reason they gave.
        detail: What it was about: the generation, and the one that served before.
    """

    product: str
    at: int
    who: str
    action: Action
    why: str
    detail: Mapping[str, Any]


class Decisions:
    """The decisions in a database.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, decision: RecordedDecision) -> None:
        """Record a decision, in the caller's transaction if there is one."""
        with self._database.transaction() as connection:
            write(connection, DECISIONS, decision)

    def all(self, product: str) -> list[RecordedDecision]:
        """Return a product's decisions, oldest first."""
        query = select(DECISIONS).where(DECISIONS.c.product == product).order_by(DECISIONS.c.row)
        return read_all(self._database, RecordedDecision, query)

    def last(self, product: str, count: int) -> list[RecordedDecision]:
        """Return the decisions recorded last, newest first."""
        query = select(DECISIONS).where(DECISIONS.c.product == product)
        query = query.order_by(DECISIONS.c.row.desc()).limit(count)
        return read_all(self._database, RecordedDecision, query)

    def said(self, product: str, moment: int) -> list[RecordedDecision]:
        """Return what people said about refreshes from a moment on, oldest first."""
        query = select(DECISIONS).where(
            DECISIONS.c.product == product, DECISIONS.c.action.in_(SAID), DECISIONS.c.at >= moment
        )
        query = query.order_by(DECISIONS.c.at, DECISIONS.c.row)
        return read_all(self._database, RecordedDecision, query)

    def pinned(self, product: str) -> bool:
        """Return whether the champion is pinned: no refresh takes its place by itself."""
        query = (
            select(DECISIONS)
            .where(DECISIONS.c.product == product, DECISIONS.c.action.in_(("pin", "unpin")))
            .order_by(DECISIONS.c.row.desc())
            .limit(1)
        )
        last = read_all(self._database, RecordedDecision, query)
        return bool(last) and last[0].action == "pin"
