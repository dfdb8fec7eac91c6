"""What a kind of database offers to `production.database.database`."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from sqlalchemy import URL, Connection, Engine

#: The execution option of a connection that will write.
WRITES = "liaison_writes"
#: That of the milliseconds that a write transaction may do nothing on a server.
STANDS = "liaison_stands"


class Backend(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of database.

    Attributes:
        writer: Returns an engine whose write transactions exclude each other and whose commits are
            durable; whose reads see one snapshot. Given the KiB of pages that a connection keeps,
            where it is this process that keeps them.
        reader: Returns an engine that cannot write; None if there is no database yet.
    """

    writer: Callable[[URL, int], Engine]
    reader: Callable[[URL], Engine | None]


def writes(connection: Connection) -> bool:
    """Return whether the transaction of a connection may write."""
    return bool(connection.get_execution_options().get(WRITES, False))
