"""What earlier refreshes came to: how far predictions moved, and how the champions scored.

It is read from the trainings on record and from nothing else, so that a process that resumes, and
one in live operation, judges as any other would.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from production.registry.trainings import Training


class TrackRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What earlier refreshes of one product came to, oldest first.

    Attributes:
        steps: How far the predictions moved with each refresh that was promoted.
        easiest: The champion's score where each holdout was easiest, but for holdouts in doubt.
        alarmed: Whether the last refresh found its holdout in doubt.
    """

    steps: tuple[float, ...] = ()
    easiest: tuple[float, ...] = ()
    alarmed: bool = False


def track_record(trainings: Iterable[Training]) -> TrackRecord:
    """Return the track record that trainings make, oldest first."""
    every = [*trainings]
    return TrackRecord(
        steps=_measured("step", (each for each in every if each.verdict == "promoted")),
        easiest=_measured("easiest", (each for each in every if each.verdict != "alarmed")),
        alarmed=bool(every) and every[-1].verdict == "alarmed",
    )


def _measured(name: str, trainings: Iterable[Training]) -> tuple[float, ...]:
    measures = (each.detail.get("measures", {}) for each in trainings)
    return tuple(each[name] for each in measures if name in each)
