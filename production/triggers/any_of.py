"""Any: a refresh as soon as one of several triggers is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from production.triggers.several import earliest, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from production.metrics import Runtime
    from production.triggers.port import Trigger, Wake


class AnyOf:
    """Asks for a refresh when any of its triggers does; the reason is that of each that is due.

    Args:
        triggers: The triggers, in a list or each under a name of its own.
    """

    def __init__(self, *, triggers: Mapping[str, Trigger] | Sequence[Trigger]) -> None:
        self._triggers = named(triggers)

    def due(self, runtime: Runtime) -> str | None:
        """Return the reasons of the triggers that are due."""
        reasons = (each.due(runtime) for each in self._triggers.values())
        return " and ".join(reason for reason in reasons if reason) or None

    def wake(self, runtime: Runtime) -> Wake:
        """Return the earliest moment that any of them waits for."""
        wakes = {name: each.wake(runtime) for name, each in self._triggers.items()}
        return earliest(wakes)
