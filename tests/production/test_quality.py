from __future__ import annotations

import numpy as np
import pytest

from production.quality import MOST, OTHERS, slices, window_calibration


def test_probabilities_that_are_too_high_are_seen() -> None:
    """By their mean and its interval; the error of tenths sees what a mean hides."""
    rng = np.random.default_rng(0)
    chances = rng.random(4_000)
    happened = (rng.random(4_000) < chances).astype(np.float64)
    right = window_calibration("binary", happened, chances[:, None])
    high = window_calibration("binary", happened, np.sqrt(chances)[:, None])
    bold = window_calibration("binary", happened, np.where(chances > 0.5, 1.0, 0.0)[:, None])
    assert right
    assert high
    assert bold
    assert right.low < 0 < right.high
    assert right.error < 0.03
    assert high.low > 0.1
    assert high.error == pytest.approx(high.predicted - high.observed, abs=0.03)
    assert bold.low < 0 < bold.high
    assert bold.error == pytest.approx(0.25, abs=0.03)


def test_of_several_labels_the_likeliest_is_judged() -> None:
    """Its probability against how often it was right; a label that is not listed is a miss."""
    given = np.array([[0.8, 0.2], [0.3, 0.7]])
    calibration = window_calibration("multiclass", np.array([0.0, np.nan]), given)
    assert calibration
    assert (calibration.predicted, calibration.observed) == (0.75, 0.5)


def test_values_have_no_calibration() -> None:
    """A regression predicts no probability."""
    assert window_calibration("regression", np.zeros(2), np.ones((2, 1))) is None


def test_many_texts_are_scored_as_the_most_frequent_and_the_others() -> None:
    """However many texts a column has; an event whose text is not known is in none."""
    texts = [f"t{at:03d}" for at in range(60) for _ in range(60 - at)]
    found = slices({"origin": [None, *texts]}, lambda at: {"rows": float(len(at))})
    assert len(found) == MOST + 1
    assert found["origin=t000"].rows == 60
    assert f"origin=t{MOST:03d}" not in found
    assert sum(part.rows for part in found.values()) == len(texts)
    others = found[f"origin={OTHERS}"]
    assert others.scores == {"rows": others.rows}
