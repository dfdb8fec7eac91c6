"""Drift: a refresh when inputs or predictions no longer look like those of the training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from production.triggers.port import Wake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from production.metrics import Runtime, Stability, WindowDrift

#: The least stability index that is drift.
Level = Annotated[float, msgspec.Meta(gt=0)]
#: In how many windows on end.
Windows = Annotated[int, msgspec.Meta(ge=1)]


class UnusualDrift:
    """Asks for a refresh when something drifted in each of the last windows: no outcome is needed.

    The population stability index compares a window with what the generation in service was trained
    on: .1 is a small move, .25 a large one. What windows of the training differ by is no drift: a
    day has one weekday. Drift need not hurt, and what hurts need not be seen in
    it: where outcomes come back soon, a decline says more.

    Args:
        of: Whether inputs are looked at, predictions, or both.
        level: The least index that is drift, where a larger one is not usual.
        windows: In how many windows on end, since the last refresh, one column must have drifted.
    """

    def __init__(
        self,
        *,
        of: Literal["inputs", "predictions", "both"] = "both",
        level: Level = 0.25,
        windows: Windows = 3,
    ) -> None:
        self._of, self._level, self._windows = of, level, windows

    def due(self, runtime: Runtime) -> str | None:
        """Return what drifted, and how far."""
        recent = self._recent(runtime)
        if len(recent) < self._windows:
            return None
        times, words = self._farthest(recent)
        return f"drift: {words}" if times >= 1 else None

    def wake(self, runtime: Runtime) -> Wake:
        """Return no wake of its own, since drift is known as windows close, and why."""
        recent = self._recent(runtime)
        if len(recent) < self._windows:
            return Wake(why=f"drift is known of {len(recent)} of {self._windows} windows")
        _, words = self._farthest(recent)
        return Wake(why=f"the farthest drift is of {words}")

    def _recent(self, runtime: Runtime) -> list[WindowDrift]:
        """Return the drift of the last windows since what serves was promoted, and was to be."""
        since = max(runtime.promoted, runtime.since)
        known = [each.drift for each in runtime.windows if each.drift and each.start >= since]
        return known[-self._windows :]

    def _farthest(self, recent: list[WindowDrift]) -> tuple[float, str]:
        """Return by how many limits what drifted farthest did, where it drifted least."""
        each = [self._columns(drift) for drift in recent]
        least = [
            min((self._times(drift[name]), name, drift[name].index) for drift in each)
            for name in each[-1]
            if all(name in drift for drift in each)
        ]
        times, name, index = max(least)
        return times, f"{name} {index:.2f} (limit {index / times:.2f})"

    def _times(self, column: Stability) -> float:
        return column.index / max(self._level, column.usual)

    def _columns(self, drift: WindowDrift) -> Mapping[str, Stability]:
        inputs = {} if self._of == "predictions" else drift.inputs
        predictions = {} if self._of == "inputs" else {"predictions": drift.predictions}
        return {**inputs, **predictions}
