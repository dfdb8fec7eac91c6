"""What a refresh finds in `benchmarks/gate.py`, in place of the registry and the records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from production.agents.track_record import track_record
from production.registry.trainings import Training

if TYPE_CHECKING:
    from production.agents.records import TrainingResult
    from production.agents.row_digests import RowDigests
    from production.agents.track_record import TrackRecord


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh that goes on from the champion looks at, in place of its generation."""

    release: str
    number: int
    start: int
    lineage: Any


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh finds: in place of the registry, and of the trainings on record.

    Attributes:
        trainings: The trainings before it.
        digests: What the last refresh before it knew.
        champion: What serves.
        registered: What is on record of it, if a refresh goes on from it.
        states: All models by artifact.
    """

    trainings: tuple[Training, ...] = ()
    digests: Any = None
    champion: Any = None
    registered: Registered | None = None
    states: Mapping[str, Any] = {}

    def model(self) -> Any:
        """Return the champion's model."""
        return self.champion

    def generation(self) -> Any:
        """Return what is registered of the champion."""
        return self.registered

    def state(self, artifact: str) -> Any:
        """Return the model of an artifact."""
        return self.states[artifact]

    def track(self) -> TrackRecord:
        """Return what earlier refreshes came to."""
        return track_record(self.trainings)

    def known_rows(self) -> RowDigests | None:
        """Return what the last refresh knew."""
        digests: RowDigests | None = self.digests
        return digests

    def after(self, result: TrainingResult, model: Any) -> Standing:
        """Return what the next refresh finds."""
        promoted = result.verdict == "promoted"
        registered = self.registered
        if promoted and result.lineage:
            registered = Registered(
                release="1.0.0",
                number=len(self.trainings) + 1,
                start=result.start,
                lineage=msgspec.to_builtins(result.lineage),
            )
        return Standing(
            trainings=(*self.trainings, _training(result)),
            digests=result.known_rows or self.digests,
            champion=model if promoted else self.champion,
            registered=registered,
            states=self.states,
        )


def _training(result: TrainingResult) -> Training:
    """Return what `TrainingRecords` keeps of a result, as far as later ones look at it."""
    return Training(
        product="",
        release="",
        requested_at=result.at,
        reason=result.reason,
        known_by=result.known_by,
        rows=result.rows,
        seconds=result.seconds,
        verdict=result.verdict,
        detail={"measures": dict(result.measures)},
    )
