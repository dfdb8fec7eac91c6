"""A protocol of our own on httptools, without ASGI between the socket and the answer.

It speaks HTTP/1.1: connections that stay open, requests sent ahead of their answers (answered in
order), chunked bodies and ``Expect: 100-continue``. Deadlines are kept by one look at all
connections every tenth of a second, not by a timer for each request.
"""

from __future__ import annotations

import asyncio
from collections import deque
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

try:
    from httptools import (
        HttpParserError,
        HttpParserInvalidURLError,
        HttpParserUpgrade,
        HttpRequestParser,
        parse_url,
    )
except ImportError as error:
    from contracts.errors import MissingExtraError

    raise MissingExtraError("httptools", extra="serve", purpose="server=direct") from error

from contracts.host.clock import WallClock
from contracts.moment import SECOND
from production.service.asgi import CLOSE
from production.service.headers import SINGLE, repeated
from production.service.http import HttpRequest, HttpResponse
from production.service.problems import Problem, overloaded, problem_response
from production.service.servers.port import LARGEST, largest_message

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from production.service.asgi import Asgi
    from production.service.servers.port import Patience

#: How many requests of one connection may wait for their answers; then reading stops.
AHEAD = 16
#: Seconds between two looks at the deadlines.
LOOK = 0.1
#: Status line, date, type and length of a body, further headers, and the body.
HEAD = b"%b%bcontent-type: %b\r\ncontent-length: %d\r\n%b\r\n%b"
LINES = {each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n".encode() for each in HTTPStatus}


class Connection(asyncio.Protocol):
    """One connection: reads requests, and writes their responses in order.

    Args:
        server: What it belongs to.
    """

    def __init__(self, server: OpenConnections) -> None:
        self._server, self._application = server, server.application
        self._waiting: deque[tuple[HttpRequest | HttpResponse, bool]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._reads, self._writable, self._paused = True, True, False
        self._size, self._in_body, self._turned = 0, False, False
        self._begin()

    @property
    def is_idle(self) -> bool:
        """Whether it neither receives nor answers a request."""
        return self._is_between and not self._waiting and self._task is None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for headers."""
        self.transport, self._parser = transport, HttpRequestParser(self)
        self._await(self._server.patience.headers)
        self._server.connections.add(self)
        if len(self._server.connections) > self._server.limit:
            self._end(overloaded("too many connections are open"))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        """Forget what waits for an answer: the connection is gone."""
        self._server.connections.discard(self)
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        """Read what arrived, and answer the requests that are whole."""
        if not self._reads:
            return
        self._size += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            if self._reads:  # it was not refused already
                self._waiting.append((self._waiting.pop()[0], False))
            self._reads = False  # what follows would be of another protocol
        except (HttpParserError, HttpParserInvalidURLError) as error:
            if self._reads:
                self._end(Problem(400, f"not a request of HTTP/1.1: {error}"))
        if self._size > LARGEST:
            self._check_size()
        self._answer()
        if self._turned and not self.transport.is_closing():
            self._await_client()

    def on_message_begin(self) -> None:
        """Wait for the rest of a request's headers."""
        self._begin()
        self._is_between, self._turned = False, True

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; those after a chunked body are ignored."""
        if not self._in_body:
            name = name.lower()
            if name in self._headers and name in SINGLE:
                self._repeated = name
            self._headers[name] = value

    def on_headers_complete(self) -> None:
        """Wait for the body, if it may come."""
        self._in_body = self._turned = True
        length = int(self._headers.get(b"content-length", b"0"))
        if length > self._application.limit:
            self._end(self._application.too_large())
        elif self._repeated:
            self._end(repeated(self._repeated))
        elif self._waits_for_leave and (length or b"transfer-encoding" in self._headers):
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        if not self._reads:
            return
        self._body.append(body)
        self._length += len(body)
        if self._length > self._application.limit:
            self._end(self._application.too_large())

    def on_message_complete(self) -> None:
        """Put the request behind those that wait for their answers."""
        if not self._reads:
            return
        path, _, query = self._target.partition(b"?")
        if not path.startswith(b"/"):
            path = parse_url(self._target).path or b"*"
        request = HttpRequest(
            method=self._parser.get_method().decode(),
            path=unquote(path.decode("latin-1")) if b"%" in path else path.decode("latin-1"),
            query=query,
            headers=self._headers,
            body=b"".join(self._body),
        )
        self._size, self._in_body, self._is_between, self._turned = 0, False, True, True
        self._waiting.append((request, self._parser.should_keep_alive()))
        if len(self._waiting) >= AHEAD:
            self._pause()

    def pause_writing(self) -> None:
        """Stop answering until the client takes what was written."""
        self._writable = False
        self._pause()
        self._await(self._application.seconds)

    def resume_writing(self) -> None:
        """Go on answering: the client took what was written."""
        self._writable = True
        if not self.transport.is_closing():
            self.deadline = 0.0
            self._answer()

    def expire(self) -> None:
        """Close: what it waits for did not arrive in time."""
        if self._in_body and self._reads and self._writable:
            self._end(Problem(408, f"no body within {self._application.seconds:g} s"))
            self._answer()
        else:
            self.transport.abort()

    def _begin(self) -> None:
        self._target, self._body, self._length = b"", list[bytes](), 0
        self._headers: dict[bytes, bytes] = {}
        self._repeated = b""
        self._is_between = True

    @property
    def _waits_for_leave(self) -> bool:
        """Whether a client sends its body only once it is told to go on."""
        return self._headers.get(b"expect", b"").lower() == b"100-continue" and not self._waiting

    def _await(self, seconds: float) -> None:
        self.deadline = self._server.loop.time() + seconds

    def _await_client(self) -> None:
        """Give the client its time for what is to come next, unless nothing is read now."""
        self._turned = False
        if self._paused:
            return
        if self._in_body:
            self._await(self._application.seconds)
        elif not self._is_between:
            self._await(self._server.patience.headers)
        elif self.is_idle:
            self._await(self._server.patience.idle)
        else:
            self.deadline = 0.0

    def _pause(self) -> None:
        """Stop reading; until `_resume` no time is charged to the client."""
        if not self._paused:
            self._paused, self.deadline = True, 0.0
            self.transport.pause_reading()

    def _resume(self) -> None:
        if self._paused:
            self._paused = False
            self.transport.resume_reading()
            self._await_client()

    def _check_size(self) -> None:
        """Refuse a request whose headers, chunks or trailers never end."""
        if not self._reads:
            return
        if self._in_body and self._size > largest_message(self._application.limit):
            self._end(self._application.too_large())
        elif not self._in_body and self._size > LARGEST:
            self._end(Problem(431, f"a request's headers may have {LARGEST:,} bytes"))

    def _end(self, problem: Problem) -> None:
        """Stop reading, answer what waits and then with a problem, and close."""
        self._reads, self._in_body, self._is_between = False, False, True
        self._waiting.append((problem_response(problem), False))
        self._pause()
        self._answer()

    def _answer(self) -> None:
        """Answer the requests that wait, until one takes time or the client is slow."""
        while self._waiting and self._task is None and self._writable:
            request, stays = self._waiting.popleft()
            reply = (
                request if isinstance(request, HttpResponse) else self._application.answer(request)
            )
            bare = isinstance(request, HttpRequest) and request.method == "HEAD"
            if not isinstance(reply, HttpResponse):
                self._task = self._server.loop.create_task(self._later(reply, stays, bare))
                return
            self._write(reply, stays=stays, bare=bare)
        if self._task is None and self._writable and self._reads:
            self._resume()

    async def _later(self, reply: Awaitable[HttpResponse], stays: bool, bare: bool) -> None:  # noqa: FBT001 - own
        response = await reply
        self._task = None
        self._write(response, stays=stays, bare=bare)
        self._answer()
        if self.is_idle and not self.transport.is_closing():
            self._await_client()

    def _write(self, response: HttpResponse, *, stays: bool, bare: bool) -> None:
        ends = not stays or (self._application.closing and not self._waiting)
        body = response.body
        headers = (*response.headers, CLOSE) if ends else response.headers
        further = b"".join([b"%b: %b\r\n" % header for header in headers]) if headers else b""
        start = LINES[response.status], self._server.date, response.kind, len(body), further
        self.transport.write(HEAD % (*start, b"" if bare else body))
        if ends:
            self._reads = False
            self._waiting.clear()
            self.transport.close()
            self._await(self._application.seconds)  # for the client to take what was written


class OpenConnections:
    """What the connections of one server share.

    Args:
        application: What answers.
        patience: How long to wait for clients.
        limit: How many connections may be open.
    """

    def __init__(self, application: Asgi, *, patience: Patience, limit: int) -> None:
        self.application, self.patience, self.limit = application, patience, limit
        self.loop = asyncio.get_running_loop()
        self.connections: set[Connection] = set()
        self.date = _date()

    async def watch(self) -> None:
        """Close each connection whose deadline has passed."""
        while True:
            await asyncio.sleep(LOOK)
            self.date, now = _date(), self.loop.time()
            for connection in [*self.connections]:
                if 0 < connection.deadline < now:
                    connection.expire()

    async def drain(self) -> None:
        """Return when all connections have ended; those that are idle are closed."""
        end = self.loop.time() + self.patience.drain
        while self.connections and self.loop.time() < end:
            for connection in [*self.connections]:
                if connection.is_idle:
                    connection.transport.close()
            await asyncio.sleep(LOOK)
        for connection in [*self.connections]:
            connection.transport.abort()


def _date() -> bytes:
    return f"date: {formatdate(WallClock().now() / SECOND, usegmt=True)}\r\n".encode()
