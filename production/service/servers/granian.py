"""Serves by granian, in this process."""

from __future__ import annotations

import asyncio
import os
from socket import create_server
from typing import TYPE_CHECKING, Any

try:
    from granian._granian import SocketHolder
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.server.embed import Server
except ImportError as error:
    from contracts.errors import MissingExtraError

    raise MissingExtraError("granian", extra="granian", purpose="server=granian") from error

from production.service.servers.port import GRACE

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

    from production.service.asgi import Asgi
    from production.service.servers.port import Patience


class GranianServer:
    """Serves by granian.

    Args:
        connections: How many requests may be answered at once; further ones wait.
        backlog: How many connections may wait to be accepted.
    """

    def __init__(self, *, connections: int = 1024, backlog: int = 2048) -> None:
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
        server = _GranianServer(
            application,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
            backlog=self._backlog,
            backpressure=self._connections,
            http1_settings=HTTP1Settings(header_read_timeout=round(patience.headers * 1_000)),
        )
        socket.listen(self._backlog)
        socket.setblocking(False)
        handle = socket.detach()
        server.listener = _listener(handle, self._backlog)
        serving = asyncio.create_task(server.serve())
        stopping = asyncio.create_task(stop.wait())
        started()
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            application.close_connections()
            _stop_accepting(handle)
            await asyncio.sleep(GRACE)
            server.stop()  # type: ignore[no-untyped-call]
        stopping.cancel()
        await asyncio.wait_for(serving, patience.drain)


class _GranianServer(Server):
    """Granian on a socket that it is given; its own way is to bind one."""

    listener: Any

    def _init_shared_socket(self) -> None:
        self._ssp, self._shd = None, self.listener


def _stop_accepting(handle: int) -> None:
    """Put a socket that nobody connects to in a listener's place; what is accepted goes on.

    Granian stops accepting only together with closing each connection without a request, also one
    that it accepted a moment before.
    """
    with create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        os.dup2(other.fileno(), handle, inheritable=False)


def _listener(handle: int, backlog: int) -> Any:
    make: Any = SocketHolder  # its stub lacks the parameters
    return make(handle, False, backlog)  # not a socket of the Unix domain
