"""The trigger of a lifecycle that has no generations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.triggers.runtime import Wake

if TYPE_CHECKING:
    from production.triggers.runtime import Runtime


class Never:
    """Asks for no refresh."""

    def due(self, runtime: Runtime) -> str | None:  # noqa: ARG002 - the port's signature
        """Return none."""
        return None

    def wake(self, runtime: Runtime) -> Wake:  # noqa: ARG002 - the port's signature
        """Return a wake that never comes."""
        return Wake()
