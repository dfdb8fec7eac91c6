"""What the training agent saw when it decided, as plain JSON of less than a kilobyte."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from production.agents.progress import Pending
    from production.metrics import Runtime, ScoredWindow

#: How many of the last windows are recorded, if they fit, and the bytes that there are for all.
WINDOWS, MOST = 3, 1_000
#: The significant digits of a score.
DIGITS = 6


def metrics_seen(runtime: Runtime, pending: Iterable[Pending]) -> dict[str, Any]:
    """Return the metrics that a trigger decided from; times in microseconds.

    Args:
        runtime: The runtime metrics.
        pending: The generations that wait for their promotion.
    """
    seen = {
        "since": runtime.since,
        "promoted": runtime.promoted,
        "requests": runtime.requests,
        "outcomes": runtime.outcomes,
        "pending": [each.candidate.name for each in pending],
        "scored": len(runtime.windows),
    }
    windows = [_window(each) for each in runtime.windows[-WINDOWS:]]
    while windows and len(msgspec.json.encode({**seen, "windows": windows})) > MOST:
        windows = windows[1:]
    return {**seen, "windows": windows}


def _window(window: ScoredWindow) -> dict[str, Any]:
    return {
        "start": window.start,
        "end": window.end,
        "rows": window.rows,
        "served": _rounded(window.served),
        "baseline": _rounded(window.baseline),
    }


def _rounded(scores: Any) -> dict[str, float]:
    return {name: float(f"{score:.{DIGITS}g}") for name, score in scores.items()}
