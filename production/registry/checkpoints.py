"""Checkpoints: where a process resumes, committed in the transaction of what it did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import bindparam, delete, insert, select

from production.database.tables import CHECKPOINTS
from production.registry.row import read_all, values

if TYPE_CHECKING:
    from production.database.database import Database

ONE = (CHECKPOINTS.c.product == bindparam("of"), CHECKPOINTS.c.name == bindparam("called"))
LOAD, DELETE, WRITE = (
    select(CHECKPOINTS).where(*ONE),
    delete(CHECKPOINTS).where(*ONE),
    insert(CHECKPOINTS),
)


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """The progress of a named process.

    Attributes:
        product: The product it works for.
        name: The process.
        moment: The time up to which it has worked, microseconds.
        document: What it needs to resume.
    """

    product: str
    name: str
    moment: int
    document: Mapping[str, Any]


class Checkpoints:
    """The checkpoints of a database, one for each process.

    Args:
        database: The database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, checkpoint: Checkpoint) -> None:
        """Replace a process's checkpoint, within the caller's transaction if there is one."""
        with self._database.transaction() as connection:
            connection.execute(DELETE, {"of": checkpoint.product, "called": checkpoint.name})
            connection.execute(WRITE, values(checkpoint))

    def load(self, product: str, name: str) -> Checkpoint | None:
        """Return a process's checkpoint, none before its first."""
        given = {"of": product, "called": name}
        return next(iter(read_all(self._database, Checkpoint, LOAD, given)), None)

    def load_all(self, product: str, names: Iterable[str]) -> dict[str, Checkpoint]:
        """Return the checkpoints of several processes by name, of those that have one."""
        of_names = CHECKPOINTS.c.name.in_([*names])
        query = select(CHECKPOINTS).where(CHECKPOINTS.c.product == product, of_names)
        return {each.name: each for each in read_all(self._database, Checkpoint, query)}
