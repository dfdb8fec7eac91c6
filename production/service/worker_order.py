"""What a supervisor and its workers say to each other."""

from __future__ import annotations

import msgspec

from production.settings import Production

#: The first words of a worker's lines: it answers requests; it was told to end.
SERVING, DRAINING = "serving", "draining"
#: What lets a worker end.
RELEASED = b"."


class WorkerOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker is to serve, and where.

    Attributes:
        config: The configuration.
        number: Which of the workers it is, from 1.
        socket: The handle of the listening socket that it inherits.
        folder: Where workers leave their metrics for each other.
    """

    config: Production
    number: int
    socket: int
    folder: str
