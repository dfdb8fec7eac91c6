"""The study of a product's parameters: all trials on record, in the database, with its state.

A search that is killed, or begun again months later, goes on from these records: optuna proposes
from them, and keeps nothing of its own.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.tune import Trial
from production.registry.checkpoints import Checkpoint, Checkpoints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.database.database import Database

NAME = "tuning"


class TriedParameters(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters that were tried.

    Attributes:
        at: The moment of the refresh that tried them, microseconds.
        params: All parameters of the learner.
        value: The metric's mean over the folds; none where a fit failed.
        seconds: What their fits took.
    """

    at: int
    params: dict[str, Any]
    value: float | None
    seconds: float


class StudyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """All trials of one learner.

    Attributes:
        learner: The digest of the learner's configuration, its parameters and its seed.
        trials: The trials, oldest first.
    """

    learner: str
    trials: tuple[TriedParameters, ...] = ()


class StoredStudy:
    """The study of one product; it starts anew with another learner.

    Args:
        database: Where it is stored.
        product: The product.
        learner: The digest of the learner's configuration, its parameters and its seed.
    """

    def __init__(self, database: Database, product: str, learner: str) -> None:
        self._database, self._checkpoints = database, Checkpoints(database)
        self._product, self._learner = product, learner

    def trials(self) -> tuple[TriedParameters, ...]:
        """Return the trials of this learner, oldest first."""
        checkpoint = self._checkpoints.load(self._product, NAME)
        if checkpoint is None:
            return ()
        study = msgspec.convert(checkpoint.document, StudyRecord)
        return study.trials if study.learner == self._learner else ()

    def add(self, trials: Sequence[TriedParameters], *, after: int) -> None:
        """Put trials on record at once: a process that is killed later need not repeat them.

        Args:
            trials: The next trials of a moment.
            after: How many of that moment were on record when they were begun. Where there are more
                by now, another process has made them, and these are dropped.
        """
        with self._database.transaction():
            before = self.trials()
            if sum(each.at == trials[0].at for each in before) != after:
                return
            study = StudyRecord(learner=self._learner, trials=(*before, *trials))
            self._checkpoints.save(
                Checkpoint(
                    product=self._product,
                    name=NAME,
                    moment=trials[-1].at,
                    document=msgspec.to_builtins(study),
                )
            )


def comparable(trials: Sequence[TriedParameters]) -> list[Trial]:
    """Return trials with what they gained, or lost, against the first one of the same moment.

    Trials of different moments are scored on different days, and a hard month is hard for all
    parameters: what they gained over the same ones each time can be compared.

    >>> old = [TriedParameters(at=1, params={"x": x}, value=x, seconds=0.0) for x in (2.0, 1.5)]
    >>> new = [TriedParameters(at=2, params={"x": x}, value=x + 3, seconds=0.0) for x in (2.0, 2.5)]
    >>> [each.value for each in comparable([*old, *new])]
    [0.0, -0.5, 0.0, 0.5]
    """
    gains: list[Trial] = []
    for _, moments in groupby(trials, key=lambda each: each.at):
        values = [*moments]
        first = values[0].value
        gains += [
            Trial(number=len(gains) + at, params=each.params, value=each.value - first)
            for at, each in enumerate(values)
            if each.value is not None and first is not None
        ]
    return gains
