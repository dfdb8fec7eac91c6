"""What a heap of outcomes says of each event, whatever the order they came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Claim(NamedTuple):
    """One outcome as it was written down."""

    event: str
    revision: int
    value: str
    arrived: int
    occurred: int


def settle(claims: Iterable[Claim]) -> tuple[dict[str, Claim], dict[str, set[str]]]:
    """Return each event's claim that stands, and the values of events in conflict.

    The highest revision wins. Two values at it are a conflict, until a higher revision resolves it.
    Of equal values the earliest arrival counts: that is when the truth was known.

    >>> first, second = Claim("a", 0, "true", 5, 5), Claim("a", 1, "false", 9, 9)
    >>> settle([second, first])[0]["a"].value
    'false'
    """
    stands: dict[str, Claim] = {}
    conflicts: dict[str, set[str]] = {}
    for claim in claims:
        held = stands.get(claim.event)
        if held is None or claim.revision > held.revision:
            stands[claim.event] = claim
            conflicts.pop(claim.event, None)
        elif claim.revision == held.revision and claim.value != held.value:
            conflicts.setdefault(claim.event, {held.value}).add(claim.value)
        elif claim.revision == held.revision:
            stands[claim.event] = min(held, claim)
    for event in conflicts:
        del stands[event]
    return stands, conflicts
