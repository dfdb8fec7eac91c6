"""Manual: a refresh when a person asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.triggers.port import Wake

if TYPE_CHECKING:
    from production.metrics import Runtime


class Manual:
    """Asks for a refresh when a person did, by ``task=refresh`` or over HTTP.

    In a backtest nobody does.
    """

    def due(self, runtime: Runtime) -> str | None:
        """Return who asked, and why, since the last refresh."""
        asked = [
            each
            for each in runtime.refreshes.said
            if each.action == "refresh" and runtime.since <= each.at < runtime.now
        ]
        return f"manual: {asked[-1].who}: {asked[-1].why}" if asked else None

    def wake(self, runtime: Runtime) -> Wake:
        """Return the next word of a person."""
        nobody = "nobody asked since the last refresh"
        return Wake(
            recorded=True, why=nobody if runtime.attended else f"{nobody}, as nobody is here"
        )
