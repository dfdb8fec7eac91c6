"""Serving evaluation: the scores of each window, and the outcomes that a baseline predicts from."""

from __future__ import annotations

import math
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from contracts.score.metric.port import is_of_outcomes
from contracts.score.metric.registry import metric
from production.metrics import (
    PARTS,
    Rewards,
    ScoredWindow,
    Stability,
    WindowCalibration,
    WindowDrift,
    WindowFeedback,
)
from production.quality import (
    CALIBRATION,
    FEEDBACK,
    PARTS_OF_WINDOWS,
    read_estimate,
    read_slices,
    recorded,
)
from production.registry.evaluations import Source, WindowMetric

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from contracts.ports import Floats
    from contracts.score.metric.port import Metric
    from production.feedback.feedback import Scored
    from production.registry.evaluations import Evaluations


#: The names under which a generation's rewards are recorded.
MEAN, VARIANCE = "reward", "reward_variance"
#: What the sum of rewards of a part of the keys is recorded under: this, then its number.
PART = "reward_part_"
#: What the outcomes of a segment are recorded under: this before its text, and the name.
SEGMENT, OUTCOMES = "segment:", "outcomes"
#: What drift is recorded under: as whose, and the names of what it is of.
DRIFT, INPUT, PREDICTIONS, MEANS = "drift", "input:", "predictions", "mean:"
#: What is usual of these is recorded under this before the name.
USUAL = "usual "


def scores(names: Iterable[str], truth: Floats, predicted: Floats) -> dict[str, float]:
    """Return each metric that the rows define: an area needs both classes.

    Args:
        names: Names of metrics.
        truth: Outcomes as numbers, (n,).
        predicted: Predictions, (n, k).
    """
    if not len(truth):
        return {}
    values = {name: metric(name).value(truth, predicted) for name in names}
    return {name: value for name, value in values.items() if not math.isnan(value)}


def rewards(names: Iterable[str], truth: Floats, events: Scored) -> dict[str, Rewards]:
    """Return what each generation earned, by its name.

    The reward of an event is its loss by the first metric that is a mean of losses, negated where
    lower is better; nothing is earned by metrics of which none is.

    Args:
        names: Names of metrics.
        truth: Outcomes as numbers, (n,).
        events: The served events, n rows.
    """
    rewarding = reward_metric(names, truth, events.prediction)
    if rewarding is None:
        return {}
    earned = event_rewards(rewarding, truth, events.prediction)
    units: dict[str, dict[str, list[float]]] = {}
    rows = zip(events.release, events.generation.tolist(), events.key, earned.tolist(), strict=True)
    for release, number, key, reward in rows:
        units.setdefault(f"{release}/{number}", {}).setdefault(key, []).append(reward)
    compared = len(units) > 1
    return {name: _pooled(keys, compared=compared) for name, keys in units.items()}


def reward_metric(names: Iterable[str], truth: Floats, predicted: Floats) -> Metric | None:
    """Return the first metric that is a mean of losses, none if none of them is.

    Args:
        names: Names of metrics.
        truth: Outcomes as numbers, (n,).
        predicted: Predictions, (n, k).
    """
    metrics = (each for each in map(metric, names) if not is_of_outcomes(each))
    one = (truth[:1], predicted[:1])
    return next((each for each in metrics if each.losses(*one) is not None), None)


def event_rewards(rewarding: Metric, truth: Floats, predicted: Floats) -> Floats:
    """Return what each prediction earned, (n,): its loss, negated where lower is better.

    Args:
        rewarding: A metric that is a mean of losses.
        truth: Outcomes as numbers, (n,).
        predicted: Predictions, (n, k).
    """
    losses = rewarding.losses(truth, predicted)
    assert losses is not None
    return losses if rewarding.direction == "higher" else -losses


def _pooled(keys: Mapping[str, Sequence[float]], *, compared: bool) -> Rewards:
    """Return the rewards of keys; those of their parts only if they are to be compared."""
    means = np.array([sum(rewards) / len(rewards) for rewards in keys.values()])
    parts: tuple[tuple[int, float], ...] = ()
    if compared:
        at = [crc32(key.encode()) % PARTS for key in keys]
        counts, sums = np.bincount(at, minlength=PARTS), np.bincount(at, means, PARTS)
        parts = tuple(zip(counts.tolist(), sums.tolist(), strict=True))
    return Rewards(
        count=len(means), mean=float(means.mean()), variance=float(means.var()), parts=parts
    )


