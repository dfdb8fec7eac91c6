"""Serves by a protocol of our own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from production.service.servers.connections import Connection, OpenConnections
from production.service.servers.port import GRACE

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

    from production.service.asgi import Asgi
    from production.service.servers.port import Patience


class DirectServer:
    """Serves by the protocol of `Connection`.

    Args:
        connections: How many connections may be open; a further one gets 503.
        backlog: How many may wait to be accepted.
    """

    def __init__(self, *, connections: int = 10_000, backlog: int = 2048) -> None:
        self._connections, self._backlog = connections, backlog

    async def serve(
        self,
        application: Asgi,
        *,
        socket: socket,
        patience: Patience,
        started: Callable[[], None],
        stop: asyncio.Event,
    ) -> None:
        """Serve; return when ``stop`` is set and every request that was taken is answered."""
        serving = OpenConnections(application, patience=patience, limit=self._connections)
        server = await serving.loop.create_server(
            lambda: Connection(serving), sock=socket, backlog=self._backlog
        )
        watching = asyncio.create_task(serving.watch())
        started()
        await stop.wait()
        application.close_connections()
        server.close()
        await asyncio.sleep(GRACE)
        await serving.drain()
        watching.cancel()
