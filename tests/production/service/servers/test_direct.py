from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest
import uvloop

from production.service.asgi import Asgi
from production.service.http import HttpRequest, HttpResponse
from production.service.servers.direct import DirectServer
from production.service.servers.port import Patience

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


def exchange(*parts: bytes, service: Any = None, body: int = 100, seconds: float = 60.0) -> bytes:
    """Return all that the server sends for bytes that arrive in parts; it closes the connection."""
    echo: Any = service or Echo()
    application = Asgi(echo, body=body, seconds=seconds)
    patience = Patience(headers=60.0, idle=60.0, drain=60.0)

    async def run() -> bytes:
        bound, stop = socket.create_server(("127.0.0.1", 0)), asyncio.Event()
        ready = asyncio.Event()
        serving = asyncio.create_task(
            DirectServer().serve(
                application, socket=bound, patience=patience, started=ready.set, stop=stop
            )
        )
        await ready.wait()
        reader, writer = await asyncio.open_connection(*bound.getsockname())
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
