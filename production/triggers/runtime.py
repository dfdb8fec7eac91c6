"""What a trigger and a selector get to see: the runtime metrics of one moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """One evaluation window ``[start, end)``, as it was last scored.

    Attributes:
        rows: Served events in it whose outcome had arrived.
        served: Metric by name, of what was served.
        baseline: The same for the naive baseline.
    """

    start: int
    end: int
    rows: int
    served: Mapping[str, float]
    baseline: Mapping[str, float]


class Runtime(msgspec.Struct, frozen=True, kw_only=True):
    """Runtime metrics at one moment; times in UTC microseconds.

    Attributes:
        now: The moment.
        since: When a refresh was last asked for, or operation began.
        promoted: When the generation in service was promoted.
        requests: Requests served since ``since``.
        outcomes: Outcomes arrived since ``since``.
        windows: Evaluation windows that have closed, oldest first.
    """

    now: int
    since: int
    promoted: int
    requests: int
    outcomes: int
    windows: tuple[Window, ...] = ()


class Wake(msgspec.Struct, frozen=True, kw_only=True):
    """When a trigger next wants to be asked: at a moment, or after so many more.

    Attributes:
        at: A moment, or none.
        requests: Further requests, counted from now, or none.
        outcomes: Further outcomes, counted from now, or none.
    """

    at: int | None = None
    requests: int | None = None
    outcomes: int | None = None


class Trigger(Protocol):
    """Decides from runtime metrics when to refresh."""

    def due(self, runtime: Runtime) -> str | None:
        """Return why a refresh is due now, or none."""

    def wake(self, runtime: Runtime) -> Wake:
        """Return when to ask next, besides the close of every window."""
