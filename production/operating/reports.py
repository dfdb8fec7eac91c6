"""What the process that plays a history reports to its supervisor: a line of JSON each."""

from __future__ import annotations

import sys

import msgspec


class Progressed(msgspec.Struct, frozen=True, kw_only=True, tag="progressed"):
    """How far the history was played.

    Attributes:
        at: The moment, microseconds.
        served: How many requests were answered in all.
        by: The generation that serves.
    """

    at: int
    served: int
    by: str


class Played(msgspec.Struct, frozen=True, kw_only=True, tag="played"):
    """All requests were sent; once the agents have ended the last outcomes are taken."""


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    """All outcomes were taken.

    Attributes:
        lines: What happened, in words.
    """

    lines: tuple[str, ...]


Report = Progressed | Played | Ended


def report(what: Report) -> None:
    """Write a report."""
    sys.stdout.write(f"{msgspec.json.encode(what).decode()}\n")
    sys.stdout.flush()
