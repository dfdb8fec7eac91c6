"""A moment as a document shows it: to the second."""

from __future__ import annotations

from contracts.moment import SECOND, instant, iso


def second(text: str) -> str:
    """Return an ISO 8601 instant without its fraction of a second.

    >>> second("2026-11-23T02:04:47.322223Z")
    '2026-11-23T02:04:47Z'
    """
    return iso(instant(text) // SECOND * SECOND)
