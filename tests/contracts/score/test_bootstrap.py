"""The day-block bootstrap: equal to brute force, paired, and with the stated coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from contracts.data.calendar import days
from contracts.errors import DataError
from contracts.moment import DAY
from contracts.score.bootstrap import Interval, gain, interval
from contracts.score.metric.registry import METRICS

if TYPE_CHECKING:
    from contracts.ports import Floats
    from contracts.score.metric.port import Metric

BINARY = ["log_loss", "brier", "roc_auc", "accuracy"]


def sample(seed: int, n: int = 400) -> tuple[Any, Any, Any, Any]:
    """Return outcomes, two sides' predictions with many ties, and days with gaps between."""
    draw = np.random.default_rng(seed)
    y = (draw.random(n) < 0.3).astype(float)
    p, q = (np.clip(0.3 + 0.3 * y + draw.normal(0, w, n), 0, 1).round(1) for w in (0.2, 0.4))
    return y, p[:, None], q[:, None], draw.integers(0, 12, n) * 3 - 7


def brute(metric: Metric, y: Floats, p: Floats, d: Any, *, repeats: int, seed: int) -> Floats:
    """Return the scores of samples by repeating their rows."""
    distinct = np.unique(d)
    chances = np.full(len(distinct), 1 / len(distinct))
    drawn = np.random.default_rng(seed).multinomial(len(distinct), chances, size=repeats)
    scores = []
    for counts in drawn:
        picked = [
            np.repeat(np.flatnonzero(d == day), n) for day, n in zip(distinct, counts, strict=True)
        ]
        rows = np.concatenate(picked)
        scores.append(metric.value(y[rows], p[rows]))
    return np.array(scores)


@pytest.mark.parametrize("name", [*METRICS])
def test_the_fast_way_equals_repeated_rows(name: str) -> None:
    """Weights and counts of pairs give the scores of repeated rows, ties included."""
    metric = METRICS[name]
    y, p, _, d = sample(1)
    scores = brute(metric, y, p, d, repeats=50, seed=4)
    low, high = np.quantile(scores, [0.05, 0.95])
    scored = interval(metric, y, p, d, seed=4, repeats=50, level=0.9)
    assert scored.value == metric.value(y, p)
    assert (scored.low, scored.high) == pytest.approx((low, high), rel=1e-12)


@pytest.mark.parametrize("name", BINARY)
def test_a_gain_is_paired_and_positive_for_the_better_side(name: str) -> None:
    """Both sides use the same samples; better is positive for either direction of a metric."""
    metric = METRICS[name]
    y, p, q, d = sample(2)
    sign = 1 if metric.direction == "higher" else -1
    ours, theirs = (brute(metric, y, side, d, repeats=40, seed=9) for side in (p, q))
    low, high = np.quantile(sign * (ours - theirs), [0.025, 0.975])
    scored = gain(metric, y, p, q, d, seed=9, repeats=40)
    assert (scored.low, scored.high) == pytest.approx((low, high), rel=1e-9)
    assert scored.value > 0
    assert gain(metric, y, p, p, d, seed=9, repeats=40) == Interval(value=0, low=0, high=0)


def test_a_metric_of_another_package_needs_no_fast_way() -> None:
    """A metric that is not a mean and cannot resample itself is scored on repeated rows."""

    class Plain:
        name = "plain"
        direction = "higher"
        kinds = frozenset({"binary"})

        def value(self, y: Floats, p: Floats) -> float:
            return METRICS["roc_auc"].value(y, p)

        def losses(self, *_: Floats) -> None:
            return None

        def of_mean(self, mean: Floats) -> Floats:
            return mean

    y, p, _, d = sample(3)
    plain: Any = Plain()
    slow = interval(plain, y, p, d, seed=1, repeats=30)
    quick = interval(METRICS["roc_auc"], y, p, d, seed=1, repeats=30)
    assert (slow.value, slow.low, slow.high) == pytest.approx((quick.value, quick.low, quick.high))


def test_equal_seeds_give_equal_intervals() -> None:
    """An interval is a function of the rows and the seed."""
    y, p, _, d = sample(4)
    scored = [interval(METRICS["brier"], y, p, d, seed=seed) for seed in (1, 1, 2)]
    assert scored[0] == scored[1] != scored[2]


def test_intervals_have_about_the_stated_coverage() -> None:
    """Days that share an error: of 300 intervals for 95 %, 90 to 99 % hold the true mean."""
    draw = np.random.default_rng(11)
    d = np.repeat(np.arange(60), 20)
    hits = 0
    for seed in range(300):
        error = np.abs(1 + draw.normal(0, 0.2, 60))[d] + draw.normal(0, 0.05, len(d))
        scored = interval(METRICS["mae"], np.zeros(len(d)), error, d, seed=seed, repeats=200)
        hits += scored.low <= 1 <= scored.high
    assert 0.90 <= hits / 300 <= 0.99


def test_samples_without_both_classes_are_left_out() -> None:
    """A rank needs both classes; where no sample has both, the interval is NaN."""
    y, p, d = np.array([0.0, 1.0, 1.0]), np.array([0.1, 0.9, 0.8]), np.array([0, 1, 1])
    scored = interval(METRICS["roc_auc"], y, p, d, seed=1, repeats=50)
    assert (scored.low, scored.high) == (1, 1)
    none = interval(METRICS["roc_auc"], y[1:], p[1:], d[1:], seed=1, repeats=50)
    assert np.isnan([none.value, none.low, none.high]).all()


def test_days_start_at_their_offset() -> None:
    """With an offset of five hours, 04:59 UTC belongs to the day before."""
    hour = DAY // 24
    assert days(np.array([5 * hour - 1, 5 * hour, 29 * hour]), offset=5 * hour).tolist() == [
        -1,
        0,
        1,
    ]


@pytest.mark.parametrize("n", [0, 3])
def test_rows_without_days_are_refused(n: int) -> None:
    """No rows, or another number of days, is refused."""
    with pytest.raises(DataError, match="a day for each"):
        interval(METRICS["mae"], np.zeros(n), np.zeros(n), np.zeros(0, dtype=int), seed=1)