class ScoredWindows:
    """The evaluation windows of a product, as they were last scored.

    It reads from the database only what was recorded since it last read.

    Args:
        product: The product.
        evaluations: Where scores are recorded.
    """

    def __init__(self, *, product: str, evaluations: Evaluations) -> None:
        self._product, self._evaluations = product, evaluations
        self._windows: dict[int, ScoredWindow] = {}
        self._read = 0

    def all(self) -> tuple[ScoredWindow, ...]:
        """Return the windows, oldest first."""
        metrics, self._read = self._evaluations.after(self._product, self._read)
        self._windows |= {window.start: window for window in windows(metrics)}
        return tuple(self._windows[start] for start in sorted(self._windows))

    def record(self, scored: Iterable[ScoredWindow], metrics: Sequence[str], moment: int) -> None:
        """Record windows as they were scored at a moment."""
        self._evaluations.record(
            row
            for window in scored
            for row in window_metrics(self._product, window, metrics, moment)
        )


def window_metrics(
    product: str, window: ScoredWindow, metrics: Sequence[str], moment: int
) -> Iterator[WindowMetric]:
    """Yield one record for each side and metric, also for a metric that is undefined now.

    Then two for each generation: the mean of its rewards, and their variance, and one for each part
    of its keys, if it has any; and one for each segment: how many outcomes it has.
    """
    sides: dict[Source, Mapping[str, float]] = {
        "served": window.served,
        "baseline": window.baseline,
    }
    of_window = partial(
        WindowMetric, product=product, start=window.start, end=window.end, computed_at=moment
    )
    for source, values in sides.items():
        for name in metrics:
            value = values.get(name)
            yield of_window(source=source, metric=name, value=value, rows=window.rows)
    for generation, earned in window.rewards.items():
        for name, value in ((MEAN, earned.mean), (VARIANCE, earned.variance)):
            yield of_window(source=generation, metric=name, value=value, rows=earned.count)
        for at, (count, total) in enumerate(earned.parts):
            yield of_window(source=generation, metric=f"{PART}{at}", value=total, rows=count)
    for text, count in window.segments.items():
        yield of_window(source=f"{SEGMENT}{text}", metric=OUTCOMES, value=float(count), rows=count)
    for name, value in _drift_values(window.drift):
        assert window.drift is not None
        yield of_window(source=DRIFT, metric=name, value=value, rows=window.drift.rows)
    for source, name, value, rows in recorded(window, metrics):
        yield of_window(source=source, metric=name, value=value, rows=rows)


def _drift_values(drift: WindowDrift | None) -> Iterator[tuple[str, float]]:
    """Yield what drift is recorded as."""
    if drift is None:
        return
    columns = {f"{INPUT}{name}": each for name, each in drift.inputs.items()}
    for name, each in {PREDICTIONS: drift.predictions, **columns}.items():
        yield name, each.index
        yield f"{USUAL}{name}", each.usual
    yield from ((f"{MEANS}{at:03d}", value) for at, value in enumerate(drift.means))


def _drift(values: Mapping[str, float], rows: int) -> WindowDrift:
    """Return drift from what it was recorded as."""

    def stability(name: str) -> Stability:
        return Stability(index=values[name], usual=values[f"{USUAL}{name}"])

    return WindowDrift(
        rows=rows,
        predictions=stability(PREDICTIONS),
        inputs={
            name.removeprefix(INPUT): stability(name) for name in values if name.startswith(INPUT)
        },
        means=tuple(values[name] for name in sorted(values) if name.startswith(MEANS)),
    )


def windows(metrics: Iterable[WindowMetric]) -> Iterator[ScoredWindow]:
    """Yield the windows that records are of, in their order, as often as they were scored."""
    for (start, end, _), group in groupby(metrics, attrgetter("start", "end", "computed_at")):
        values: dict[str, dict[str, float]] = {"served": {}, "baseline": {}}
        rows: dict[str, int] = {}
        parts: dict[str, list[tuple[int, float]]] = {}
        for each in group:
            if each.metric.startswith(PART):
                parts.setdefault(each.source, []).append((each.rows, each.value or 0.0))
                continue
            rows[each.source] = each.rows
            if each.value is not None:
                values.setdefault(each.source, {})[each.metric] = each.value
        drift, came, calibrated = (
            values.pop(each, None) for each in (DRIFT, FEEDBACK, CALIBRATION)
        )
        yield ScoredWindow(
            start=start,
            end=end,
            rows=rows.get("served", 0),
            served=values.pop("served"),
            baseline=values.pop("baseline"),
            rewards={
                name: Rewards(
                    count=rows[name],
                    mean=earned[MEAN],
                    variance=earned[VARIANCE],
                    parts=tuple(parts.get(name, ())),
                )
                for name, earned in values.items()
                if not name.startswith((SEGMENT, *PARTS_OF_WINDOWS))
            },
            segments={
                name.removeprefix(SEGMENT): rows[name]
                for name in values
                if name.startswith(SEGMENT)
            },
            drift=None if drift is None else _drift(drift, rows[DRIFT]),
            feedback=None if came is None else WindowFeedback(**came),
            calibration=None if calibrated is None else WindowCalibration(**calibrated),
            slices=read_slices(values, rows),
            estimate=read_estimate(values, rows),
        )
