from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from production.service.asgi import Asgi
from production.service.servers.port import LARGEST, largest_message
from production.service.servers.uvicorn import BoundedProtocol, UvicornServer
from tests.production.service.servers.test_direct import (
    CHUNKED,
    GET,
    LAST,
    POST,
    Echo,
    bodies,
    exchange,
    filled,
)

if TYPE_CHECKING:
    from production.service.http import HttpResponse


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let servers end without the pause for active clients."""
    monkeypatch.setattr("production.service.servers.uvicorn.GRACE", 0.0)


@pytest.mark.parametrize(
    ("start", "most"),
    [
        (b"GET /", LARGEST),
        (b"GET / HTTP/1.1\r\nx: ", LARGEST),
        (CHUNKED + b"x: ", largest_message(100)),
        (CHUNKED[:-3] + b"1;x=", largest_message(100)),
    ],
    ids=["target", "header", "trailer", "chunk extension"],
)
def test_what_never_ends_is_cut(start: bytes, most: int) -> None:
    """The connection is closed once more bytes came than a request may have."""
    assert exchange(*filled(start, most + 1), server=UvicornServer()) == b""


@pytest.mark.parametrize("size", [1, 1000], ids=["byte by byte", "in one part"])
def test_a_chunked_body_arrives_whole(size: int) -> None:
    """However its bytes arrive; headers after it are ignored."""
    service = Echo()
    sent = POST + b"transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nhost: evil\r\n\r\n"
    parts = [sent[at : at + size] for at in range(0, len(sent), size)]
    answer = exchange(*parts, service=service, server=UvicornServer())
    assert bodies(answer) == [b"</post>abc"]
    assert service.requests[0].headers[b"host"] == b"localhost"


def test_a_large_body_is_not_counted_as_headers() -> None:
    """Nor are the bytes of one request counted for the next."""
    head = b"POST /post HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n" % (2 * LARGEST)
    parts = (head[:20], head[20:] + b"x" * 2 * LARGEST, LAST)
    answer = exchange(*parts, body=2 * LARGEST, server=UvicornServer())
    assert [len(each) for each in bodies(answer)] == [len("</post>") + 2 * LARGEST, len("</last>")]


class SlowClient:
    """A connection to a real loop that takes nothing, whose deadlines are looked at."""

    def __init__(self, service: Any) -> None:
        self.application = Asgi(service, body=100, seconds=30.0)
        bounds = {"seconds": 10.0, "taking": 30.0}
        config = uvicorn.Config(
            self.application, ws="none", lifespan="off", log_config=None, access_log=False
        )
        config.load()
        kind = type("Bounded", (BoundedProtocol,), bounds)
        self.closed, self.aborted, self.written = False, False, b""
        self.connection = kind(config, ServerState(), {})
        transport: Any = self
        self.connection.connection_made(transport)

    @property
    def waits(self) -> tuple[bool, bool]:
        """Whether the client has a deadline for headers, and one to take what was written."""
        return self.connection._arriving is not None, self.connection._leaving is not None

    def get_extra_info(self, _: str) -> None:
        """Return what is known of the client: nothing."""

    def pause_reading(self) -> None:
        """Read nothing."""

    def resume_reading(self) -> None:
        """Read again."""

    def write(self, data: bytes) -> None:
        """Take a response."""
        self.written += data

    def close(self) -> None:
        """End."""
        self.closed = True

    def abort(self) -> None:
        """End at once."""
        self.aborted = True

    def is_closing(self) -> bool:
        """Return whether it was closed."""
        return self.closed

    async def answers(self, count: int) -> None:
        """Return when so many responses were written."""
        for _ in range(1_000):
            if self.written.count(b"HTTP/1.1 200 OK") == count:
                return
            await asyncio.sleep(0)
        raise AssertionError(self.written)


class Held(Echo):
    """Answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = asyncio.Event()

    async def _later(self, response: HttpResponse) -> HttpResponse:
        await self.let.wait()
        return response


def test_a_client_is_not_charged_while_it_waits_for_an_answer() -> None:
    """Half a request behind one that is being answered has its time once that is answered."""

    async def run() -> None:
        service = Held()
        client = SlowClient(service)
        assert client.waits == (True, False)
        client.connection.data_received(GET % b"slow" + b"GET /b HTTP/1.1\r\nhost: loc")
        assert client.waits == (False, False)
        service.let.set()
        await client.answers(1)
        assert client.waits == (True, False)
        client.connection.data_received(b"alhost\r\n\r\n")
        assert client.waits == (False, False)
        await client.answers(2)
        assert client.waits == (False, False)
        client.connection.connection_lost(None)

    asyncio.run(asyncio.wait_for(run(), 60))


def test_a_client_has_its_time_to_take_what_was_written() -> None:
    """Then the connection is cut, whether it was to stay open, is idle, or was closed already."""

    async def run() -> None:
        client = SlowClient(Echo())
        client.connection.pause_writing()
        assert client.waits[1]
        client.connection.resume_writing()
        assert not client.waits[1]
        client.connection.data_received(GET % b"a")
        await client.answers(1)
        client.connection.timeout_keep_alive_handler()
        assert (client.waits[1], client.closed) == (True, True)
        client.connection.connection_lost(None)
        closing = SlowClient(Echo())
        closing.connection.data_received(LAST)
        await closing.answers(1)
        assert (closing.waits[1], closing.closed, closing.aborted) == (True, True, False)
        assert closing.connection._leaving.when() > asyncio.get_running_loop().time()
        closing.connection._leaving._run()
        assert closing.aborted
        closing.connection.connection_lost(None)
        assert closing.waits == (False, False)

    asyncio.run(asyncio.wait_for(run(), 60))
