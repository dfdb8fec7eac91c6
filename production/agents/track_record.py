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
        paces: With those of them that were resumed: how far for each new row, but for the level.
        easiest: The champion's score where each holdout was easiest, but for holdouts in doubt.
        alarmed: Whether the last refresh found its holdout in doubt.
    """

    steps: tuple[float, ...] = ()
    paces: tuple[float, ...] = ()
    easiest: tuple[float, ...] = ()
    alarmed: bool = False


def track_record(trainings: Iterable[Training]) -> TrackRecord:
    """Return the track record that trainings make, oldest first."""
    every = [*trainings]
    promoted = [each for each in every if each.verdict == "promoted"]
    return TrackRecord(
        steps=_measured("step", promoted),
        paces=tuple(
            pace / _news(each)
            for each in promoted
            if _news(each)
            for pace in _measured("centred", [each])
        ),
        easiest=_measured("easiest", (each for each in every if each.verdict != "alarmed")),
        alarmed=bool(every) and every[-1].verdict == "alarmed",
    )


def _news(training: Training) -> float:
    """Return how many rows a resumed model learned before it was judged; 0 for one made anew."""
    news: float = training.detail.get("measures", {}).get("news", 0.0)
    return news


def _measured(name: str, trainings: Iterable[Training]) -> tuple[float, ...]:
    measures = (each.detail.get("measures", {}) for each in trainings)
    return tuple(each[name] for each in measures if name in each)
