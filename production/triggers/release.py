"""Release: a refresh when a release of other code is on record than the one in service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.triggers.port import Wake

if TYPE_CHECKING:
    from production.metrics import Runtime


class NewRelease:
    """Asks for a refresh once for each release that is recorded: its code trains its own models."""

    def due(self, runtime: Runtime) -> str | None:
        """Return the newest release if it was recorded since the last refresh."""
        newest, serving = runtime.refreshes.newest, runtime.refreshes.release
        if newest is None or newest.version == serving:
            return None
        recorded = runtime.since <= newest.at < runtime.now
        return f"release: {newest.version}, after {serving}" if recorded else None

    def wake(self, runtime: Runtime) -> Wake:
        """Return the next record of a release."""
        newest = runtime.refreshes.newest
        known = f"since {newest.version}" if newest else "yet"
        return Wake(recorded=True, why=f"no release was recorded {known}")
