from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.production.service.conftest import RECORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from production.service.asgi import Asgi
    from tests.production.service.conftest import InService

GONE = b"the client is gone"
BODY = msgspec.json.encode({"record": RECORD})


def call(
    application: Asgi, *parts: bytes, length: int | None = None, ends: bool = True, **scope: Any
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Return status, headers and body of the answer to a body that arrives in parts."""
    arriving, sent = list(parts), []

    async def receive() -> dict[str, Any]:
        if not arriving:
            await asyncio.Event().wait()
        body = arriving.pop(0)
        if body == GONE:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": body, "more_body": bool(arriving) or not ends}

    async def send(message: Any) -> None:
        sent.append(message)

    size = (b"transfer-encoding", b"chunked")
    if length is not None:
        size = (b"content-length", str(length).encode())
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json"), size]
    whole = {
        "type": "http",
        "method": "POST",
        "path": "/predict",
        "query_string": b"",
        "headers": headers,
        **scope,
    }
    asyncio.run(application(whole, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


@pytest.fixture
def asgi(serve: Callable[..., InService]) -> Callable[..., Asgi]:
    """Makes the application, with limits."""

    def make(**limits: Any) -> Asgi:
        service = serve()
        application = service.application.asgi
        application.limit = limits.get("body", application.limit)
        application.seconds = limits.get("seconds", application.seconds)
        return application

    return make


def test_a_body_in_parts_is_answered_whole(asgi: Callable[..., Asgi]) -> None:
    """Chunked or with a length."""
    status, headers, body = call(asgi(), BODY[:7], BODY[7:])
    assert (status, headers[b"content-type"]) == (200, b"application/json")
    assert headers[b"content-length"] == str(len(body)).encode()


def test_a_body_that_says_it_is_too_large_is_not_read(asgi: Callable[..., Asgi]) -> None:
    """It is refused by its length, and the connection closed."""
    status, headers, _ = call(asgi(body=10), length=11)
    assert (status, headers[b"connection"]) == (413, b"close")


def test_a_body_that_is_too_large_is_not_kept(asgi: Callable[..., Asgi]) -> None:
    """Even if it does not say how long it is."""
    status, headers, _ = call(asgi(body=10), b"12345", b"67890", b"1", ends=False)
    assert (status, headers[b"connection"]) == (413, b"close")


def test_a_body_that_does_not_end_is_not_waited_for(asgi: Callable[..., Asgi]) -> None:
    """It has a deadline, and the connection is closed."""
    status, headers, body = call(asgi(seconds=0.01), b"{", length=2, ends=False)
    assert (status, headers[b"connection"]) == (408, b"close")
    assert b"did not arrive" in body


def test_a_body_that_ends_too_early_is_refused(asgi: Callable[..., Asgi]) -> None:
    """Some servers report malformed chunks so: whoever still listens learns why."""
    status, headers, body = call(asgi(), BODY[:7], GONE)
    assert (status, headers[b"connection"]) == (400, b"close")
    assert b"ended before it was whole" in body


def test_connections_end_before_the_server_does(asgi: Callable[..., Asgi]) -> None:
    """Each response says so, once the server is about to stop."""
    application = asgi()
    application.close_connections()
    status, headers, _ = call(application, BODY, length=len(BODY))
    assert (status, headers[b"connection"]) == (200, b"close")
