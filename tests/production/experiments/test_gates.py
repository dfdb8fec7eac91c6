"""Gates: when a log cannot tell, and by which words it says so."""

from __future__ import annotations

import numpy as np
import pytest

from production.experiments.gates import GateLimits, check_weights

LIMITS = GateLimits(effective=100, largest=0.05, mean=0.05, known=0.95)


def test_weights_of_a_sound_log_pass() -> None:
    """Many keys, none of them large, about 1 on average."""
    weights = np.random.default_rng(0).choice([0.0, 2.0], 1_000)
    check = check_weights(weights, np.arange(1_000), LIMITS)
    assert check.failures == ()
    assert 450 < check.effective < 550
    assert check.most == 2.0


@pytest.mark.parametrize(
    ("weights", "keys", "reason"),
    [
        ([1.0] * 99, range(99), "effective sample size is 99 keys"),
        ([1.0] * 1_000, [at // 100 for at in range(1_000)], "effective sample size is 10 keys"),
        ([1.0] * 300 + [20.0], range(301), "one key has 6.2% of all weight"),
        ([0.4] * 500, range(500), "mean weight is 0.40"),
        ([0.0] * 500, range(500), "no logged event is one that it would have served so"),
    ],
)
def test_each_gate_says_why(weights: list[float], keys: list[int], reason: str) -> None:
    """With the number that came and the one that was expected."""
    check = check_weights(np.array(weights), np.array(keys), LIMITS)
    assert any(reason in failure for failure in check.failures), check


def test_chance_is_no_wrong_propensity() -> None:
    """Of a hundred sound logs with heavy weights hardly any fails by its mean weight."""
    failed = 0
    for seed in range(100):
        drawn = np.random.default_rng(seed).random(2_000) < 0.1
        check = check_weights(np.where(drawn, 10.0, 0.0), np.arange(2_000), LIMITS)
        failed += any("mean weight" in failure for failure in check.failures)
    assert failed <= 2
