"""Fits that several runs of one comparison share: what one of them has fitted, no other fits again.

A run that shares its fits comes to the same results as one that does not. Two fits of the same rows
by the same learner with the same parameters and seed give equal models, so of the second nothing is
needed but what is asked of it: what it predicts for rows, and the files it writes. Both are kept
as the first model gave them. What was asked of no model yet, a fit answers after all.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Self

from msgspec.structs import replace

from contracts.errors import StateError
from contracts.host.owned import claim
from production.agents.fit_key import fit_key, rows_digest
from production.agents.fit_store import FitStore, StoredFit, Turns
from production.agents.fits import OwnFits, TrainedModel
from production.agents.records import SharedShare

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pyarrow as pa

    from contracts.data.labelled import LabelledRows
    from contracts.ports import Floats, Learner, Model
    from production.agents.records import TrainingResult
    from production.agents.trainers import Trainer


class SharedFits:
    """The fits of a run that shares them with others.

    A run has the turn of each of its fits until its training ends, so that others find all that it
    asked of the model. A process that wants an equal fit meanwhile waits, and then reads.

    Args:
        learner: What fits.
        identity: The learner's configuration and the digest of its code, as text.
        folder: Where all runs keep them: a folder of ours, made if it is missing.
    """

    def __init__(self, learner: Learner, *, identity: str, folder: Path) -> None:
        claim(folder)
        self._own, self._identity = OwnFits(learner), identity
        self._store, self._turns = FitStore(folder), Turns(folder)
        self.taken = SharedShare()

    def fit(self, rows: pa.Table, *, params: Mapping[str, Any], seed: int) -> TrainedModel:
        """Return a model fitted to rows, with the seconds of the fit that was made."""
        key = fit_key(self._identity, rows, params, seed)
        fit = partial(self._own.fit, rows, params=params, seed=seed)
        self._turns.take(key)
        stored = self._store.read(key)
        if stored is not None:
            taken = self.taken
            self.taken = SharedShare(fits=taken.fits + 1, seconds=taken.seconds + stored.seconds)
            return self._shared(key, stored, lambda: fit().model)
        trained = fit()
        labels = tuple(map(str, getattr(trained.model, "labels", ())))
        stored = StoredFit(seconds=trained.seconds, labels=labels)
        self._store.write(key, stored)
        return self._shared(key, stored, lambda: trained.model)

    def resume(self, model: Model, rows: pa.Table) -> TrainedModel:
        """Return a model that has learned rows besides: quickly done, so that none is shared."""
        return self._own.resume(model.own if isinstance(model, SharedModel) else model, rows)

    def end(self) -> None:
        """End the turns of a training, and count anew what is taken from others."""
        self._turns.end()
        self.taken = SharedShare()

    def _shared(self, key: str, stored: StoredFit, fit: Callable[[], Model]) -> TrainedModel:
        model = SharedModel(self._store, key, stored, fit=fit)
        return TrainedModel(model=model, seconds=stored.seconds)


class SharedModel:
    """A model of which others may have asked the same: then what was kept of it answers.

    Args:
        store: Where that is kept.
        key: The key of its fit.
        stored: What is kept of the fit.
        fit: Returns the fitted model.

    Attributes:
        labels: The labels that its predictions are of, as texts; empty if it names none.
    """

    def __init__(
        self, store: FitStore, key: str, stored: StoredFit, *, fit: Callable[[], Model]
    ) -> None:
        self._store, self._key, self._stored, self._fit = store, key, stored, fit
        self.labels = stored.labels

    def predict(self, rows: pa.Table) -> Floats:
        """Return the predictions for n rows, (n, k)."""
        digest, kept = rows_digest(rows), self._kept()
        if artifact := kept.predictions.get(digest):
            predictions = self._store.predictions(artifact)
            if predictions is not None:
                return predictions
        predictions = self.own.predict(rows)
        if artifact := self._store.keep_predictions(predictions):
            self._keep(replace(kept, predictions={**kept.predictions, digest: artifact}))
        return predictions

    def one(self, record: Any) -> tuple[float, ...]:
        """Return the k predictions for one record."""
        return self.own.one(record)

    def write(self, folder: Path) -> None:
        """Write the model's files into an empty folder."""
        kept = self._kept()
        if kept.model and self._store.copy_files(kept.model, folder):
            return
        self.own.write(folder)
        self._keep(replace(kept, model=self._store.keep_files(folder)))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Refuse: what it wrote is read by the product's own class.

        Raises:
            StateError: Always.
        """
        raise StateError(
            f"{folder} holds the model of a fit that runs shared, expected its own class to read it"
        )

    @cached_property
    def own(self) -> Model:
        """The fitted model itself."""
        return self._fit()

    def _kept(self) -> StoredFit:
        return self._store.read(self._key) or self._stored

    def _keep(self, fit: StoredFit) -> None:
        self._store.write(self._key, fit)


class SharingTrainer:
    """A trainer whose result says what of it another run's fits gave.

    Args:
        trainer: The trainer.
        fits: The fits of its models.
    """

    def __init__(self, trainer: Trainer, fits: SharedFits) -> None:
        self._trainer, self._fits = trainer, fits

    def train(self, moment: int, reason: str) -> TrainingResult:
        """Train as the trainer does; other runs have their turn when it is over."""
        try:
            result = self._trainer.train(moment, reason)
            return replace(result, shared=self._fits.taken)
        finally:
            self._fits.end()

    @property
    def holdout(self) -> int:
        """As the trainer's."""
        return self._trainer.holdout

    @property
    def needs_outcomes(self) -> bool:
        """As the trainer needs them."""
        return self._trainer.needs_outcomes

    def rows(self, moment: int) -> tuple[LabelledRows, LabelledRows]:
        """Return the trainer's rows."""
        return self._trainer.rows(moment)

    def rehearse(self, rows: LabelledRows, holdout: LabelledRows) -> None:
        """Rehearse as the trainer does."""
        try:
            self._trainer.rehearse(rows, holdout)
        finally:
            self._fits.end()
