"""Estimators on logs small enough to compute by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from production.experiments.arm_log import ArmLog
from production.experiments.clusters import clustered, effective, standard_error
from production.experiments.doubly_robust import doubly_robust
from production.experiments.ips import ips, weights
from production.experiments.reward_model import expected
from production.experiments.self_normalised import self_normalised

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.ports import Floats

ALONE = np.array([[0.0, 1.0]] * 4)


def log(**changes: object) -> ArmLog:
    """Return four events: arm 1 served the second and fourth, with a probability of a quarter."""
    columns = {
        "key": np.arange(4),
        "segment": np.zeros(4, np.int64),
        "played": np.array([[True, False], [False, True]] * 2),
        "propensity": np.array([0.75, 0.25] * 2),
        "reward": np.array([1.0, 3.0, 2.0, 5.0]),
    }
    return ArmLog(**{**columns, **changes})  # type: ignore[arg-type]


def test_inverse_propensity() -> None:
    """The rewards of the arm, four times each, over all events."""
    assert ips(log(), ALONE).mean() == (4 * 3.0 + 4 * 5.0) / 4


def test_self_normalised() -> None:
    """The mean reward of the arm, wherever the rewards' zero lies."""
    assert self_normalised(log(), ALONE).mean() == pytest.approx(4.0)
    moved = log(reward=log().reward + 100)
    assert self_normalised(moved, ALONE).mean() == pytest.approx(104.0)


def test_self_normalised_without_an_event_is_nothing() -> None:
    """There is no mean of no rewards."""
    never = log(played=np.array([[True, False]] * 4))
    assert np.isnan(self_normalised(never, ALONE)).all()


def test_doubly_robust() -> None:
    """What was expected of the arm at each event, corrected by what it earned where it served."""
    values = expected(log())[:, 1]
    correction = sum(4 * (log().reward[at] - values[at]) for at in (1, 3)) / 4
    assert doubly_robust(log(), ALONE).mean() == pytest.approx(values.mean() + correction)


@pytest.mark.parametrize("estimator", [ips, self_normalised])
def test_the_logged_policy_earns_what_was_logged(
    estimator: Callable[[ArmLog, Floats], Floats],
) -> None:
    """With the probabilities that the log was drawn by, each weight is 1."""
    logged = np.array([[0.75, 0.25]] * 4)
    assert weights(log(), logged).tolist() == [1.0] * 4
    assert estimator(log(), logged).mean() == pytest.approx(log().reward.mean())


def test_two_arms_of_one_generation_count_once() -> None:
    """Its probability is that of both, and what is expected of it is not counted twice."""
    both = log(played=np.ones((4, 2), np.bool_), propensity=np.ones(4))
    policy = np.array([[0.3, 0.7]] * 4)
    assert weights(both, policy).tolist() == pytest.approx([1.0] * 4)
    assert doubly_robust(both, policy) == pytest.approx(both.reward)


def test_rewards_are_expected_from_other_keys_alone() -> None:
    """A key's own reward, however large, does not change what is expected of it."""
    random = np.random.default_rng(0)
    columns = {
        "key": np.repeat(np.arange(50), 2),
        "segment": np.zeros(100, np.int64),
        "played": np.column_stack([np.ones(100, np.bool_), np.zeros(100, np.bool_)]),
        "propensity": np.ones(100),
    }
    reward = random.random(100)
    before = expected(ArmLog(**columns, reward=reward))
    reward[:2] = 1e6
    after = expected(ArmLog(**columns, reward=reward))
    assert after[0].tolist() == before[0].tolist()
    assert (after[:, 0] > before[:, 0] + 1).mean() > 0.5


def test_a_segment_with_many_events_has_its_own_expectation() -> None:
    """One with few is drawn towards the arm's mean."""
    segment = np.array([0] * 500 + [1] * 500 + [2])
    rows = len(segment)
    reward = np.where(segment == 1, 10.0, 0.0)
    values = expected(
        ArmLog(key=np.arange(rows), segment=segment, played=np.ones((rows, 1), np.bool_),
               propensity=np.ones(rows), reward=reward)
    )[:, 0]  # fmt: skip
    assert values[0] < 0.3
    assert values[600] > 9.7
    assert 4 < values[-1] < 6


def test_the_events_of_a_key_are_one_observation() -> None:
    """The error of a mean is that of its keys, though each has a hundred events."""
    values = np.random.default_rng(0).standard_normal(200)
    alone = standard_error(values, np.arange(200))
    assert alone == pytest.approx(values.std(ddof=1) / np.sqrt(200))
    repeated, key = np.repeat(values, 100), np.repeat(np.arange(200), 100)
    assert standard_error(repeated, key) == pytest.approx(alone)
    assert standard_error(repeated, np.arange(20_000)) < alone / 9


def test_one_key_says_nothing_of_another() -> None:
    """The interval of a mean over one key is all numbers."""
    interval = clustered(np.array([1.0, 2.0]), np.array([0, 0]), alpha=0.05, keys=1)
    assert (interval.low, interval.high) == (-np.inf, np.inf)


def test_few_effective_keys_widen_an_interval() -> None:
    """By Student's distribution."""
    values, key = np.random.default_rng(0).standard_normal(50), np.arange(50)
    many = clustered(values, key, alpha=0.05, keys=50)
    few = clustered(values, key, alpha=0.05, keys=5)
    assert few.high - few.low > 1.3 * (many.high - many.low)
    assert effective(np.ones(50), key) == 50
