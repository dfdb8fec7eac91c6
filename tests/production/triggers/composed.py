"""Doubles of triggers that are composed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from production.triggers.port import Wake

if TYPE_CHECKING:
    from production.metrics import Runtime


class Fixed(msgspec.Struct, frozen=True, kw_only=True):
    """Is due from a moment on, or never, and says what it waits for."""

    reason: str = "because"
    at: int | None = None
    waits: Wake = Wake(why="nothing")

    def due(self, runtime: Runtime) -> str | None:
        """Return the reason from the moment on."""
        return self.reason if self.at is not None and runtime.now >= self.at else None

    def wake(self, runtime: Runtime) -> Wake:  # noqa: ARG002 - the port's signature
        """Return what was said."""
        return Wake(at=self.at) if self.at is not None else self.waits
