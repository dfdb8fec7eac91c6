"""Change: a refresh when a detector of river finds that predictions, or skill, have changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from contracts.errors import ConfigError
from production.triggers.port import Wake
from production.triggers.skill import ServedSkill

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from contracts.contract.terms import Terms
    from production.metrics import Runtime

Detector = Literal["adwin", "kswin", "page_hinkley"]


class _Detects(Protocol):
    """A detector of river."""

    drift_detected: bool

    def update(self, x: float) -> object:
        """Take a value."""


class DetectedChange:
    """Asks for a refresh when a detector finds a change since the generation was promoted.

    A detector sees a few values of each closed window, in order: the mean predictions of parts of
    a sample, which need no outcome; or the window's skill. It is fed anew each time, so nothing is
    remembered; a generation serves for hundreds of windows, not for millions.

    Args:
        contract: Its metrics are what evaluation windows are scored by.
        detector: ``adwin`` compares all splits of a window that adapts, ``kswin`` the distribution
            of the last values with earlier ones', ``page_hinkley`` sums deviations from the mean.
        of: What is looked at: ``predictions`` or ``skill``.
        metric: The metric of the skill; the contract's first where none is named.
        options: The detector's own options, as river calls them.

    Raises:
        ConfigError: The contract has no such metric, or the detector takes no such options.
    """

    def __init__(
        self,
        *,
        contract: Terms,
        detector: Detector = "adwin",
        of: Literal["predictions", "skill"] = "predictions",
        metric: str | None = None,
        options: dict[str, Any] | None = None,
    ) -> None:
        self._skill = ServedSkill(contract=contract, metric=metric)
        self._name, self._of, self._options = detector, of, options or {}
        try:
            self._make()
        except (TypeError, ValueError) as error:
            raise ConfigError(
                f"trigger.options={self._options}: {detector} of river does not take them: {error}",
                hint="trigger.options={} for its own defaults",
            ) from error

    def due(self, runtime: Runtime) -> str | None:
        """Return the reason where a change was found in a window that closed since."""
        found = [end for end, changed in self._fed(runtime) if changed and end > runtime.since]
        return f"change: {self._name} of {self._of}" if found else None

    def wake(self, runtime: Runtime) -> Wake:
        """Return no wake of its own, since values are known as windows close, and why."""
        count = sum(1 for _ in self._fed(runtime))
        return Wake(
            why=f"{self._name} found no change of {self._of} in the {count:,} values of what serves"
        )

    def _fed(self, runtime: Runtime) -> Iterator[tuple[int, bool]]:
        """Yield the end of each value's window, and whether it made the detector find a change."""
        detector = self._make()
        for end, value in self._values(runtime):
            detector.update(value)
            yield end, detector.drift_detected

    def _values(self, runtime: Runtime) -> Iterator[tuple[int, float]]:
        if self._of == "skill":
            windows = self._skill.windows(runtime)
            ends = (each.end for each in windows)
            yield from zip(ends, self._skill.rising(windows), strict=True)
            return
        for window in runtime.windows:
            if window.drift and window.start >= runtime.promoted:
                yield from ((window.end, value) for value in window.drift.means)

    def _make(self) -> _Detects:
        # Heavy, and of this trigger alone: processes that serve never make it.
        from river.drift import ADWIN, KSWIN, PageHinkley  # noqa: PLC0415

        kinds: Mapping[str, Any] = {"adwin": ADWIN, "kswin": KSWIN, "page_hinkley": PageHinkley}
        seed = {"seed": 0} if self._name == "kswin" else {}
        made: _Detects = kinds[self._name](**{**seed, **self._options})
        return made
