"""The effect of an arm: valid at every look, though keys come back."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import pytest
from msgspec.structs import replace

from production.experiments.effect import ExperimentLog, effect, more_units
from production.metrics import Rewards
from production.selectors.comparison import ArmDifference, differences
from tests.production.experiments.returning import ALPHA, drawn, false_alarms

RUNS = 100


def last(log: ExperimentLog, *, least: int = 50) -> ArmDifference:
    """Return the effect at the last look."""
    return [*effect(log, 1, champion=0, alpha=ALPHA, least=least).values()][-1]


@pytest.mark.e2e
@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_equal_arms_are_rarely_told_apart_though_their_keys_come_back(spread: float) -> None:
    """Of experiments looked at each day, at most alpha and four standard errors."""
    assert false_alarms(RUNS, spread=spread) <= ALPHA + 4 * sqrt(ALPHA * (1 - ALPHA) / RUNS)


def test_keys_that_come_back_are_no_further_keys() -> None:
    """Each day's units taken for independent tell equal arms apart in most runs."""
    alarms = 0
    for seed in range(40):
        log = drawn(seed)
        sides = [
            [_rewards(log.reward[(log.window == day) & (log.arm == arm)]) for day in range(30)]
            for arm in (1, 0)
        ]
        look = differences(*sides, alpha=ALPHA, least=50)[-1]
        alarms += look.low > 0 or look.high < 0
    assert alarms > 15


def test_a_difference_is_found() -> None:
    """And its truth is in the interval."""
    look = last(drawn(0, gain=1.0))
    assert 0 < look.low < 1.0 < look.high


def test_keys_that_are_alike_cost_nothing() -> None:
    """Where a key's events share nothing, they count as if each were another key's."""
    log = drawn(0, spread=0.0)
    others = replace(log, key=np.arange(len(log.key)))
    assert last(log).margin == pytest.approx(last(others).margin, rel=0.15)


def test_nothing_is_told_of_few_keys() -> None:
    """However often they come back."""
    assert not last(drawn(0, keys=60), least=50).enough
    assert last(drawn(0, keys=60), least=20).enough


def test_a_hard_window_is_no_effect() -> None:
    """Arms are compared within windows: bad days with more of the arm's keys do not look bad."""
    early = drawn(0, days=1, keys=1_000, share=0.1, spread=0.0)
    late = drawn(1, days=1, keys=1_000, share=0.9, spread=0.0)
    log = ExperimentLog(
        key=np.concatenate([early.key, late.key + 1_000]),
        window=np.repeat([0, 1], [len(early.key), len(late.key)]),
        segment=np.concatenate([early.segment, late.segment]),
        arm=np.concatenate([early.arm, late.arm]),
        reward=np.concatenate([early.reward, late.reward - 5.0]),
    )
    assert abs(last(log).value) < 0.1


def test_segments_with_other_shares_are_compared_apart() -> None:
    """The arm serves most of a hard segment, few of an easy one, and all of a third."""
    parts = [
        drawn(at, days=1, keys=1_000, share=s, spread=0.0) for at, s in enumerate((0.9, 0.1, 1))
    ]
    log = ExperimentLog(
        key=np.concatenate([each.key + 1_000 * at for at, each in enumerate(parts)]),
        window=np.zeros(3_000, np.int64),
        segment=np.repeat([0, 1, 2], 1_000),
        arm=np.concatenate([each.arm for each in parts]),
        reward=np.concatenate([each.reward - 5.0 * (at != 1) for at, each in enumerate(parts)]),
    )
    assert abs(last(log).value) < 0.1
    assert last(replace(log, segment=np.zeros(3_000, np.int64))).value < -3


def test_the_arm_with_fewer_keys_weighs_more_in_the_interval() -> None:
    """If it spreads more, the interval is wider than by a mean of both variances."""
    wide, narrow = (Rewards(count=n, mean=0.0, variance=v) for n, v in ((100, 9.0), (900, 1.0)))
    apart = differences([wide], [narrow], alpha=ALPHA, least=50)[-1]
    alike = differences(
        [replace(wide, variance=8.2)], [replace(narrow, variance=8.2)], alpha=ALPHA, least=50
    )[-1]
    assert apart.margin == pytest.approx(alike.margin)


def test_how_many_more_keys_would_tell() -> None:
    """With so many more, of the same difference, the interval excludes none."""
    look = last(drawn(3, keys=200, gain=0.15))
    assert look.low < 0
    factor = more_units(look, alpha=ALPHA)
    assert 0 < factor < 100
    enough = last(drawn(3, keys=int(200 * (1 + factor)), gain=look.value))
    assert abs(enough.margin) == pytest.approx(abs(look.value), rel=0.25)


def test_more_keys_than_a_hundred_times_as_many_are_not_counted() -> None:
    """Of no difference, and of one that cannot be told yet."""
    assert (
        more_units(ArmDifference(value=0.0, margin=1.0, time=9.0, enough=True), alpha=0.05) == inf
    )
    assert more_units(ArmDifference(), alpha=0.05) == inf


def _rewards(values: np.ndarray) -> Rewards:
    return Rewards(count=len(values), mean=float(values.mean()), variance=float(values.var()))
