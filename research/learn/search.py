"""The search for parameters, each judged by what it would have predicted, week after week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from research.learn.predicted import predicted
from research.learn.windows import Window, window
from research.tune import tune

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from contracts.ports import Learner, Source
    from contracts.score.metric.port import Metric
    from research.learn.plan import Plan
    from research.target import Target
    from research.tune import Trial


class Search:
    """Values parameters by one metric's mean over the rolling folds of a plan.

    A fold trains on what was known at its cut and is judged on what followed; no outcome that
    arrived after the training window's end is ever looked at. The rows are fetched once.

    Args:
        source: Where the rows come from.
        target: What the outcome is.
        learner: Whose parameters are searched.
        metric: What values them.
        plan: Windows, space, trials and seed.
        progress: Told of each trial when it is done.
    """

    def __init__(
        self,
        *,
        source: Source,
        target: Target,
        learner: Learner,
        metric: Metric,
        plan: Plan,
        progress: Callable[[str], None],
    ) -> None:
        self._target, self._learner, self._metric = target, learner, metric
        self._plan, self._progress = plan, progress
        self._folds = [
            (
                window(source, fold.start, fold.cut, known_by=fold.cut),
                window(source, fold.cut, fold.end, known_by=plan.end),
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
        value = float(np.mean([self._one(train, test, params) for train, test in self._folds]))
        self._values.append(value)
        best = (min if self._metric.direction == "lower" else max)(self._values)
        self._progress(
            f"trial {len(self._values)} of {self._plan.trials}: "
            f"{self._metric.name} {value:.4f}, best {best:.4f}"
        )
        return value

    def _one(self, train: Window, test: Window, params: Mapping[str, Any]) -> float:
        model = self._learner.fit(train.examples, params=params, seed=self._plan.seed)
        return self._metric.value(test.y(self._target), predicted(model, test.rows, self._target))
