"""Serves by uvicorn, with httptools, and the bounds on headers that it does not have."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

try:
    import uvicorn
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
except ImportError as error:
    from contracts.errors import MissingExtraError

    raise MissingExtraError("uvicorn", extra="serve", purpose="server=uvicorn") from error

from production.service.servers.port import GRACE, LARGEST, largest_message

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from socket import socket

    from production.service.asgi import Asgi
    from production.service.servers.port import Patience


class BoundedProtocol(HttpToolsProtocol):
    """One connection, closed if a request is too large, or if its client is too slow.

    A client has its time for the headers of a request, and for taking what was written; that for
    the body is the application's. While a request is answered no time is charged for the headers of
    the next one, which may lie half read.
    """

    #: Seconds for the headers of a request; set for each server by a class of its own.
    seconds = 10.0
    #: Seconds to take what was written; set in the same way.
    taking = 10.0
    #: The bytes of a whole request; set in the same way.
    largest = LARGEST

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for headers."""
        super().connection_made(transport)
        self._arriving: asyncio.TimerHandle | None = None
        self._leaving: asyncio.TimerHandle | None = None
        self._size, self._in_head, self._in_body = 0, False, False
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the deadlines: the connection is gone."""
        self._cancel_headers()
        self._cancel_taking()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what arrived, within the bound of what the parser keeps."""
        self._size += len(data)
        super().data_received(data)
        if self._size > (self.largest if self._in_body else LARGEST):
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Wait for the headers of a further request, unless the one before is being answered."""
        super().on_message_begin()
        self._in_head = True
        if self._arriving is None and self._is_answered:
            self._await_headers()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; those after a chunked body are ignored."""
        if not self._in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Cancel the deadline for headers: they are all there."""
        self._cancel_headers()
        self._in_head, self._in_body = False, True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count the bytes of the next request."""
        self._size, self._in_body = 0, False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the rest of the next headers, or for the client to take the last response."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._await_taking()
        elif self._in_head and self._is_answered:
            self._unset_keepalive_if_required()
            self._await_headers()

    def pause_writing(self) -> None:
        """Wait for the client to take what was written."""
        super().pause_writing()
        self._await_taking()

    def resume_writing(self) -> None:
        """Cancel that deadline: the client took it."""
        super().resume_writing()
        self._cancel_taking()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that is idle, also if its client never takes what was written."""
        super().timeout_keep_alive_handler()
        self._await_taking()

    @property
    def _is_answered(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _await_headers(self) -> None:
        self._arriving = self.loop.call_later(self.seconds, self.transport.abort)

    def _await_taking(self) -> None:
        self._cancel_taking()
        self._leaving = self.loop.call_later(self.taking, self.transport.abort)

    def _cancel_headers(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None

    def _cancel_taking(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None


class UvicornServer:
    """Serves by uvicorn.

    Args:
        connections: How many connections may be open; a request on a further one gets 503.
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
        bounds = {
            "seconds": patience.headers,
            "taking": application.seconds,
            "largest": largest_message(application.limit),
        }
        server = _UvicornServer(
            uvicorn.Config(
                application,
                http=type("Bounded", (BoundedProtocol,), bounds),
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                limit_concurrency=self._connections,
                backlog=self._backlog,
                timeout_keep_alive=round(patience.idle),
                timeout_graceful_shutdown=round(patience.drain),
            ),
            started,
        )
        serving = asyncio.create_task(server.serve(sockets=[socket]))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            application.close_connections()
            server.stop_accepting()
            await asyncio.sleep(GRACE)
            server.should_exit = True
        stopping.cancel()
        await serving


class _UvicornServer(uvicorn.Server):
    """Uvicorn, which leaves signals alone and reports when it accepts connections."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    def capture_signals(self) -> AbstractContextManager[Any]:  # type: ignore[override]
        return nullcontext()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_started()

    def stop_accepting(self) -> None:
        """Accept no further connection; those that are open go on."""
        for server in self.servers:
            server.close()
