"""What a change of what serves is asked with: who, why, when, and which manifest they saw."""

from __future__ import annotations

import msgspec


class ChangeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks for a change, and why.

    Attributes:
        who: Who asks.
        why: Their reason.
        at: When, microseconds.
        revision: The manifest's revision that they saw; none if any will do.
    """

    who: str
    why: str
    at: int
    revision: int | None = None
