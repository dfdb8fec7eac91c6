"""The test of sample ratio mismatch: it may be looked at after each key."""

from __future__ import annotations

import numpy as np
import pytest

from production.experiments.sample_ratio import sample_ratio

SHARES = {"champion": 0.8, "candidate": 0.2}


def counts(keys: int, drawn: int) -> dict[str, int]:
    """Return keys by arm, of which the candidate has so many."""
    return {"champion": keys - drawn, "candidate": drawn}


def test_equal_ratios_are_rarely_refused_however_often_one_looks() -> None:
    """Of 400 runs of 2,000 keys, looked at every ten, at most alpha and four standard errors."""
    alpha, runs, refused = 0.05, 400, 0
    for seed in range(runs):
        drawn = np.cumsum(np.random.default_rng(seed).random(2_000) < SHARES["candidate"])
        refused += any(
            sample_ratio(counts(at, int(drawn[at - 1])), SHARES, alpha=alpha).mismatch
            for at in range(10, 2_001, 10)
        )
    assert refused / runs <= alpha + 4 * np.sqrt(alpha * (1 - alpha) / runs)


@pytest.mark.parametrize(("keys", "drawn"), [(2_000, 300), (10_000, 1_750), (2_000, 520)])
def test_arms_that_lose_keys_are_found(keys: int, drawn: int) -> None:
    """A seventh of the candidate's keys, or of the champion's, is missing."""
    assert sample_ratio(counts(keys, drawn), SHARES, alpha=0.01).mismatch


def test_an_arm_without_a_share_has_no_keys() -> None:
    """Any is a mismatch."""
    ratio = sample_ratio({"champion": 99, "candidate": 1}, {"champion": 1.0}, alpha=0.01)
    assert (ratio.mismatch, ratio.p_value) == (True, 0.0)


def test_an_arm_that_got_no_key_is_found() -> None:
    """However the others share."""
    assert sample_ratio(counts(200, 0), SHARES, alpha=0.01).mismatch
