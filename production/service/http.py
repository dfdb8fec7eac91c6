"""A request and a response of HTTP as values: what every server hands in and sends back.

Nothing here knows a server or a framework, so that each of them is a thin adapter.
"""

from __future__ import annotations

from collections.abc import Awaitable

import msgspec

JSON, NDJSON = b"application/json", b"application/x-ndjson"
ARROW, PROBLEM = b"application/vnd.apache.arrow.stream", b"application/problem+json"

Headers = tuple[tuple[bytes, bytes], ...]


class HttpRequest(msgspec.Struct, kw_only=True, gc=False):
    """A request whose body has arrived whole.

    Attributes:
        method: The method, in capitals.
        path: The path, percent-decoded, without the query.
        query: The query, as it came.
        headers: The values by their names in lower case; of a name given twice the last one.
        body: The body, within the server's bound.
        params: What a route's path names, by name.
        caller: Whose token was checked; empty where none had to be.
    """

    method: str
    path: str
    query: bytes = b""
    headers: dict[bytes, bytes] = {}
    body: bytes = b""
    params: dict[str, str] = {}
    caller: str = ""

    @property
    def kind(self) -> bytes:
        """The media type of the body, in lower case and without parameters."""
        stated = self.headers.get(b"content-type", b"")
        return JSON if stated == JSON else stated.partition(b";")[0].strip().lower()


class HttpResponse(msgspec.Struct, kw_only=True, gc=False):
    """A response.

    Attributes:
        status: The status.
        body: The body; the server states its length.
        kind: The media type of the body.
        headers: Further headers.
    """

    status: int = 200
    body: bytes = b""
    kind: bytes = JSON
    headers: Headers = ()


#: A response, or, where it waits for a commit or another thread, what becomes one.
Reply = HttpResponse | Awaitable[HttpResponse]

_encode = msgspec.json.Encoder().encode


def json_response(value: object, *, status: int = 200, headers: Headers = ()) -> HttpResponse:
    """Return a value as a JSON response."""
    return HttpResponse(status=status, body=_encode(value), headers=headers)
