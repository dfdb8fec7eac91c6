"""Who trains: an agent at each release, or a person; for generations, `GenerationTrainer`.

A trainer sees what was known at the moment it was asked, and publishes what may serve; it records
nothing. Training again for the same moment gives the same artifact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from msgspec.structs import replace

from contracts.data.dump import Dump
from contracts.errors import DataError, IntegrityError
from production.agents.records import TrainingResult

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.data.labelled import LabelledRows
    from contracts.ports import Model, Source
    from production.agents.builder import ModelBuilder


class Trainer(Protocol):
    """Trains a model of one product: which agent or person, the lifecycle declares."""

    def train(self, moment: int, reason: str) -> TrainingResult:
        """Train on what is known at a moment, judge the model, and publish it if it may serve."""

    @property
    def holdout(self) -> int:
        """For how long before a training the outcomes arrive that its model is judged by; or 0."""

    @property
    def needs_outcomes(self) -> bool:
        """Whether a model may not serve where the holdout has no outcome to judge it by."""

    def rows(self, moment: int) -> tuple[LabelledRows, LabelledRows]:
        """Return the rows that a training at a moment takes, and those its model is judged by."""

    def rehearse(self, rows: LabelledRows, holdout: LabelledRows) -> None:
        """Train on some rows and judge by others, whatever the judgement, and read the model back.

        What a training would record as its failure is raised.
        """


def missing_outcomes(
    trainer: Trainer, rows: LabelledRows, holdout: LabelledRows
) -> Literal["train on", "be judged by"] | None:
    """Return what a training would have no outcome for, none if its model may serve.

    Args:
        trainer: The trainer.
        rows: The rows that its training would take.
        holdout: The rows that its model would be judged by.
    """
    if not len(rows):
        return "train on"
    return "be judged by" if trainer.needs_outcomes and not len(holdout) else None


class ReleaseTrainer:
    """Trains the one model of a release, as the integration agent does when a person releases.

    Args:
        builder: Builds the models.
    """

    holdout, needs_outcomes = 0, False

    def __init__(self, *, builder: ModelBuilder) -> None:
        self._builder = builder

    def train(self, moment: int, reason: str) -> TrainingResult:
        """Train on all that is known at a moment; what served before serves on if that fails."""
        rows = self._builder.rows(moment)
        start = self._builder.start(moment)
        result = begun(rows, moment, reason, start=start, known_by=moment)
        try:
            self._builder.require(rows, moment, moment)
            trained = self._builder.fit(rows)
        except Exception as error:  # noqa: BLE001 - a learner may raise anything; serving goes on
            return replace(result, why=f"{type(error).__name__}: {error}")
        result = replace(result, verdict="promoted", seconds=trained.seconds)
        try:
            self._builder.check(trained.model)
        except DataError as error:
            return replace(result, verdict="refused", why=error.message)
        return published(self._builder, trained.model, result)

    def rows(self, moment: int) -> tuple[LabelledRows, LabelledRows]:
        """Return all rows that are known at a moment, and none to judge by."""
        known = self._builder.rows(moment)
        return known, known.arrived_from(moment)

    def rehearse(self, rows: LabelledRows, holdout: LabelledRows) -> None:  # noqa: ARG002 - none
        """Train on some rows, and read the model back: see `Trainer`."""
        rehearsed(self._builder, rows)


class PersonTrainer:
    """A scripted person, so that a backtest can measure what a notebook session does to a product.

    Args:
        source: The data that the session starts from.
        session: Returns what trains in a session, from its data.
        dump: Where the person exports the data to; none if the session asks the source.
        data_start: The first moment of the export.
    """

    holdout, needs_outcomes = 0, False

    def __init__(
        self,
        *,
        source: Source,
        session: Callable[[Source], Trainer],
        dump: Path | None,
        data_start: int,
    ) -> None:
        self._source, self._session = source, session
        self._dump, self._data_start = dump, data_start

    def train(self, moment: int, reason: str) -> TrainingResult:
        """Export what is known at a moment, and train on the export."""
        data = self._source
        if self._dump is not None:
            data = Dump.cut(self._source, self._dump, start=self._data_start, moment=moment)
        return self._session(data).train(moment, reason)

    def rows(self, moment: int) -> tuple[LabelledRows, LabelledRows]:
        """Return the rows that a session would take from the source, and none to judge by."""
        return self._session(self._source).rows(moment)

    def rehearse(self, rows: LabelledRows, holdout: LabelledRows) -> None:
        """Train as the session would: see `Trainer`."""
        self._session(self._source).rehearse(rows, holdout)


def begun(
    rows: LabelledRows, moment: int, reason: str, *, start: int, known_by: int
) -> TrainingResult:
    """Return what a training would record that failed at once."""
    unlisted = rows.unlisted
    return TrainingResult(
        at=moment,
        reason=reason,
        verdict="failed",
        why="",
        scores={},
        start=start,
        known_by=known_by,
        rows=len(rows) - unlisted,
        unlisted=unlisted,
        seconds=0.0,
    )


def published(builder: ModelBuilder, model: Model, result: TrainingResult) -> TrainingResult:
    """Return a result with its model's artifact; a model that does not read back has failed."""
    try:
        return replace(result, artifact=builder.publish(model))
    except IntegrityError as error:
        return replace(result, verdict="failed", why=error.message)


def rehearsed(builder: ModelBuilder, rows: LabelledRows) -> Model:
    """Return a model fitted to some rows, checked, packed and read back."""
    model = builder.fit(rows).model
    builder.check(model)
    builder.publish(model)
    return model
