"""Requests that no client sends: whole ones with bytes changed, left out, moved, or put between.

Shared by `tests/production/service/test_hostile_requests.py`, in short, and by
`benchmarks/hostile_requests.py`.
"""

from __future__ import annotations

import re
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Seconds within which a server must have ended a connection.
PATIENCE = 60.0
CLIENTS = 16
STATUS = re.compile(rb"^HTTP/1\.1 (\d{3}) ", re.MULTILINE)
HOST = b"Host: localhost\r\nConnection: close\r\n"
LENGTH, CHUNKED = b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n"
UPGRADE = b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
EXPECT = b"Expect: 100-continue\r\n"
#: What is put between the bytes of a request.
WORDS = (
    *(
        b"\r\n",
        b"\n",
        b"\0",
        b"\t",
        b" ",
        b":",
        b"\xff",
        b"%",
        b"%00",
        b"{",
        b"[",
        b'"',
        b"9" * 400,
    ),
    *(b"\\u0000", b"\\ud800", b"1e999", b"-0", b"null", b"NaN", b"chunked", b"0\r\n\r\n"),
    *(HOST, LENGTH, CHUNKED, UPGRADE, EXPECT),
)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one request.

    Attributes:
        sent: Its bytes.
        statuses: Of the responses to it, in order.
        ended: Whether the server ended the connection.
    """

    sent: bytes
    statuses: tuple[int, ...]
    ended: bool

    @property
    def is_fault(self) -> bool:
        """Whether the server failed, or left the client waiting."""
        return not self.ended or any(status >= 500 for status in self.statuses)


def whole(record: bytes) -> list[bytes]:
    """Return requests as clients send them, and some that are nearly so.

    Args:
        record: A record of the contract that is deployed, as JSON.
    """
    one = b'{"id": "a", "record": %b}' % record
    outcome, tensor = b'{"event": "a", "value": 1}', b'{"inputs": [{"name": "x", "shape": [1]}]}'
    chunks = b"%x;a=b\r\n%b\r\n0\r\nX: y\r\n\r\n" % (len(one), one)
    json, lines = b"application/json", b"application/x-ndjson"
    get = b"GET /livez HTTP/1.1\r\n" + HOST
    return [
        *(_post(b"/predict", body, json) for body in (one, b"[%b, %b]" % (one, one))),
        _post(b"/predict", one + b"\n" + one, lines),
        _post(b"/outcomes", outcome, json),
        _post(b"/v2/models/x/infer", tensor, json),
        _post(b"/admin/pin", b"{}", json),
        b"POST /predict HTTP/1.1\r\n" + HOST + CHUNKED + b"\r\n" + chunks,
        b"POST /predict HTTP/1.1\r\n" + HOST + LENGTH + CHUNKED + b"\r\n" + chunks,
        b"POST /predict HTTP/1.1\r\n" + HOST + EXPECT + LENGTH + b"\r\n12345",
        *(get + more + b"\r\n" for more in (b"", UPGRADE, EXPECT, b"X: a\r\n b\r\n")),
        get.replace(b"Connection: close\r\n", b"") + b"\r\n" + get + b"\r\n",
        b"GET http://localhost/lineage/%C3%A4%2F HTTP/1.0\r\n" + HOST + b"\r\n",
        b"HEAD /openapi.json?a=b#c HTTP/1.1\r\n" + HOST + b"\r\n",
    ]


def damaged(requests: Sequence[bytes], count: int, *, seed: int) -> Iterator[bytes]:
    """Yield so many requests, each damaged in up to six places; always the same for a seed."""
    random = Random(seed)  # noqa: S311 - no secret
    for _ in range(count):
        sent = random.choice(requests)
        for _ in range(random.choice((1, 1, 2, 3, 6))):
            sent = _damage(sent, random.choice(requests), random)
        yield sent


def results(port: int, requests: Sequence[bytes]) -> list[Result]:
    """Return what becomes of requests, each on a connection of its own."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        return [*clients.map(lambda sent: _result(port, sent), requests)]


def statuses(found: Sequence[Result]) -> dict[int, int]:
    """Return how often each status was answered."""
    return dict(sorted(Counter(status for each in found for status in each.statuses).items()))


def _post(path: bytes, body: bytes, kind: bytes) -> bytes:
    head = b"POST %b HTTP/1.1\r\n%bContent-Type: %b\r\nContent-Length: %d\r\n\r\n"
    return head % (path, HOST, kind, len(body)) + body


def _damage(sent: bytes, other: bytes, random: Random) -> bytes:
    at, end = sorted(random.randrange(len(sent) + 1) for _ in range(2))
    ways = (
        lambda: sent[:at] + bytes([random.randrange(256)]) + sent[at + 1 :],
        lambda: sent[:at] + random.choice(WORDS) + sent[at:],
        lambda: sent[:at] + sent[min(end, at + 20) :],
        lambda: sent[:at] + sent[at:end][:200] + sent[at:],
        lambda: sent[:at] + other[random.randrange(len(other)) :],
    )
    return random.choice(ways)() or b"\0"


def _result(port: int, sent: bytes) -> Result:
    answer, ended = b"", True
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        try:
            client.sendall(sent)
            while part := client.recv(65536):
                answer += part
        except TimeoutError:
            ended = False
        except OSError:
            pass  # it was cut
    return Result(sent=sent, statuses=tuple(map(int, STATUS.findall(answer))), ended=ended)
