"""The search for parameters: each is scored on rolling folds inside the training window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contracts.data.predictions import predict
from research.tune import tune

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.data.labelled import LabelledRows
    from contracts.kind import Predicted
    from contracts.ports import Learner
    from contracts.score.metric.port import Metric
    from research.learn.plan import Plan
    from research.tune import Trial


class Search:
    """Scores parameters by one metric's mean over the rolling folds of a plan.

    A fold trains on what was known at its cut and is tested on what followed; no outcome that
    arrived after the training window's end is used.

    Args:
        rows: The plan's labelled rows.
        target: What is predicted.
        learner: Whose parameters are searched.
        metric: What scores them.
        plan: Windows, space, trials and seed.
        progress: Called with a line of text after each trial.

    Raises:
        DataError: A fold has no row to train on or to test on.
    """

    def __init__(
        self,
        rows: LabelledRows,
        *,
        target: Predicted,
        learner: Learner,
        metric: Metric,
        plan: Plan,
        progress: Callable[[str], None],
    ) -> None:
        self._target, self._learner, self._metric = target, learner, metric
        self._plan, self._progress = plan, progress
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
        return tune(
            self._value,
            space=self._plan.space,
            params=self._plan.params,
            direction=self._metric.direction,
            trials=self._plan.trials,
            seed=self._plan.seed,
        )

    def _value(self, params: Mapping[str, Any]) -> float:
        value = float(np.mean([self._score(train, test, params) for train, test in self._folds]))
        self._values.append(value)
        best = (min if self._metric.direction == "lower" else max)(self._values)
        self._progress(
            f"trial {len(self._values)} of {self._plan.trials}: "
            f"{self._metric.name} {value:.4f}, best {best:.4f}"
        )
        return value

    def _score(self, train: LabelledRows, test: LabelledRows, params: Mapping[str, Any]) -> float:
        model = self._learner.fit(train.examples, params=params, seed=self._plan.seed)
        predictions = predict(model, test.rows, self._target)
        return self._metric.value(test.outcomes(self._target), predictions)
