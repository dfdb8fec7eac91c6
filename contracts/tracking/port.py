"""The port: a finished run as a tracking server shows it, and what writes it there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol

import msgspec


class MetricPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a metric.

    Attributes:
        name: The metric's.
        value: Its value.
        time: When it was, microseconds of the product's time.
        step: Its place in the order of this metric's values.
    """

    name: str
    value: float
    time: int
    step: int = 0


class TrackedRun(msgspec.Struct, frozen=True, kw_only=True):
    """One finished run, as it is to be seen elsewhere.

    Attributes:
        id: What tells it from all others: a run that is written twice is there once.
        name: What people call it.
        start: When it began, microseconds of the machine's clock.
        end: When it ended.
        params: What it was made with.
        tags: What it is known by.
        metrics: What came of it.
        failed: Whether it came to nothing.
        children: Its parts, such as the trainings of a year.
    """

    id: str
    name: str
    start: int
    end: int
    params: Mapping[str, Any]
    tags: Mapping[str, str]
    metrics: tuple[MetricPoint, ...]
    failed: bool = False
    children: tuple[TrackedRun, ...] = ()

    @property
    def status(self) -> Literal["FINISHED", "FAILED"]:
        """How it ended, in MLflow's words."""
        return "FAILED" if self.failed else "FINISHED"


class Tracking(Protocol):
    """Mirrors runs."""

    def record(self, experiment: str, run: TrackedRun) -> str:
        """Write a run and its children, unless they are there; return where they can be seen.

        Args:
            experiment: What it belongs to: the product.
            run: The run.

        Raises:
            UnavailableError: The server did not take all of it; to write it again adds the rest.
        """


class NoTracking:
    """The default: nothing is mirrored."""

    def record(self, experiment: str, run: TrackedRun) -> str:  # noqa: ARG002 - the port's
        """Write nothing."""
        return ""


def numbers(values: Mapping[str, Any], *, prefix: str = "") -> dict[str, float]:
    """Return the numbers of a mapping by dotted name; mappings inside it too.

    >>> numbers({"rmse": 3, "of": {"rows": 9, "why": "text"}}, prefix="gate")
    {'gate.rmse': 3.0, 'gate.of.rows': 9.0}
    """
    return {
        name: float(value)
        for name, value in flat(values, prefix=prefix).items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def flat(values: Mapping[str, Any], *, prefix: str = "") -> dict[str, Any]:
    """Return the values of a mapping by dotted name; those of mappings inside it too.

    >>> flat({"name": "volume", "every": {"rows": 9}}, prefix="trigger")
    {'trigger.name': 'volume', 'trigger.every.rows': 9}
    """
    found: dict[str, Any] = {}
    for key, value in values.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        found |= flat(value, prefix=name) if isinstance(value, Mapping) else {name: value}
    return found
