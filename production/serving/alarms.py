"""Alarms: what says that a generation should not serve, each a function with its finding in words.

Each compares what a generation did on the newest requests with what the one before it does on the
same requests, so that a bad request, or a busy machine, is not taken for a bad generation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
import numpy as np

from contracts.ports import Floats
from production.serving.watched import Fate

#: Seconds by which a prediction must be slower before that is an alarm.
NOTICEABLE = 1e-3
#: The spread of predictions that are all alike, as a share of their size.
LEAST_SPREAD = 0.01


class AlarmEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation did, and what the one before it does on some of the same requests.

    Attributes:
        fates: What became of its newest predictions, counted.
        blame: Of its failing requests that were tried, the share that the other one predicts.
        running: Seconds that its longest prediction under way has taken by now.
        took: Seconds that its newest predictions took, (n,).
        reference_took: The same of the other one, (m,).
        predictions: What it predicted, (p, k).
        reference: What the other one predicts for the same, (p, k).
        least: How many of each it takes to say anything.
    """

    fates: Mapping[Fate, int]
    blame: float
    running: float
    took: Floats
    reference_took: Floats
    predictions: Floats
    reference: Floats
    least: int


#: Returns what it finds, none if all is well, given the limit of what is well.
Alarm = Callable[[AlarmEvidence, float], str | None]


def errors(seen: AlarmEvidence, limit: float) -> str | None:
    """Return whether it fails on a larger share of requests, where the other one does not."""
    return _failing(seen, "error", limit, "fails on")


def nonfinite(seen: AlarmEvidence, limit: float) -> str | None:
    """Return whether it predicts numbers that are not finite, where the other one does not."""
    return _failing(seen, "nonfinite", limit, "predicts numbers that are not finite for")


def stalled(seen: AlarmEvidence, limit: float) -> str | None:
    """Return whether a prediction has been under way for so many seconds."""
    if seen.running <= limit:
        return None
    return f"a prediction has not ended after {seen.running:.1f} s"


def latency(seen: AlarmEvidence, limit: float) -> str | None:
    """Return whether its median prediction takes so many times as long as the other one's."""
    if min(len(seen.took), len(seen.reference_took)) < seen.least:
        return None
    mine, others = float(np.median(seen.took)), float(np.median(seen.reference_took))
    if mine <= limit * others or mine - others < NOTICEABLE:
        return None
    return f"a prediction takes {mine * 1e3:.1f} ms, {mine / others:.0f} times as long as before"


def drift(seen: AlarmEvidence, limit: float) -> str | None:
    """Return whether its predictions differ by so many standard deviations of the other one's."""
    if len(seen.predictions) < seen.least:
        return None
    difference = np.abs(seen.predictions - seen.reference).mean(axis=0)
    size = LEAST_SPREAD * np.abs(seen.reference).mean(axis=0)
    spread = np.maximum(seen.reference.std(axis=0), size)
    worst = float((difference / np.maximum(spread, np.finfo(np.float64).tiny)).max())
    if worst <= limit:
        return None
    return (
        f"predictions differ by {worst:.3g} standard deviations from those of the generation "
        f"before, over {len(seen.predictions):,} rows"
    )


#: By name, in the order in which they are asked.
ALARMS: dict[str, Alarm] = {
    "errors": errors,
    "nonfinite": nonfinite,
    "stalled": stalled,
    "latency": latency,
    "drift": drift,
}
#: The alarms of which the generation itself is to blame: the one before it predicts the same
#: requests, in the same process.
BROKEN = frozenset({"errors", "nonfinite"})


def _failing(seen: AlarmEvidence, fate: Fate, limit: float, what: str) -> str | None:
    count, total = seen.fates.get(fate, 0), sum(seen.fates.values())
    if total < seen.least or count * seen.blame <= limit * total:
        return None
    return (
        f"{what} {count:,} of the last {total:,} requests; the generation before it predicts "
        f"{seen.blame:.0%} of those"
    )
