"""The port of a server of HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from socket import socket

    from production.service.asgi import Asgi

#: The bytes that the line and headers of one request may have.
LARGEST = 64 * 1024
#: Seconds in which clients that are active learn that their connection is about to close.
GRACE = 1.0


def largest_message(body: int) -> int:
    """Return the bytes of a request as it is sent: its body's chunks have sizes, and it trailers.

    Args:
        body: The bytes that a body may have.
    """
    return LARGEST + 2 * body


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long a server waits, in seconds.

    Attributes:
        headers: For the headers of a request to arrive.
        idle: For the next request on a connection.
        drain: For requests to be answered after it was told to stop.
    """

    headers: float
    idle: float
    drain: float


class Server(Protocol):
    """Serves an application on a socket until it is told to stop."""

    async def serve(
        self,
        application: Asgi,
        *,
        socket: socket,
        patience: Patience,
        started: Callable[[], None],
        stop: asyncio.Event,
    ) -> None:
        """Serve; return when ``stop`` is set and every request that was taken is answered.

        Args:
            application: What answers.
            socket: A bound socket.
            patience: How long to wait for clients.
            started: Called when connections are accepted.
            stop: Set when no further connection is to be accepted.
        """
