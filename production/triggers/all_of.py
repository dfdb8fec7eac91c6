"""All: a refresh when several triggers are due at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from production.triggers.several import earliest, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from production.metrics import Runtime
    from production.triggers.port import Trigger, Wake


class AllOf:
    """Asks for a refresh when all of its triggers do at the same moment.

    Args:
        triggers: The triggers, in a list or each under a name of its own.
    """

    def __init__(self, *, triggers: Mapping[str, Trigger] | Sequence[Trigger]) -> None:
        self._triggers = named(triggers)

    def due(self, runtime: Runtime) -> str | None:
        """Return all reasons once all are due."""
        reasons = [each.due(runtime) for each in self._triggers.values()]
        due = [reason for reason in reasons if reason]
        return " and ".join(due) if len(due) == len(reasons) else None

    def wake(self, runtime: Runtime) -> Wake:
        """Return the earliest moment that one waits for which is not due yet."""
        reasons = {name: each.due(runtime) for name, each in self._triggers.items()}
        waiting = {
            name: each.wake(runtime)
            for name, each in self._triggers.items()
            if not reasons[name] or all(reasons.values())
        }
        wake = earliest(waiting)
        met = ", ".join(reason for reason in reasons.values() if reason)
        words = (wake.why, f"met: {met}" if met else "")
        return replace(wake, why="; ".join(each for each in words if each))
