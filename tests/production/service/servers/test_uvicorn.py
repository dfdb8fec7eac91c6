from __future__ import annotations

import pytest

from production.service.servers.port import LARGEST, largest_message
from production.service.servers.uvicorn import UvicornServer
from tests.production.service.servers.test_direct import (
    CHUNKED,
    LAST,
    POST,
    Echo,
    bodies,
    exchange,
    filled,
)


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
