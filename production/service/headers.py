"""The headers of a request by their names, those that may stand there once checked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.service.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Of two of these, this server and a proxy before it might each take another one.
SINGLE = frozenset(
    {
        b"authorization",
        b"content-encoding",
        b"content-length",
        b"content-type",
        b"host",
        b"inference-header-content-length",
        b"origin",
        b"transfer-encoding",
    }
)


def by_name(headers: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return headers by their names in lower case; of a name given twice the last one.

    Raises:
        Problem: One is given twice that may stand there once.
    """
    named = dict(headers)
    if len(named) < len(headers):
        names = [name for name, _ in headers]
        for name in SINGLE:
            if names.count(name) > 1:
                raise repeated(name)
    return named


def repeated(name: bytes) -> Problem:
    """Return the problem of a header that is given twice."""
    return Problem(400, f"expected one header {name.decode()}, got more of them")
