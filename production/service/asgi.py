"""The application as ASGI: reads a request's body within bounds, and sends the response.

Servers differ in which deadlines they keep. The body's is kept here: a client that sends nothing
more for too long is answered and its connection closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from production.service.headers import by_name
from production.service.http import HttpRequest, HttpResponse
from production.service.problems import Problem, problem_response

if TYPE_CHECKING:
    from production.service.app import Service

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

CLOSE = (b"connection", b"close")


class Asgi:
    """An ASGI application.

    Args:
        service: What answers.
        body: How many bytes a body may have.
        seconds: Within how many seconds it must have arrived.

    Attributes:
        answer: Answers a request whose body has arrived.
        limit: How many bytes a body may have.
        seconds: Within how many seconds it must have arrived.
        closing: Whether each connection is to end with its next response.
    """

    def __init__(self, service: Service, *, body: int, seconds: float) -> None:
        self.answer, self.limit, self.seconds = service.answer, body, seconds
        self.closing = False

    def close_connections(self) -> None:
        """Let each connection end with its next response: the server is about to stop."""
        self.closing = True

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await _refuse(scope, receive, send)
            return
        try:
            headers = by_name(scope["headers"])
            body = await self._body(headers, receive)
        except Problem as error:
            response = problem_response(error)
            response.headers = (*response.headers, CLOSE)
            await _send(response, send)
            return
        reply = self.answer(
            HttpRequest(
                method=scope["method"],
                path=scope["path"],
                query=scope["query_string"],
                headers=headers,
                body=body,
            )
        )
        response = reply if isinstance(reply, HttpResponse) else await reply
        if self.closing:
            response.headers = (*response.headers, CLOSE)
        await _send(response, send)

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        """Return the whole body.

        Raises:
            Problem: It is too large, does not arrive in time, or ends too early: the client is
                gone, or its chunks are malformed.
        """
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length) > self.limit:
            raise self.too_large()
        if not length and b"transfer-encoding" not in headers:
            return b""
        try:
            async with asyncio.timeout(self.seconds):
                return await self._read(receive)
        except TimeoutError:
            raise Problem(408, f"the body did not arrive within {self.seconds:g} s") from None

    async def _read(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Problem(400, "the body ended before it was whole")
            part = message.get("body", b"")
            size += len(part)
            if size > self.limit:
                raise self.too_large()
            if not message.get("more_body", False):
                return b"".join((*parts, part)) if parts else part
            parts.append(part)

    def too_large(self) -> Problem:
        """Return the problem of a body beyond the bound."""
        return Problem(
            413,
            f"a body may have {self.limit:,} bytes",
            hint="send fewer records at once, or start the server with serving.limits.body=BYTES",
        )


async def _send(response: HttpResponse, send: Send) -> None:
    length = (b"content-length", b"%d" % len(response.body))
    headers = ((b"content-type", response.kind), length, *response.headers)
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


async def _refuse(scope: Message, receive: Receive, send: Send) -> None:
    """Answer what is not a request: the server's own start and end, or a WebSocket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1003})
        return
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})
