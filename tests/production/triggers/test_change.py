from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from contracts.errors import ConfigError
from contracts.moment import DAY
from production.metrics import Runtime, Stability, WindowDrift
from production.triggers.change import DetectedChange
from tests.suites.trigger import TriggerSuite, moment, scored_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.contract import Contract

DETECTORS: dict[str, dict[str, Any]] = {
    "adwin": {"delta": 0.01},
    "kswin": {"window_size": 40, "stat_size": 15, "alpha": 0.0005},
    "page_hinkley": {"threshold": 1.5, "delta": 0.02, "min_instances": 20},
}


@pytest.fixture
def change(contract: Contract) -> Callable[..., DetectedChange]:
    """Makes a change for the small product."""
    return partial(DetectedChange, contract=contract)


class TestChange(TriggerSuite):
    """A detector as a trigger."""

    @pytest.fixture(params=["predictions", "skill"])
    def trigger(self, request: pytest.FixtureRequest, change: Callable[..., DetectedChange]) -> Any:
        """Make it."""
        return change(of=request.param)


NONE = Stability(index=0.0, usual=0.1)


def served(days: int, *, shifts: int | None, **given: Any) -> Runtime:
    """Return the metrics after days whose predictions shift on one of them, or on none."""
    random = np.random.default_rng(0)
    windows = []
    for at in range(days):
        mean = 0.3 if shifts is None or at < shifts else 0.6
        means = tuple(random.normal(mean, 0.03, 8).tolist())
        drift = WindowDrift(rows=80, inputs={}, predictions=NONE, means=means)
        windows.append(replace(scored_day(at, skill=mean), drift=drift))
    return replace(moment(days * DAY, windows=tuple(windows)), **given)


@pytest.mark.parametrize("detector", DETECTORS)
def test_a_shift_of_predictions_is_found(
    change: Callable[..., DetectedChange], detector: Any
) -> None:
    """By each of river's detectors, soon after it came; without one nothing is found."""
    trigger = change(detector=detector, options=DETECTORS[detector])
    assert trigger.due(served(20, shifts=None)) is None
    reason = trigger.due(served(20, shifts=12))
    assert reason == f"change: {detector} of predictions"


def test_a_change_is_acted_on_once(change: Callable[..., DetectedChange]) -> None:
    """After a refresh was asked for, what was found before is done."""
    trigger = change(detector="page_hinkley", options=DETECTORS["page_hinkley"])
    runtime = served(14, shifts=12)
    assert trigger.due(runtime)
    assert trigger.due(replace(runtime, since=runtime.now)) is None


def test_skill_is_a_value_of_each_window(change: Callable[..., DetectedChange]) -> None:
    """Where outcomes come back."""
    trigger = change(of="skill", detector="page_hinkley", options={"threshold": 1.0, "delta": 0.02})
    assert trigger.due(served(60, shifts=40)) == "change: page_hinkley of skill"
    assert trigger.due(served(60, shifts=None)) is None


def test_options_that_a_detector_does_not_take_are_refused(
    change: Callable[..., DetectedChange],
) -> None:
    """When the trigger is made."""
    with pytest.raises(ConfigError, match=r"trigger\.options=.*adwin of river does not take"):
        change(options={"sensitivity": 3})
