from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.moment import DAY
from production.metrics import Runtime, ScoredWindow, Stability, WindowDrift
from production.triggers.drift import UnusualDrift
from tests.suites.trigger import TriggerSuite, moment

if TYPE_CHECKING:
    from collections.abc import Callable


class TestDrift(TriggerSuite):
    """Drift as a trigger."""

    @pytest.fixture(params=["inputs", "predictions", "both"])
    def trigger(self, request: pytest.FixtureRequest) -> Any:
        """Make it."""
        return UnusualDrift(of=request.param, windows=2)


def stability(index: float, *, usual: float = 0.01) -> Stability:
    """Return how far something drifted, and how far it usually does."""
    return Stability(index=index, usual=usual)


def drifted(*indices: tuple[float, float, float]) -> Runtime:
    """Return the metrics after days on which two inputs and the predictions drifted so far."""
    windows = tuple(
        ScoredWindow(
            start=at * DAY,
            end=(at + 1) * DAY,
            rows=0,
            served={},
            baseline={},
            drift=WindowDrift(
                rows=9,
                inputs={"a": stability(one), "b": stability(two)},
                predictions=stability(predictions),
                means=(),
            ),
        )
        for at, (one, two, predictions) in enumerate(indices)
    )
    return moment(len(indices) * DAY, windows=windows)


@pytest.mark.parametrize(
    ("of", "reason"),
    [
        ("both", "drift: b 0.30 (limit 0.25)"),
        ("inputs", "drift: b 0.30 (limit 0.25)"),
        ("predictions", None),
    ],
)
def test_what_drifted_in_each_window_is_named(of: Any, reason: str | None) -> None:
    """No outcome is needed; what drifted on one day and not on the other is none."""
    runtime = drifted((0.9, 0.3, 0.1), (0.1, 0.5, 0.9))
    assert UnusualDrift(of=of, windows=2).due(runtime) == reason


def test_windows_before_the_last_refresh_do_not_count() -> None:
    """They were held against another training, or have been acted on."""
    runtime, trigger = drifted(*[(0.9, 0.9, 0.9)] * 4), UnusualDrift(windows=3)
    assert trigger.due(runtime)
    for field in ("since", "promoted"):
        later = replace(runtime, **{field: 2 * DAY})
        assert trigger.due(later) is None
        assert trigger.wake(later).why == "drift is known of 2 of 3 windows"


@pytest.mark.parametrize("make", [UnusualDrift, lambda: UnusualDrift(level=0.1, windows=1)])
def test_little_drift_is_none(make: Callable[[], UnusualDrift]) -> None:
    """The words say how far the farthest is from the level."""
    trigger = make()
    runtime = drifted(*[(0.05, 0.02, 0.03)] * 3)
    assert trigger.due(runtime) is None
    assert trigger.wake(runtime).why.startswith("the farthest drift is of a 0.05 (limit 0.")


def test_what_is_usual_is_no_drift() -> None:
    """A day has one weekday, so each lies far from a training of many weeks."""
    day = drifted((0.0, 0.0, 0.0)).windows[0]
    assert day.drift is not None
    weekday = replace(day.drift, inputs={"weekday": stability(6.5, usual=6.9)})
    windows = tuple(replace(day, start=at, end=at + 1, drift=weekday) for at in range(3))
    assert UnusualDrift().due(moment(3, windows=windows)) is None
