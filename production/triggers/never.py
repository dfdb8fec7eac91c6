"""Never: the model is renewed by releases alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.triggers.port import Wake

if TYPE_CHECKING:
    from production.metrics import Runtime


class Never:
    """Asks for no refresh: the trigger of a lifecycle without generations."""

    def due(self, runtime: Runtime) -> str | None:  # noqa: ARG002 - the port's signature
        """Return none."""
        return None

    def wake(self, runtime: Runtime) -> Wake:  # noqa: ARG002 - the port's signature
        """Return a wake that never comes."""
        return Wake(why="this lifecycle never refreshes by itself")
