"""What no careful client sends, to each server: it is refused alike, and the connection closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from production.service.servers.direct import DirectServer
from production.service.servers.granian import GranianServer
from production.service.servers.uvicorn import UvicornServer
from tests.production.service.servers.test_direct import CHUNKED, POST, Echo, bodies, exchange

if TYPE_CHECKING:
    from production.service.servers.port import Server

pytestmark = pytest.mark.e2e

SERVERS = {"direct": DirectServer, "granian": GranianServer, "uvicorn": UvicornServer}
HEAD = b"GET /a HTTP/1.1\r\nconnection: close\r\n"
HOST = b"host: localhost\r\n"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let servers end without the pause for active clients."""
    for name in ("direct", "uvicorn"):
        monkeypatch.setattr(f"production.service.servers.{name}.GRACE", 0.0)


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> Server:
    """Each of the servers."""
    made: Server = SERVERS[request.param]()
    return made


def status(answer: bytes) -> int:
    """Return the status of the last response that is not a leave to go on."""
    return int(answer.rpartition(b"HTTP/1.1 ")[2][:3])


@pytest.mark.parametrize(
    "sent",
    [
        HEAD + HOST + b"host: evil.example\r\n\r\n",
        HEAD + HOST + b"authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
        HEAD + HOST + b"origin: http://localhost\r\norigin: http://evil.example\r\n\r\n",
        POST + b"content-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
        POST + b"content-length: 3, 3\r\n\r\nabc",
        POST + b"content-length: +3\r\n\r\nabc",
        POST + b"content-length: -1\r\n\r\n",
        POST + b"content-length: 18446744073709551616\r\n\r\n",
        POST + b"content-length: " + b"9" * 9_999 + b"\r\n\r\n",
        POST + b"content-length: \xb2\r\n\r\nab",
        POST + b"transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        POST + b"transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        POST + b"transfer-encoding: \x0bchunked\r\ncontent-length: 3\r\n\r\nabc",
        POST + b"transfer-encoding : chunked\r\ncontent-length: 3\r\n\r\nabc",
        POST + b"transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        CHUNKED[:-3] + b"-1\r\n\r\n",
        CHUNKED[:-3] + b"1ffffffffffffffff\r\n",
        CHUNKED[:-3] + b"0x3\r\nabc\r\n0\r\n\r\n",
        CHUNKED[:-3] + b"3\nabc\n0\n\n",
        CHUNKED[:-3] + b"3;a\nb\r\nabc\r\n0\r\n\r\n",
        CHUNKED[:-3] + b"3\r\nabcXX0\r\n\r\n",
        HEAD + HOST + b"x: a\r\n b\r\n\r\n",
        HEAD + HOST + b"x: a\0b\r\n\r\n",
        HEAD + HOST + b"x y\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n",
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(server: Server, sent: bytes) -> None:
    """With 400 and never 500: a proxy before the server might read it in the other."""
    service = Echo()
    assert status(exchange(sent, service=service, server=server)) == 400
    assert service.requests == []


@pytest.mark.parametrize("name", ["direct", "uvicorn"])
def test_two_lengths_are_refused(name: str) -> None:
    """A body's length and chunks; granian takes the chunks, and never sees the length."""
    sent = POST + b"content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /x"
    assert status(exchange(sent, server=SERVERS[name]())) == 400


def test_a_body_that_is_not_asked_for_is_no_request(server: Server) -> None:
    """What follows the headers of a GET is its body, whatever it looks like."""
    inner = b"GET /inner HTTP/1.1\r\nhost: localhost\r\n\r\n"
    first = b"GET /a HTTP/1.1\r\n" + HOST + b"content-length: %d\r\n\r\n" % len(inner) + inner
    service = Echo()
    answer = exchange(first + HEAD + HOST + b"\r\n", service=service, server=server)
    assert [request.path for request in service.requests] == ["/a", "/a"]
    assert bodies(answer) == [b"</a>" + inner, b"</a>"]


def test_no_leave_is_given_for_no_body(server: Server) -> None:
    """A request that has none is answered at once."""
    answer = exchange(HEAD + HOST + b"expect: 100-continue\r\n\r\n", server=server)
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("upgrade", [b"websocket", b"h2c"])
def test_no_other_protocol_is_spoken(server: Server, upgrade: bytes) -> None:
    """The request is answered as one of HTTP/1.1."""
    more = b"connection: upgrade, close\r\nupgrade: " + upgrade + b"\r\n\r\n"
    answer = exchange(b"GET /a HTTP/1.1\r\n" + HOST + more, server=server)
    assert bodies(answer) == [b"</a>"]


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (b"http://localhost/a?b", "/a"),
        (b"//evil.example/a", "//evil.example/a"),
        (b"/a/../b", "/a/../b"),
        (b"/%61%2Fb%00", "/a/b\0"),
        (b"/%ff", "/\ufffd"),
    ],
)
def test_a_path_is_what_the_target_says(server: Server, target: bytes, path: str) -> None:
    """Percent signs are undone once; nothing is left out, and no other host is asked."""
    service = Echo()
    sent = b"GET " + target + b" HTTP/1.1\r\nconnection: close\r\n" + HOST + b"\r\n"
    exchange(sent, service=service, server=server)
    assert [request.path for request in service.requests] == [path]
