"""The search for parameters: each is scored on rolling folds inside the training window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.report.table import score_text
from contracts.tune import tune

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.score.metric.port import Metric
    from contracts.tune import Trial
    from research.learn.experiment import Experiment


class Search:
    """Scores parameters by one metric's mean over the rolling folds of a plan.

    A fold trains on what was known at its cut and is tested on what followed; no outcome that
    arrived after the training window's end is used.

    Args:
        experiment: Whose learner's parameters are searched.
        metric: What scores them.
        progress: Called with a line of text after each trial.

    Raises:
        DataError: A fold has no row to train on or to test on.
    """

    def __init__(
        self, experiment: Experiment, *, metric: Metric, progress: Callable[[str], None]
    ) -> None:
        self._experiment, self._metric, self._progress = experiment, metric, progress
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

    def _value(self, params: Mapping[str, Any]) -> float:
        values = [
            self._metric.value(*self._experiment.predict(train, test, params))
            for train, test in self._folds
        ]
        value = float(np.mean(values))
        self._values.append(value)
        best = (min if self._metric.direction == "lower" else max)(self._values)
        self._progress(
            f"trial {len(self._values)} of {self._experiment.plan.trials}: "
            f"{self._metric.name} {score_text(value, best)}, best {score_text(best, value)}"
        )
        return value
