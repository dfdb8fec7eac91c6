"""The naive baseline, which predicts for today what happened yesterday: every report shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from contracts.errors import ConfigError
from contracts.moment import Duration, PositiveDuration, duration

if TYPE_CHECKING:
    import numpy.typing as npt

    from contracts.kind import Kind
    from contracts.ports import Floats, Instants

    Places = npt.NDArray[np.intp]


class YesterdaysRate:
    """Predicts the mean outcome of the last whole period, by when outcomes arrived.

    Binary: the rate of positives. Multiclass: the frequency of each label among the outcomes that
    the contract lists; others, NaN, are left out. Regression: the mean. After a period without
    arrivals it predicts from all earlier ones. Before the first arrival it predicts equal
    probabilities, and 0 for regression.

    Args:
        kind: What is predicted, as the contract states it.
        k: How many columns a prediction has: 1, or the number of labels.
        period: How long a "day" is, as a duration text.
        offset: How long after midnight UTC a day starts: at local midnight, usually.
        floor: Probabilities lie between this and 1 minus it: one quiet day does not prove 0.

    >>> day = 24 * 3_600 * 1_000_000
    >>> naive = YesterdaysRate(kind="binary", offset="0")
    >>> arrived, outcomes = np.array([5, 6, day + 1]), np.array([1.0, 0.0, 1.0])
    >>> naive.predict(np.array([day + 2]), arrived=arrived, outcomes=outcomes).tolist()
    [[0.5]]
    """

    def __init__(
        self,
        *,
        kind: Kind,
        k: int = 1,
        period: PositiveDuration = "1d",
        offset: Duration = "0",
        floor: float = 0.01,
    ) -> None:
        if (kind == "multiclass") != (k > 1) or not 0 <= floor * max(k, 2) < 1:
            raise ConfigError(
                f"a {kind} baseline cannot have {k} columns and a floor of {floor}",
                hint="k is 1, or the number of labels for multiclass; floor is below 1/k",
            )
        self._kind, self._k, self._floor = kind, k, floor
        self._period, self._offset = duration(period), duration(offset)

    def predict(self, times: Instants, *, arrived: Instants, outcomes: Floats) -> Floats:
        """Return (n, k) predictions at n event times from outcomes that had arrived by then.

        Args:
            times: The n event times, microseconds.
            arrived: When each of m known outcomes arrived, microseconds, any order.
            outcomes: The m outcomes as numbers: 0/1 for binary, label index for multiclass, where
                NaN is a label that an open set does not list.
        """
        listed = ~np.isnan(outcomes)
        arrived, outcomes = arrived[listed], outcomes[listed]
        order = np.argsort(arrived, kind="stable")
        sums = self._sums(outcomes[order])
        today = times - (times - self._offset) % self._period
        days: Instants
        # Many events share a day: look up each day once.
        days, of_day = np.unique(today, return_inverse=True)
        end = np.searchsorted(arrived[order], days)
        start = np.searchsorted(arrived[order], days - self._period)
        start[start == end] = 0
        return self._bounded(self._means(sums, start, end))[of_day]

    def _sums(self, outcomes: Floats) -> Floats:
        """Return running sums of the outcomes, (m + 1, k): the first row is zero."""
        if self._kind == "multiclass":
            values = np.equal.outer(outcomes, np.arange(self._k)).astype(np.float64)
        else:
            values = np.asarray(outcomes, dtype=np.float64)[:, None]
        return np.concatenate([np.zeros((1, self._k)), np.cumsum(values, axis=0)])

    def _means(self, sums: Floats, start: Places, end: Places) -> Floats:
        count = (end - start)[:, None]
        means: Floats = (sums[end] - sums[start]) / np.maximum(count, 1)
        return np.where(count > 0, means, self._without_outcomes())

    def _without_outcomes(self) -> float:
        return {"binary": 0.5, "multiclass": 1 / self._k, "regression": 0.0}[self._kind]

    def _bounded(self, means: Floats) -> Floats:
        if self._kind == "regression":
            return means
        if self._kind == "binary":
            return np.clip(means, self._floor, 1 - self._floor)
        # A mixture with the uniform distribution still sums to one.
        return means * (1 - self._k * self._floor) + self._floor
