"""Several triggers as one: their names, and the first moment that any of them waits for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from contracts.errors import ConfigError
from production.triggers.port import Wake

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from production.triggers.port import Trigger


def named(triggers: Mapping[str, Trigger] | Sequence[Trigger]) -> dict[str, Trigger]:
    """Return triggers by name; those of a list are named by their place.

    Raises:
        ConfigError: There is none.
    """
    if not isinstance(triggers, Mapping):
        triggers = {str(place): each for place, each in enumerate(triggers, 1)}
    if not triggers:
        raise ConfigError(
            "trigger.triggers: expected at least one trigger",
            hint="for example +trigger@trigger.triggers.volume=volume",
        )
    return dict(triggers)


def earliest(wakes: Mapping[str, Wake]) -> Wake:
    """Return the wake that comes as soon as any of some does.

    >>> earliest({"a": Wake(at=5), "b": Wake(outcomes=3, why="few came")}).words()
    'due at 1970-01-01T00:00:00.000005Z or after 3 more outcomes (b: few came)'
    """
    values = wakes.values()
    return Wake(
        at=_least(each.at for each in values),
        requests=_least(each.requests for each in values),
        outcomes=_least(each.outcomes for each in values),
        recorded=any(each.recorded for each in values),
        proposal=" and ".join(each.proposal for each in values if each.proposal),
        why="; ".join(f"{name}: {each.why}" for name, each in wakes.items() if each.why),
    )


def _least(counts: Iterable[int | None]) -> int | None:
    return min((each for each in counts if each is not None), default=None)
