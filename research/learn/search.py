"""The search for parameters: each is scored on rolling folds inside the training window."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.report.table import score_text
from contracts.tune import tune

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contracts.report.progress import ShowStep
    from contracts.score.metric.port import Metric
    from contracts.tune import Trial
    from research.learn.experiment import Experiment
    from research.learn.study import RecordedTrials

#: Fits of a learning besides those of the search: the tested one, and that of a random split.
LAST = 2


class Search:
    """Scores parameters by one metric's mean over the rolling folds of a plan.

    A fold trains on what was known at its cut and is tested on what followed; no outcome that
    arrived after the training window's end is used.

    Args:
        experiment: Whose learner's parameters are searched.
        metric: What scores them.
        progress: Shows each trial.
        record: What was tried before, and where new trials are recorded; None keeps none.

    Attributes:
        reused: How many trials were on record.

    Raises:
        DataError: A fold has no row to train on or to test on.
    """

    def __init__(
        self,
        experiment: Experiment,
        *,
        metric: Metric,
        progress: ShowStep,
        record: RecordedTrials | None = None,
    ) -> None:
        self._experiment, self._metric, self._progress = experiment, metric, progress
        self._record, self.reused = record, 0
        rows, plan = experiment.rows, experiment.plan
        self._folds = [
            (
                rows.window(fold.start, fold.cut, known_by=fold.cut),
                rows.window(fold.cut, fold.end, known_by=plan.end),
            )
            for fold in plan.rolling
        ]
        self._values: list[float] = []

    def run(self) -> tuple[Trial, ...]:
        """Return the trials, the best one first."""
        plan = self._experiment.plan
        return tune(
            self._value,
            space=plan.space,
            params=plan.params,
            direction=self._metric.direction,
            trials=plan.trials,
            seed=plan.seed,
        )

    @property
    def fits(self) -> int:
        """How many fits the search takes, if nothing is on record."""
        return self._trials * len(self._folds)

    @property
    def _trials(self) -> int:
        plan = self._experiment.plan
        return plan.trials if plan.space and plan.trials else 1

    def _value(self, params: Mapping[str, Any]) -> float:
        known = None if self._record is None else self._record.value(params)
        value = self._scored(params) if known is None else known
        if known is not None:
            self.reused += 1
        elif self._record is not None and math.isfinite(value):
            self._record.add(params, value)
        self._values.append(value)
        self._show(value, on_record=known is not None)
        return value

    def _scored(self, params: Mapping[str, Any]) -> float:
        """Return the mean of the metric over the folds."""
        return float(
            np.mean(
                [
                    self._metric.value(*self._experiment.predict(train, test, params))
                    for train, test in self._folds
                ]
            )
        )

    def _show(self, value: float, *, on_record: bool) -> None:
        done = len(self._values)
        best = (min if self._metric.direction == "lower" else max)(self._values)
        self._progress(
            f"trial {done} of {self._trials}: {self._metric.name} {score_text(value, best)}, "
            f"best {score_text(best, value)}{' (on record)' if on_record else ''}",
            fits=done * len(self._folds),
            of=self.fits + LAST,
        )
