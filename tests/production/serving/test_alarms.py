"""What each alarm rings for, and what it takes for something else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from production.serving.alarms import (
    BROKEN,
    AlarmEvidence,
    drift,
    errors,
    latency,
    nonfinite,
    stalled,
)


def seen(**changes: Any) -> AlarmEvidence:
    """Return what a sound generation does, with changes."""
    same = np.linspace(0.1, 0.9, 40)[:, None]
    sound: dict[str, Any] = {
        "fates": {"finite": 100},
        "blame": 0.0,
        "running": 0.0,
        "took": np.full(40, 1e-4),
        "reference_took": np.full(40, 1e-4),
        "predictions": same,
        "reference": same,
        "least": 30,
    }
    return AlarmEvidence(**{**sound, **changes})


def test_a_sound_generation_rings_no_alarm() -> None:
    """Nor does one that nobody asked anything."""
    none = np.empty((0, 1))
    silent = seen(fates={}, took=none[:, 0], reference_took=none[:, 0], predictions=none)
    for alarm in (errors, nonfinite, stalled, latency, drift):
        assert alarm(seen(), 1.0) is None
        assert alarm(silent, 0.0) is None


@pytest.mark.parametrize(("alarm", "fate"), [(errors, "error"), (nonfinite, "nonfinite")])
def test_failures_ring_where_the_generation_before_does_not_fail(alarm: Any, fate: str) -> None:
    """Of more requests than the share; requests on which both fail are not its fault."""
    failing = {"finite": 90, fate: 10}
    assert alarm(seen(fates=failing, blame=1.0), 0.05).endswith("predicts 100% of those")
    assert "10 of the last 100" in alarm(seen(fates=failing, blame=1.0), 0.05)
    assert alarm(seen(fates=failing, blame=1.0), 0.1) is None
    assert alarm(seen(fates=failing, blame=0.4), 0.05) is None
    assert alarm(seen(fates={fate: 29}, blame=1.0), 0.05) is None
    assert {"errors", "nonfinite"} == BROKEN


def test_a_prediction_that_does_not_end_rings_alone() -> None:
    """However few there were."""
    assert stalled(seen(fates={}, running=11.0), 10.0) == "a prediction has not ended after 11.0 s"


@pytest.mark.parametrize(
    ("took", "before", "rings"),
    [
        (50e-3, 1e-3, True),
        (50e-6, 1e-6, False),  # 50 times as long, which nobody notices
        (50e-3, 20e-3, False),  # a slow product
    ],
)
def test_latency_is_compared_with_the_generation_before(
    took: float,
    before: float,
    rings: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """By medians: a few slow requests are nobody's fault."""
    mine = np.full(40, took)
    mine[:5] = 9.0
    finding = latency(seen(took=mine, reference_took=np.full(40, before)), 10.0)
    assert (finding == "a prediction takes 50.0 ms, 50 times as long as before") == rings
    assert latency(seen(took=mine, reference_took=np.full(29, before)), 10.0) is None


def test_drift_is_in_the_spread_of_the_generation_before() -> None:
    """Column by column, whatever their unit; too few rows say nothing."""
    before = np.column_stack([np.tile([-1.0, 1.0], 20), np.tile([-1e6, 1e6], 20)])
    apart = before + np.array([0.0, 2e6])
    assert drift(seen(predictions=apart, reference=before), 1.9) == (
        "predictions differ by 2 standard deviations from those of the generation before, over "
        "40 rows"
    )
    assert drift(seen(predictions=apart, reference=before), 2.1) is None
    assert drift(seen(predictions=apart[:29], reference=before[:29]), 1.9) is None


def test_predictions_that_are_all_alike_may_differ_by_a_hundredth_of_their_size() -> None:
    """They have no spread to measure by."""
    before = np.full((40, 1), 0.2)
    assert drift(seen(predictions=before + 1e-3, reference=before), 1.0) is None
    assert drift(seen(predictions=before + 1e-2, reference=before), 1.0) is not None
    assert drift(seen(predictions=before * 0, reference=before * 0), 1.0) is None
