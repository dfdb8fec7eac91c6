import numpy as np

from contracts.score.calibration import calibration, normal, wilson


def test_wilson_is_the_published_interval() -> None:
    """For 10 in 100 it equals R's prop.test without correction."""
    low, high = wilson(np.repeat([1.0, 0.0], [10, 90]))
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)


def test_normal_is_around_the_mean() -> None:
    """The interval of a mean is symmetric around it."""
    low, high = normal(np.arange(11.0))
    assert low < 5 < high
    assert np.isclose(low + high, 10)


def test_calibration_bins_hold_every_row_once() -> None:
    """Tenths by prediction; for true probabilities the observed rate is near the predicted."""
    rng = np.random.default_rng(0)
    p = rng.random(5000)
    bins = calibration("binary", (rng.random(5000) < p).astype(float), p[:, None])
    assert sum(each.events for each in bins) == 5000
    assert all(abs(each.predicted - each.observed) < 0.06 for each in bins)
