from __future__ import annotations

import numpy as np
import pytest

from contracts.score.metric.registry import metric
from contracts.score.unlabelled import chances, expected_score


def test_calibrated_probabilities_give_the_loss_that_comes_true() -> None:
    """Though the predictions are too bold; the deviation is that of repeated outcomes."""
    rng = np.random.default_rng(0)
    risk = rng.random(20_000)
    bold = np.clip(0.5 + 1.6 * (risk - 0.5), 0.01, 0.99)[:, None]
    happened = (rng.random(20_000) < risk).astype(np.float64)
    loss = metric("brier")
    known, new = slice(0, 10_000), slice(10_000, None)
    chance = chances(happened[known], bold[known], bold[new])
    value, error = expected_score(loss, chance, bold[new])
    assert value == pytest.approx(loss.value(happened[new], bold[new]), abs=3 * error)
    again = [
        loss.value((rng.random(10_000) < risk[new]).astype(np.float64), bold[new])
        for _ in range(200)
    ]
    assert error == pytest.approx(np.std(again), rel=0.2)


def test_several_labels_are_calibrated_each() -> None:
    """They add up to one; where none was ever seen nearby the prediction stands."""
    rng = np.random.default_rng(1)
    given = rng.dirichlet([1.0, 1.0, 1.0], 3_000)
    truth = np.array([rng.choice(3, p=row) for row in given], np.float64)
    chance = chances(truth, given, given)
    assert chance.sum(axis=1) == pytest.approx(1.0)
    value, error = expected_score(metric("log_loss"), chance, given)
    assert value == pytest.approx(metric("log_loss").value(truth, given), abs=4 * error)
    nowhere = chances(np.array([2.0]), np.array([[0.4, 0.3, 0.3]]), given[:2])
    assert nowhere.tolist() == [[0.0, 0.0, 1.0]] * 2
