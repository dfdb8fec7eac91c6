"""Checkpoints: how far a process has come, committed with what it did, so that it can resume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, select

from production.database.tables import CHECKPOINTS
from production.registry.row import read, write

if TYPE_CHECKING:
    from production.database.database import Database


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """How far a named process has come.

    Attributes:
        product: The product it works for.
        name: The process.
        moment: When it had come so far, microseconds.
        document: What it needs to go on.
    """

    product: str
    name: str
    moment: int
    document: Mapping[str, Any]


class Checkpoints:
    """The checkpoints of a database, one for each process.

    Args:
        database: Where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, checkpoint: Checkpoint) -> None:
        """Replace a process's checkpoint, inside the transaction of what it did."""
        with self._database.transaction() as connection:
            connection.execute(
                delete(CHECKPOINTS).where(
                    CHECKPOINTS.c.product == checkpoint.product,
                    CHECKPOINTS.c.name == checkpoint.name,
                )
            )
            write(connection, CHECKPOINTS, checkpoint)

    def load(self, product: str, name: str) -> Checkpoint | None:
        """Return a process's checkpoint, none before its first."""
        query = select(CHECKPOINTS).where(
            CHECKPOINTS.c.product == product, CHECKPOINTS.c.name == name
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else read(Checkpoint, row)
