import numpy as np

from research.interval import normal, wilson


def test_wilson_is_the_published_interval() -> None:
    """Of 10 in 100 it gives what R's prop.test without correction does."""
    low, high = wilson(np.repeat([1.0, 0.0], [10, 90]))
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)


def test_normal_is_around_the_mean() -> None:
    """The interval of a mean is symmetric around it."""
    low, high = normal(np.arange(11.0))
    assert low < 5 < high
    assert np.isclose(low + high, 10)
