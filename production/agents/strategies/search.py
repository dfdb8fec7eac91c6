"""Searches parameters at one moment: each is scored on folds that end where the holdout begins."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import msgspec
import numpy as np

from contracts.compute.port import call
from contracts.data.predictions import predict
from contracts.data.split import rolling
from contracts.host.clock import Stopwatch
from contracts.tune import propose
from production.agents.strategies.study import TriedParameters, comparable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyarrow as pa

    from contracts.compute.port import Call, Compute, RunCalls
    from contracts.contract import Contract
    from contracts.data.labelled import LabelledRows
    from contracts.ports import Floats, Learner, Model
    from contracts.score.metric.port import Metric
    from production.agents.strategies.study import StoredStudy

#: The first batch has as many parameters: the contract's, and those in force.
FIRST = 2


class SearchPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How parameters are searched; times in microseconds.

    Attributes:
        space: What is varied, as the product declares it.
        trials: How many parameters are tried at one moment.
        together: How many of them are proposed at a time, and tried beside each other.
        seconds: After how long no more are tried; none for no limit.
        folds: On how many folds each is scored.
        horizon: How much time each fold tests.
    """

    space: Mapping[str, Mapping[str, Any]]
    trials: int
    together: int
    seconds: float | None
    folds: int
    horizon: int


class ParameterSearch:
    """Tries parameters on the compute port, and puts each trial on record.

    Args:
        learner: Whose parameters are searched.
        contract: Its parameters are the first trial of each moment; its seed is that of all fits.
        metric: The metric that compares them.
        compute: Where fits are made.
        plan: How parameters are searched.
        study: The trials on record.
    """

    def __init__(
        self,
        *,
        learner: Learner,
        contract: Contract,
        metric: Metric,
        compute: Compute,
        plan: SearchPlan,
        study: StoredStudy,
    ) -> None:
        self._learner, self._contract, self._metric = learner, contract, metric
        self._compute, self._plan, self.study = compute, plan, study

    def run(
        self, rows: LabelledRows, moment: int, *, start: int, cut: int, current: Mapping[str, Any]
    ) -> tuple[TriedParameters, ...]:
        """Return the trials of a moment; those that are on record already are not repeated.

        Args:
            rows: What was known by the cut: no fold sees more.
            moment: The moment of the refresh.
            start: Where its training window begins.
            cut: Where its holdout begins.
            current: The parameters in force.

        Raises:
            ConfigError: The window is too short for the folds.
            DataError: A fold has no outcome to learn from, or none to be scored by.
        """
        folds = [
            (
                rows.window(fold.start, fold.cut, known_by=fold.cut),
                rows.window(fold.cut, fold.end, known_by=cut),
            )
            for fold in rolling(start, cut, folds=self._plan.folds, horizon=self._plan.horizon)
        ]
        watch, limit = Stopwatch(), self._plan.seconds
        batch = self._next(moment, current)
        if not batch:
            return self._of(moment)
        with self._workers() as answers:
            while batch:
                made = len(self._of(moment))
                self.study.add([*self._tried(batch, folds, moment, answers)], after=made)
                if limit is not None and watch.seconds() >= limit:
                    break
                batch = self._next(moment, current)
        return self._of(moment)

    def best(self, trials: Sequence[TriedParameters]) -> TriedParameters:
        """Return the trial that scored best, the first one where none of them could be fitted."""
        sign = 1 if self._metric.direction == "lower" else -1
        scored = [each for each in trials if each.value is not None]
        return min(scored, key=lambda each: sign * float(each.value or 0), default=trials[0])

    def _of(self, moment: int) -> tuple[TriedParameters, ...]:
        return tuple(each for each in self.study.trials() if each.at == moment)

    def _next(self, moment: int, current: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the parameters to try next, none where all trials of the moment are made.

        The contract's come first, as the measure of all others, then those in force.
        """
        plan, made = self._plan, len(self._of(moment))
        contracts = dict(self._contract.learning.params)
        fixed = [contracts, *([dict(current)] if dict(current) != contracts else [])]
        if made < len(fixed):
            return fixed[made:]
        count = min(plan.together, plan.trials - made)
        if count < 1:
            return []
        proposed = propose(
            comparable(self.study.trials()),
            space=plan.space,
            direction=self._metric.direction,
            seed=self._contract.learning.seed,
            count=count,
        )
        return [{**contracts, **each} for each in proposed]

    def _tried(
        self,
        batch: Sequence[dict[str, Any]],
        folds: Sequence[tuple[LabelledRows, LabelledRows]],
        moment: int,
        run: RunCalls,
    ) -> Iterator[TriedParameters]:
        """Yield the trials of a batch, whose fits are calls to be run."""
        seed = self._contract.learning.seed
        calls = [
            call(fit_and_predict, self._learner, train.examples, test.rows, params, seed=seed)
            for params in batch
            for train, test in folds
        ]
        answers = iter([*run(calls)])  # taken to the end: what is left half taken is broken off
        for params in batch:
            scores, seconds = [], 0.0
            for _, test in folds:
                model, taken = next(answers)
                scores.append(self._score(model, test))
                seconds += taken
            failed = any(score is None for score in scores)
            value = None if failed else float(np.mean([score or 0.0 for score in scores]))
            yield TriedParameters(at=moment, params=params, value=value, seconds=seconds)

    @contextmanager
    def _workers(self) -> Iterator[RunCalls]:
        """Yield what runs the calls of all batches of a search."""
        if self._compute.alone:
            yield _run_here
            return
        most = max(FIRST, min(self._plan.together, self._plan.trials))
        with self._compute.workers(most * self._plan.folds) as run:
            yield run

    def _score(self, answer: FoldPredictions | None, test: LabelledRows) -> float | None:
        """Return the score of what a fit predicted for a fold, none where that is no number."""
        if answer is None:
            return None
        predicted = predict(cast("Model", answer), test.rows, self._contract)
        score = self._metric.value(test.outcomes, predicted)
        return score if np.isfinite(score) else None


class FoldPredictions(msgspec.Struct, frozen=True, kw_only=True):
    """What a model predicted for the rows of a fold: it comes back in the place of the model.

    Attributes:
        labels: The labels that the model names.
        predictions: Its predictions.
    """

    labels: tuple[Any, ...]
    predictions: Any

    def predict(self, rows: pa.Table) -> Floats:  # noqa: ARG002 - it was asked for these alone
        """Return them."""
        predictions: Floats = self.predictions
        return predictions


def fit_and_predict(
    learner: Learner, examples: pa.Table, rows: pa.Table, params: Mapping[str, Any], *, seed: int
) -> tuple[FoldPredictions | None, float]:
    """Return what a model predicts for rows, and the seconds of its fit; none where either fails.

    Args:
        learner: What fits.
        examples: What it is fitted to.
        rows: What it predicts.
        params: Its parameters.
        seed: Its seed.
    """
    watch = Stopwatch()
    try:
        model = learner.fit(examples, params=params, seed=seed)
        seconds = watch.seconds()
        labels = (*getattr(model, "labels", ()),)
        return FoldPredictions(labels=labels, predictions=model.predict(rows)), seconds
    except Exception:  # noqa: BLE001 - a learner may raise anything; such parameters are not chosen
        return None, watch.seconds()


def _run_here(calls: Iterable[Call]) -> Iterator[Any]:
    return (function(*given, **options) for function, given, options in calls)
