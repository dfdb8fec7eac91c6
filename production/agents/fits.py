"""Fits of one run: each made by itself, and timed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

import msgspec

from contracts.host.clock import Stopwatch
from contracts.ports import Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from contracts.ports import Learner, Resumes


class TrainedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A fitted model.

    Attributes:
        model: The model.
        seconds: What its fit took, whichever run made it.
        unlike: Whether it was made in another way than the champion was, such as with other
            parameters: then its step is no usual one.
    """

    model: Model
    seconds: float
    unlike: bool = False


class Fits(Protocol):
    """Fits models, and says how long each fit took."""

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> TrainedModel:
        """Return a model fitted to rows, as a `Learner` does, and raise what that raises."""

    def resume(self, model: Model, rows: pa.Table) -> TrainedModel:
        """Return a model that has learned rows besides, as `Resumes` does."""


class OwnFits:
    """The fits of a run that shares none.

    Args:
        learner: What fits.
    """

    def __init__(self, learner: Learner) -> None:
        self._learner = learner

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> TrainedModel:
        """Return a model fitted to rows."""
        watch = Stopwatch()
        model = self._learner.fit(rows, params=params, seed=seed)
        return TrainedModel(model=model, seconds=watch.seconds())

    def resume(self, model: Model, rows: pa.Table) -> TrainedModel:
        """Return a model that has learned rows besides."""
        learner = cast("Resumes", self._learner)
        watch = Stopwatch()
        resumed = learner.resume(model, rows)
        return TrainedModel(model=resumed, seconds=watch.seconds())
