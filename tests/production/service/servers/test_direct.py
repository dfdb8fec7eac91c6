from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import uvloop

from production.service.asgi import Asgi
from production.service.http import HttpRequest, HttpResponse
from production.service.servers.connections import AHEAD, Connection, OpenConnections
from production.service.servers.direct import DirectServer
from production.service.servers.port import LARGEST, Patience, largest_message

if TYPE_CHECKING:
    from collections.abc import Awaitable

GET = b"GET /%b HTTP/1.1\r\nhost: localhost\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
POST = b"POST /post HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"


class Echo:
    """Answers with the path and body; of a path with "slow" in it only after others could run."""

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []

    def answer(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        """Return the response, or what becomes it."""
        self.requests.append(request)
        response = HttpResponse(body=f"<{request.path}>".encode() + request.body)
        return self._later(response) if "slow" in request.path else response

    async def _later(self, response: HttpResponse) -> HttpResponse:
        for _ in range(10):
            await asyncio.sleep(0)
        return response


def exchange(
    *parts: bytes,
    service: Any = None,
    body: int = 100,
    seconds: float = 60.0,
    server: Any = None,
) -> bytes:
    """Return all that the server sends for bytes that arrive in parts; it closes the connection."""
    echo: Any = service or Echo()
    application = Asgi(echo, body=body, seconds=seconds)
    patience = Patience(headers=60.0, idle=60.0, drain=60.0)

    async def run() -> bytes:
        bound, stop = socket.create_server(("127.0.0.1", 0)), asyncio.Event()
        address, ready = bound.getsockname(), asyncio.Event()
        serving = asyncio.create_task(
            (server or DirectServer()).serve(
                application, socket=bound, patience=patience, started=ready.set, stop=stop
            )
        )
        await ready.wait()
        reader, writer = await asyncio.open_connection(*address)
        answer = b""
        with suppress(ConnectionError):
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0)
            answer = await reader.read()
        writer.close()
        stop.set()
        await serving
        return answer

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(asyncio.wait_for(run(), 60))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let servers end without the pause for active clients."""
    monkeypatch.setattr("production.service.servers.direct.GRACE", 0.0)


def bodies(answer: bytes) -> list[bytes]:
    """Return the bodies of responses."""
    return [part.partition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 ")[1:]]


def test_requests_sent_ahead_are_answered_in_order() -> None:
    """An answer that takes time keeps those after it waiting."""
    answer = exchange(GET % b"a" + GET % b"slow" + GET % b"b" + LAST)
    assert bodies(answer) == [b"</a>", b"</slow>", b"</b>", b"</last>"]


@pytest.mark.parametrize(
    "size", [1, 7, 1000], ids=["byte by byte", "in small parts", "in one part"]
)
def test_a_chunked_body_arrives_whole(size: int) -> None:
    """However its bytes arrive; headers after it are ignored."""
    service = Echo()
    sent = (
        POST + b"transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nhost: evil\r\n\r\n"
    )
    parts = [sent[at : at + size] for at in range(0, len(sent), size)]
    assert bodies(exchange(*parts, service=service)) == [b"</post>abcde"]
    assert service.requests[0].headers[b"host"] == b"localhost"


def test_a_body_is_asked_for() -> None:
    """A client that waits to be asked for its body is."""
    answer = exchange(POST + b"expect: 100-continue\r\ncontent-length: 3\r\n\r\n", b"abc")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_a_head_has_no_body() -> None:
    """A response to HEAD states the length of the body that GET would have."""
    answer = exchange(LAST.replace(b"GET", b"HEAD"))
    assert b"content-length: 7\r\n" in answer
    assert bodies(answer) == [b""]


def test_a_path_is_decoded() -> None:
    """Percent signs are undone in the path, not in the query."""
    service = Echo()
    exchange(LAST.replace(b"/last", b"/%C3%A4?a=%20"), service=service)
    assert (service.requests[0].path, service.requests[0].query) == ("/ä", b"a=%20")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", 400),
        (POST + b"content-length: 101\r\n\r\n", 413),
        (POST + b"transfer-encoding: chunked\r\n\r\n65\r\n" + b"x" * 101, 413),
        (POST + b"content-length: 9\r\n\r\n" + b"x", 408),
    ],
    ids=["no HTTP", "two lengths", "too large", "too large in chunks", "slow"],
)
def test_what_cannot_be_answered_is_refused(sent: bytes, status: int) -> None:
    """The client learns why, and the connection is closed."""
    answer = exchange(sent, seconds=0.001 if status == 408 else 60.0)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert b"connection: close\r\n" in answer


@pytest.mark.parametrize("refused", [b"content-length: 101\r\n", b"host: again\r\n"])
def test_a_request_that_is_refused_may_ask_for_another_protocol(
    refused: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """It is refused all the same, and nothing fails."""
    answer = exchange(POST + refused + b"connection: upgrade\r\nupgrade: websocket\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 4")
    assert caplog.records == []


CHUNKED = POST + b"transfer-encoding: chunked\r\n\r\n0\r\n"


def filled(start: bytes, size: int) -> list[bytes]:
    """Return parts of so many bytes that begin a request, the rest of them a single word."""
    sent = start + b"a" * (size - len(start))
    return [sent[at : at + 10_000] for at in range(0, size, 10_000)]


@pytest.mark.parametrize(
    ("start", "most", "status"),
    [
        (b"GET /", LARGEST, 431),
        (b"GET / HTTP/1.1\r\nx: ", LARGEST, 431),
        (CHUNKED + b"x: ", largest_message(100), 413),
        (CHUNKED[:-3] + b"1;x=", largest_message(100), 413),
    ],
    ids=["target", "header", "trailer", "chunk extension"],
)
def test_what_never_ends_is_refused(start: bytes, most: int, status: int) -> None:
    """The bytes of a request are counted as they arrive, whether or not a line of them is whole."""
    answer = exchange(*filled(start, most + 1))
    assert answer.startswith(b"HTTP/1.1 %d " % status)


def test_a_large_body_behind_headers_in_two_parts_is_not_counted_as_headers() -> None:
    """The request is answered, and its connection stays open."""
    head = b"POST /post HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n" % (2 * LARGEST)
    answer = exchange(head[:20], head[20:] + b"x" * 2 * LARGEST, LAST, body=2 * LARGEST)
    assert [len(each) for each in bodies(answer)] == [len("</post>") + 2 * LARGEST, len("</last>")]


class SlowClient:
    """A connection without a network, whose time is set."""

    def __init__(self) -> None:
        self.now, self.reading, self.closed = 0.0, True, False
        service: Any = Echo()
        application = Asgi(service, body=100, seconds=30.0)
        patience = Patience(headers=10.0, idle=60.0, drain=60.0)
        server = OpenConnections(application, patience=patience, limit=10)
        loop: Any = SimpleNamespace(
            time=lambda: self.now, create_task=asyncio.get_running_loop().create_task
        )
        server.loop = loop
        self.connection = Connection(server)
        transport: Any = self
        self.connection.connection_made(transport)

    def pause_reading(self) -> None:
        """Read nothing."""
        self.reading = False

    def resume_reading(self) -> None:
        """Read again."""
        self.reading = True

    def write(self, _: bytes) -> None:
        """Take a response."""

    def close(self) -> None:
        """End."""
        self.closed = True

    def is_closing(self) -> bool:
        """Return whether it was closed."""
        return self.closed


HALVES = [
    (b"", 60.0),
    (b"GET / HTTP/1.1\r\nhost: loc", 10.0),
    (POST + b"content-length: 9\r\n\r\nx", 30.0),
]


@pytest.mark.parametrize(
    ("half", "seconds"), HALVES, ids=["nothing", "half a header", "half a body"]
)
def test_what_is_half_received_has_its_time_after_a_pause(half: bytes, seconds: float) -> None:
    """A client that was slow to take a response, or that the server kept waiting, has it anew."""

    async def run() -> None:
        client = SlowClient()
        client.connection.data_received(GET % b"a" + half)
        assert client.connection.deadline == seconds
        client.connection.pause_writing()
        assert (client.reading, client.connection.deadline) == (False, 30.0)
        client.now = 25.0
        client.connection.resume_writing()
        assert (client.reading, client.connection.deadline) == (True, 25.0 + seconds)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("half", "seconds"), HALVES, ids=["nothing", "half a header", "half a body"]
)
def test_a_client_is_not_charged_for_the_server_s_pause(half: bytes, seconds: float) -> None:
    """While too many of its requests wait for their answers, nothing more of it is read."""

    async def run() -> None:
        client = SlowClient()
        client.connection.data_received(GET % b"slow" * AHEAD + half)
        assert (client.reading, client.connection.deadline) == (False, 0.0)
        client.now = 100.0
        for _ in range(20 * AHEAD):
            await asyncio.sleep(0)
        assert (client.reading, client.connection.deadline) == (True, 100.0 + seconds)

    asyncio.run(run())


def test_a_client_that_takes_no_response_is_cut() -> None:
    """A connection that is about to close waits for it no longer than for a body."""

    async def run() -> None:
        client = SlowClient()
        client.connection.data_received(LAST)
        client.connection.pause_writing()
        client.connection.resume_writing()
        assert (client.closed, client.connection.deadline) == (True, 30.0)

    asyncio.run(run())
