"""What a change of what serves is asked with: who, why, when, and which manifest they saw."""

from __future__ import annotations

import getpass
from typing import Self

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

    @classmethod
    def by(cls, who: str | None, *, why: str, at: int, revision: int | None = None) -> Self:
        """Return what somebody asks for; who is not named is the user of this machine."""
        return cls(who=who or getpass.getuser(), why=why, at=at, revision=revision)
